//! A file that is broken, or a value in it.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use proptest::prelude::*;
use proximity::settings::{Glyphs, Settings, load, save, with_changes};

use super::{place, with};

fn changed() -> Settings {
    let mut settings = Settings::default();
    settings.look.theme = "matrix".into();
    settings
}

#[test]
fn no_file_means_the_defaults_without_a_word() {
    assert_eq!(load(&place().file), (Settings::default(), None));
}

#[test]
fn a_file_that_does_not_parse_is_told_with_its_line_and_left_alone() {
    let text = "# mine\n[look]\ntheme = \"matrix\ndensity = \"dense\"\n";
    let place = with(text);
    let (settings, fault) = load(&place.file);
    let fault = fault.unwrap();
    assert_eq!(settings, Settings::default());
    assert!(fault.why.starts_with("line 3, column "), "{fault}");
    assert!(fault.what.contains("settings.toml"), "{fault}");

    let refused = save(&place.file, &changed()).unwrap_err();
    assert!(refused.why.starts_with("line 3, column "), "{refused}");
    assert_eq!(fs::read_to_string(&place.file).unwrap(), text);
}

#[test]
fn a_key_given_twice_is_told() {
    let place = with("[look]\ntheme = \"dark\"\ntheme = \"light\"\n");
    let fault = load(&place.file).1.unwrap();
    assert!(fault.why.starts_with("line 3, column 1:"), "{fault}");
}

#[test]
fn each_value_that_makes_no_sense_is_told_and_the_others_hold() {
    let text =
        "[look]\ntheme = \"matrix\"\nmotion = \"wild\"\nglyphs = \"ascii\"\ndensity = 3\n\n[sound]\nvolume = 7\n";
    let place = with(text);
    let (settings, fault) = load(&place.file);
    let why = fault.unwrap().why;
    for told in ["line 3: look.motion", "line 5: look.density", "line 8: sound.volume"] {
        assert!(why.contains(told), "{told} is not in {why}");
    }
    let mut expected = changed();
    expected.look.glyphs = Glyphs::Ascii;
    assert_eq!(settings, expected);

    // What the operator wrote stays his, even where we do not understand it.
    save(&place.file, &settings).unwrap();
    assert_eq!(fs::read_to_string(&place.file).unwrap(), text);
}

#[test]
fn what_only_makes_sense_with_another_is_taken_with_it() {
    let text = "[network]\naddresses = \"pool\"\npool = \"192.168.1.200-192.168.1.240/24\"\n";
    let place = with(text);
    let (settings, fault) = load(&place.file);
    assert_eq!(fault, None);
    let taken = proximity::settings::get(&settings, "network", "addresses");
    assert_eq!(taken.and_then(|value| value.as_str().map(str::to_owned)).as_deref(), Some("pool"));
    let on_top = with_changes(&with("").file, &Settings::default(), &settings);
    assert_eq!(on_top, settings, "also where it is changed on top of a file");
}

#[test]
fn a_section_that_is_no_table_is_told() {
    let place = with("look = \"nice\"\n[sound]\nmute = true\n");
    let (settings, fault) = load(&place.file);
    assert!(settings.sound.mute);
    let why = fault.unwrap().why;
    assert_eq!(why, "line 1: look is not a table");
}

#[test]
fn nonsense_for_a_volume_is_refused() {
    for volume in ["nan", "inf", "-0.1", "1.01", "\"loud\""] {
        let place = with(&format!("[sound]\nvolume = {volume}\n"));
        let (settings, fault) = load(&place.file);
        assert_eq!(settings, Settings::default());
        assert!(fault.unwrap().why.contains("sound.volume"), "{volume}");
    }
    let (settings, fault) = load(&with("[sound]\nvolume = 1\n").file);
    assert_eq!((settings.sound.volume, fault), (1.0, None));
}

#[test]
fn what_is_not_text_is_told_with_its_line() {
    let place = place();
    fs::write(&place.file, b"[look]\ntheme = \"\xff\"\n").unwrap();
    let fault = load(&place.file).1.unwrap();
    assert_eq!(fault.why, "line 2 is not UTF-8 text");
    assert!(save(&place.file, &changed()).is_err());
    assert_eq!(fs::read(&place.file).unwrap(), b"[look]\ntheme = \"\xff\"\n");
}

#[test]
fn a_folder_in_the_place_of_the_file_is_told() {
    let place = place();
    fs::create_dir(&place.file).unwrap();
    assert!(load(&place.file).1.is_some());
    assert!(save(&place.file, &changed()).is_err());
}

#[test]
fn a_file_that_may_not_be_written_is_told_and_left_alone() {
    let place = with("[look]\ntheme = \"light\"\n");
    fs::set_permissions(&place.file, Permissions::from_mode(0o444)).unwrap();
    let fault = save(&place.file, &changed()).unwrap_err();
    assert!(fault.why.contains("read-only"), "{fault}");
    assert_eq!(fs::read_to_string(&place.file).unwrap(), "[look]\ntheme = \"light\"\n");
    assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 1, "nothing half-written is left");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_in_the_file_loading_it_gives_settings(text in "(\\[look\\]\n)?(theme|motion|[a-z.]{1,5}) ?= ?(\"[a-z]{0,4}\"?|[0-9.]{1,3}|\\[|\\{)\n?(?s).{0,20}") {
        let place = with(&text);
        let (settings, fault) = load(&place.file);
        if settings != Settings::default() {
            prop_assert!(text.contains("theme") || text.contains("motion"), "{:?}", fault);
        }
        let saved = save(&place.file, &changed());
        match saved {
            Ok(()) => prop_assert_eq!(load(&place.file).0.look.theme, "matrix"),
            Err(_) => prop_assert_eq!(fs::read_to_string(&place.file).unwrap(), text),
        }
    }
}
