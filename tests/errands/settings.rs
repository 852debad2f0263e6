//! `settings …`: shown, set, set back, exported and taken over, without a deck.

use super::console::proximity;

#[test]
fn a_setting_is_shown_set_refused_and_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let say = |words: &[&str]| proximity(folder.path(), &[&["--json", "settings"], words].concat());
    let theme = |rows: &serde_json::Value| rows[0]["value"].as_str().unwrap().to_owned();
    assert_eq!(theme(&say(&["show", "look.theme"]).data()), "dark");
    let set = say(&["set", "look.theme", "light"]).data();
    assert_eq!((&set[0]["name"], &set[0]["after"]), (&"look.theme".into(), &"light".into()), "{set}");
    assert_eq!(theme(&say(&["show", "look.theme"]).data()), "light");
    let wrong = say(&["set", "health.interval", "1"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stdout);
    assert!(wrong.fault()["why"].as_str().unwrap().contains("at least 5"), "{}", wrong.stdout);
    assert_eq!(say(&["show", "nonsense"]).code, 3);
    say(&["reset", "look.theme"]);
    assert_eq!(theme(&say(&["show", "look.theme"]).data()), "dark");
    let people = proximity(folder.path(), &["settings", "show", "resources"]);
    assert!(people.stdout.contains("resources.cores"), "{}", people.stdout);
}

#[test]
fn a_key_is_moved_and_one_that_is_taken_is_refused_with_what_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let say = |words: &[&str]| proximity(folder.path(), &[&["--json", "settings"], words].concat());
    let moved = say(&["set", "keys.apps.restart", "Ctrl-r", "F2"]).data();
    assert_eq!(moved[0]["after"], serde_json::json!(["Ctrl-r", "F2"]), "{moved}");
    let taken = say(&["set", "keys.apps.stop", "s"]);
    assert_eq!(taken.code, 2, "{}", taken.stdout);
    assert!(taken.fault()["why"].as_str().unwrap().contains("it does \"start\""), "{}", taken.stdout);
    say(&["reset", "keys.apps.restart"]);
    assert_eq!(say(&["show", "keys"]).code, 3);
}

#[test]
fn an_import_wants_a_yes_and_keeps_what_was_there() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = here.path().join("mine.toml");
    let path = file.to_str().unwrap();
    proximity(here.path(), &["settings", "set", "look.theme", "matrix"]);
    proximity(here.path(), &["settings", "set", "alerts.ntfy", "https://ntfy.invalid/mine"]);
    assert_eq!(proximity(here.path(), &["settings", "export", path]).code, 0);
    assert!(!std::fs::read_to_string(&file).unwrap().contains("ntfy.invalid"));
    assert_eq!(proximity(here.path(), &["settings", "export", path]).code, 1, "nothing is overwritten");

    proximity(there.path(), &["settings", "set", "look.theme", "light"]);
    let looked = proximity(there.path(), &["--json", "settings", "import", path, "--look"]).data();
    assert_eq!((&looked["taken"], &looked["differs"][0]["after"]), (&false.into(), &"matrix".into()), "{looked}");
    let unsaid = proximity(there.path(), &["--json", "settings", "import", path]);
    assert_eq!(unsaid.code, 4, "{}", unsaid.stdout);
    let taken = proximity(there.path(), &["--json", "--yes", "settings", "import", path]).data();
    assert_eq!(taken["taken"], true);
    let kept = std::fs::read_to_string(taken["kept"].as_str().unwrap()).unwrap();
    assert!(kept.contains("light"), "{kept}");
    std::fs::write(&file, "[look]\ntheme = 5\n").unwrap();
    assert_eq!(proximity(there.path(), &["--yes", "settings", "import", path]).code, 2);
}
