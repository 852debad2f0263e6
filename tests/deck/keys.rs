//! The key table against itself and against the pages that are made of it.

use std::{collections::HashMap, path::Path};

use proximity::tui::{
    command::Command,
    keymap::{self, Key, Place},
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
    Place::Console,
    Place::ConsoleKeys,
    Place::ScrollBack,
    Place::ConsoleFind,
    Place::ConsoleOver,
    Place::Sizes,
    Place::Overview,
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
    for binding in keymap::all() {
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
