//! Where everything lies.

use std::path::Path;

use proximity::settings::Paths;

#[test]
fn a_folder_that_was_named_holds_everything() {
    let paths = Paths::find(Some(Path::new("/srv/deck"))).unwrap();
    assert_eq!(paths.data(), Path::new("/srv/deck"));
    assert_eq!(paths.database(), Path::new("/srv/deck/proximity.db"));
    assert_eq!(paths.settings(), Path::new("/srv/deck/settings.toml"));
    assert_eq!(paths.themes(), Path::new("/srv/deck/themes"));
    assert_eq!(paths.sounds(), Path::new("/srv/deck/sounds"));
}

#[test]
fn a_relative_folder_is_settled_once() {
    let paths = Paths::find(Some(Path::new("deck"))).unwrap();
    assert_eq!(paths.data(), std::env::current_dir().unwrap().join("deck"));
}

#[test]
fn an_empty_name_is_no_folder() {
    let fault = Paths::find(Some(Path::new(""))).unwrap_err();
    assert!(fault.remedy.contains("--data DIR"), "{fault}");
}

#[test]
fn the_demo_has_a_folder_of_its_own() {
    let real = Paths::find(Some(Path::new("/srv/deck"))).unwrap();
    let demo = real.for_demo();
    assert!(demo.database().starts_with("/srv/deck/demo"));
    assert_ne!(demo.settings(), real.settings());
}
