//! The key table against itself and against the pages that are made of it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;

use proximity::settings::{Keys, Presses};
use proximity::tui::{
    command::Command,
    keymap::{self, Key, Keymap, Place, is_fixed, rows},
    model::Demo,
    widgets::ascii,
};
use ratatui::buffer::Buffer;

use super::{fleet::homelab, stage::Stage};

const PLACES: &[Place] = &[
    Place::Ports,
    Place::Gateways,
    Place::Inbox,
    Place::Picks,
    Place::Plaque,
    Place::Console,
    Place::ConsoleKeys,
    Place::ScrollBack,
    Place::ConsoleFind,
    Place::ConsoleOver,
    Place::Sizes,
    Place::Overview,
    Place::Arrange,
    Place::Apps,
    Place::Hosts,
    Place::Settings,
    Place::Backups,
    Place::AppBackups,
    Place::Schedules,
    Place::FirstRun,
    Place::Filter,
    Place::Palette,
    Place::Help,
    Place::Question,
    Place::Why,
    Place::CopyMenu,
    Place::Report,
    Place::Rights,
    Place::Trouble,
    Place::Store,
    Place::Ops,
    Place::Asks,
    Place::Form,
    Place::Wizard,
    Place::Trust,
    Place::Found,
    Place::Deploy,
    Place::Plan,
    Place::Preview,
    Place::Naming,
    Place::Nodes,
    Place::Node,
    Place::Detail,
    Place::Charts,
    Place::AppLog,
    Place::DetailBackups,
    Place::DetailSnapshots,
    Place::DetailOps,
    Place::Papers,
    Place::Moves,
    Place::Undo,
    Place::Card,
    Place::Narrow,
    Place::Sources,
    Place::News,
    Place::Snapshots,
    Place::Candidates,
    Place::Looks,
    Place::Drafts,
    Place::Adopted,
    Place::SettingEdit,
    Place::Press,
    Place::Marks,
    Place::WayIn,
];

fn text(picture: &Buffer) -> String {
    picture.content.iter().map(|cell| cell.symbol()).collect()
}

#[test]
fn no_key_has_two_meanings_at_one_place() {
    for place in PLACES.iter().copied() {
        let mut taken: HashMap<Key, Command> = HashMap::new();
        for binding in keymap::at(place, Demo::Demo) {
            for key in binding.keys {
                if let Some(other) = taken.insert(*key, binding.command) {
                    panic!("{} means {other:?} and {:?} at {place:?}", key.label(), binding.command);
                }
            }
        }
    }
}

#[test]
fn every_place_has_a_way_out() {
    for place in PLACES.iter().copied() {
        // Inside a console one key holds the keys, and the next one leaves.
        let out = |binding: &&keymap::Binding| {
            matches!(binding.command, Command::Back | Command::No | Command::Quit | Command::HoldKeys)
        };
        assert!(keymap::at(place, Demo::Demo).any(|binding| out(&binding)), "{place:?}");
    }
}

#[test]
fn the_words_fit_beside_each_other_in_help() {
    for binding in rows() {
        assert!(binding.words.chars().count() <= 36, "{}", binding.words);
        assert!(!binding.words.is_empty());
    }
}

#[test]
fn help_shows_every_key_that_does_something_here() {
    for (place, keys) in [
        (Place::Overview, "1"),
        (Place::Apps, "2"),
        (Place::Store, "3"),
        (Place::Hosts, "4"),
        (Place::Backups, "5"),
        (Place::Ops, "6"),
        (Place::Settings, "7"),
    ] {
        let mut stage = Stage::new(homelab(), 130, 60);
        stage.keys(keys).keys("?");
        let shown = text(&stage.picture());
        for binding in keymap::at(place, Demo::Demo) {
            if !matches!(binding.command, Command::Open(_)) {
                assert!(shown.contains(binding.words), "{:?} lacks {}", place, binding.words);
            }
        }
    }
}

/// Everything that is drawn has a stand-in for a terminal with plain letters.
#[test]
fn every_glyph_in_the_source_has_an_ascii_variant() {
    let mut missing = Vec::new();
    for folder in ["screens", "layers", "widgets", "model", "update", "keymap"] {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui").join(folder), &mut missing);
    }
    assert!(missing.is_empty(), "{missing:?}");
}

fn walk(path: &Path, missing: &mut Vec<(String, char)>) {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let strange = code.flat_map(str::chars).filter(|glyph| !glyph.is_ascii() && ascii::plain(*glyph) == '?');
    missing.extend(strange.map(|glyph| (path.display().to_string(), glyph)));
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        walk(&entry.path(), missing);
    }
}

#[test]
fn text_from_outside_cannot_command_the_terminal() {
    let mut fleet = homelab();
    fleet.apps[0].name = "evil\u{1b}[2J\u{7}\u{202e}name".into();
    let mut stage = Stage::new(fleet, 120, 36);
    stage.keys("2 G");
    let shown = text(&stage.picture());
    assert!(!shown.chars().any(char::is_control));
    assert!(shown.contains("evil[2J"));
}

fn moved(lines: &[(&str, &[&str])]) -> (Keymap, Vec<String>) {
    let presses = |keys: &&[&str]| Presses(keys.iter().map(|key| (*key).to_owned()).collect());
    Keymap::of(&Keys(lines.iter().map(|(slug, keys)| ((*slug).to_owned(), presses(keys))).collect()))
}

#[test]
fn every_row_has_a_name_of_its_own() {
    let map = Keymap::default();
    let mut seen = HashSet::new();
    for bound in map.all() {
        assert!(seen.insert(bound.slug.to_owned()), "{} is there twice", bound.slug);
        assert!(!bound.slug.contains(char::is_whitespace), "{}", bound.slug);
    }
    // These stand in people's files.
    for slug in ["apps.restart", "lists.next", "decks.open-store", "decks.quit", "store.deploy"] {
        assert!(map.find(slug).is_some(), "{slug}");
    }
}

#[test]
fn a_key_is_read_as_it_is_written() {
    for text in
        ["r", "R", "Ctrl-r", "Alt-x", "F5", "Space", "PgUp", "Shift-Tab", "/", "Minus", "Ctrl-Alt-d", "\'", "Ctrl-Up"]
    {
        let key = Key::read(text).unwrap();
        assert_eq!(Key::read(&key.written()), Ok(key), "{text}");
    }
    assert_eq!(Key::read("ctrl-R"), Key::read("C-r"));
    assert_eq!(Key::read("Shift-r"), Key::read("R"), "a terminal sends the large one");
    assert_eq!(Key::read("shift-tab"), Key::read("Shift-Tab"));
    for text in ["", "Ctrl-", "rr", "Hyper-x", "F99", "Shift-1", "Shift-F5", "Ctrl-Shift-r"] {
        assert!(Key::read(text).is_err(), "{text}");
    }
}

#[test]
fn a_moved_key_does_its_work_and_the_old_one_does_not() {
    let (map, notes) = moved(&[("apps.restart", &["F2", "Ctrl-r"])]);
    assert_eq!(notes, Vec::<String>::new());
    let restart = map.meaning(Place::Apps, Demo::Demo, Key::of(KeyCode::F(2)));
    assert!(matches!(restart, Some(Command::Power(_))), "{restart:?}");
    assert_eq!(map.meaning(Place::Apps, Demo::Demo, Key::letter('r')), None);
    assert_eq!(map.reword(Place::Apps, "[r] again, or [S] and [Esc]"), "[F2] again, or [S] and [Esc]");
    assert_eq!(map.label(Place::Apps, restart.unwrap()).as_deref(), Some("F2"));
}

#[test]
fn two_keys_can_change_places_and_a_clash_is_told_with_what_it_does_there() {
    let (map, notes) = moved(&[("apps.restart", &["S"]), ("apps.stop", &["r"])]);
    assert_eq!(notes, Vec::<String>::new());
    assert!(map.find("apps.stop").unwrap().keys.contains(&Key::letter('r')));
    let (map, notes) = moved(&[("apps.restart", &["s"])]);
    assert_eq!(notes, ["apps.restart: s is taken: in the deck it does \"start\""]);
    assert!(map.find("apps.restart").unwrap().keys.contains(&Key::letter('r')), "the usual one holds");
    let why = map.judge("apps.restart", Key::letter('q')).unwrap_err();
    assert_eq!(why, "q is taken: in the deck it does \"quit: what runs goes on\"");
}

#[test]
fn what_must_not_be_lost_stays_and_what_is_typed_is_typed() {
    let (map, notes) = moved(&[
        ("decks.back", &["F9"]),
        ("lists.next", &[]),
        ("decks.quit", &["F10"]),
        ("apps.restart", &["Esc"]),
        ("filter.back", &["x"]),
        ("nobody.knows", &["x"]),
        ("apps.clone", &["what"]),
    ]);
    let has = |slug: &str, key| map.find(slug).unwrap().keys.contains(&key);
    assert!(has("decks.back", Key::of(KeyCode::Esc)) && has("decks.back", Key::of(KeyCode::F(9))));
    assert!(has("lists.next", Key::of(KeyCode::Down)) && !has("lists.next", Key::letter('j')));
    assert!(has("decks.quit", Key::control('c')) && !has("decks.quit", Key::letter('q')));
    assert_eq!(notes.len(), 4, "{notes:?}");
    for (slug, why) in
        [("apps.clone", "no key"), ("apps.restart", "stays"), ("filter.back", "typed"), ("nobody", "no such")]
    {
        assert!(notes.iter().any(|note| note.starts_with(slug) && note.contains(why)), "{slug}: {notes:?}");
    }
}

fn any_press() -> impl Strategy<Value = String> {
    let code = prop_oneof![
        6 => proptest::char::range('!', '~').prop_map(KeyCode::Char),
        2 => (1..13u8).prop_map(KeyCode::F),
        2 => prop::sample::select(vec![
            KeyCode::Esc, KeyCode::Enter, KeyCode::Tab, KeyCode::Up, KeyCode::Left, KeyCode::PageDown, KeyCode::Delete,
        ]),
    ];
    let held = prop::sample::select(vec![KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT]);
    (code, held).prop_map(|(code, modifiers)| Key { code, modifiers }.written())
}

fn any_keys() -> impl Strategy<Value = Keys> {
    let slugs: Vec<String> = Keymap::default().all().map(|bound| bound.slug.to_owned()).collect();
    let line = (prop::sample::select(slugs), prop::collection::vec(any_press(), 0..3));
    prop::collection::vec(line, 0..60)
        .prop_map(|lines| Keys(lines.into_iter().map(|(slug, keys)| (slug, Presses(keys))).collect::<BTreeMap<_, _>>()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var("PROXIMITY_FULL").is_ok() { 2000 } else { 40 }))]

    /// Whatever is bound: one meaning a key, a way out of every place, and what is fixed is where it was.
    #[test]
    fn whatever_is_bound_each_place_keeps_its_way_out(keys in any_keys()) {
        let (map, _) = Keymap::of(&keys);
        for place in PLACES.iter().copied() {
            let mut taken: HashMap<Key, Command> = HashMap::new();
            for bound in map.at(place, Demo::Demo) {
                for key in bound.keys {
                    prop_assert!(taken.insert(*key, bound.command).is_none(), "{} at {place:?}", key.label());
                }
            }
            for binding in keymap::at(place, Demo::Demo) {
                for key in binding.keys.iter().filter(|key| is_fixed(**key)) {
                    prop_assert_eq!(map.meaning(place, Demo::Demo, *key), Some(binding.command));
                }
            }
            let out = map.meaning(place, Demo::Demo, Key::of(KeyCode::Esc));
            prop_assert!(place.is_at_console() || matches!(out, Some(Command::Back | Command::No)), "{place:?}: {out:?}");
            if place.takes_text() {
                let typed = |key: &Key| matches!(key.code, KeyCode::Char(_)) && key.modifiers.is_empty();
                let moved = map.at(place, Demo::Demo).filter(|bound| bound.is_moved);
                prop_assert!(!moved.flat_map(|bound| bound.keys.to_vec()).any(|key| typed(&key)), "{place:?}");
            }
        }
    }
}
