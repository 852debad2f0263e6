//! Keys that the operator put elsewhere: a section whose names are his own.

use std::fs;

use proximity::settings::{Presses, load, save};

use super::with;

fn presses(keys: &[&str]) -> Presses {
    Presses(keys.iter().map(|key| (*key).to_owned()).collect())
}

#[test]
fn keys_are_read_as_one_or_as_several() {
    let place =
        with("[keys]\n\"apps.restart\" = \"Ctrl-r\"\n\"lists.next\" = [\"n\", \"Alt-n\"]\n\"apps.delete\" = []\n");
    let (settings, fault) = load(&place.file);
    assert_eq!(fault, None);
    let keys: Vec<_> = settings.keys.0.iter().map(|(name, keys)| (name.as_str(), keys.clone())).collect();
    assert_eq!(
        keys,
        [
            ("apps.delete", presses(&[])),
            ("apps.restart", presses(&["Ctrl-r"])),
            ("lists.next", presses(&["n", "Alt-n"])),
        ]
    );
}

#[test]
fn a_line_that_is_no_key_is_told_with_its_line_and_the_others_hold() {
    let place = with("[keys]\n\"apps.restart\" = 7\n\"apps.start\" = \"x\"\n");
    let (settings, fault) = load(&place.file);
    assert_eq!(settings.keys.0.keys().collect::<Vec<_>>(), ["apps.start"]);
    let why = fault.unwrap().why;
    assert!(why.starts_with("line 2: keys.apps.restart: a key is text"), "{why}");
    let place = with("keys = 3\n");
    assert!(load(&place.file).1.unwrap().why.contains("keys is not a table"));
}

#[test]
fn what_is_set_back_leaves_the_file_and_what_nobody_understands_stays() {
    let place = with(
        "[keys] # mine\n\"apps.restart\" = \"x\"\n\"apps.start\" = 5 # later\n# more\n\"lists.next\" = \"n\" # down\n",
    );
    let (mut settings, _) = load(&place.file);
    settings.keys.0.remove("apps.restart");
    settings.keys.0.insert("lists.next".into(), presses(&["n", "m"]));
    settings.keys.0.insert("decks.mute".into(), presses(&["F9"]));
    save(&place.file, &settings).unwrap();
    let text = fs::read_to_string(&place.file).unwrap();
    assert_eq!(
        text,
        "[keys] # mine\n\"apps.start\" = 5 # later\n# more\n\"lists.next\" = [\"n\", \"m\"] # down\n\"decks.mute\" = \"F9\"\n"
    );
    assert_eq!(load(&place.file).0, settings);
}
