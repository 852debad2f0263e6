//! Screens as key scripts: what a newcomer sees after these keys.

use std::time::Duration;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Fleet, Reach},
    },
    engine::{Notice, Tone},
    settings::Motion,
    tui::{canvas::Charset, event::Event, model::Opening, theme::Depth},
};

use super::{
    fleet::{crowd, homelab},
    snapshot::check,
    stage::Stage,
};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn at_every_size(name: &str, keys: &str) {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys(keys).answer_backs();
        check(&format!("{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

/// All letters of the screen, row by row.
pub fn shown(stage: &Stage) -> String {
    let picture = stage.picture();
    let rows = picture.content.chunks(usize::from(picture.area.width).max(1));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}

pub fn at_ascii(columns: u16, rows: u16, name: &str, keys: &str) {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys(keys).answer_backs();
    check(&format!("{name}-{columns}x{rows}-ascii"), &stage.picture(), &stage.model.canvas.theme);
}

pub fn at(columns: u16, rows: u16, name: &str, keys: &str) {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.keys(keys).answer_backs();
    check(&format!("{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn the_deck_shows_the_whole_at_a_glance() {
    at_every_size("overview", "");
}

#[test]
fn apps_stand_in_a_rack() {
    at_every_size("apps", "2");
}

#[test]
fn apps_in_one_line_each() {
    at_every_size("dense", "2 z jj");
}

#[test]
fn a_flipped_unit_shows_its_back() {
    at_every_size("back", "2 jj Space");
    at(80, 24, "back-dense", "2 z jj Space");
}

#[test]
fn hosts_and_their_nodes() {
    at_every_size("hosts", "4 jj");
}

#[test]
fn settings_of_look_and_sound() {
    at(80, 24, "settings", "7 jj");
    at(120, 36, "settings", "7 jj");
}

#[test]
fn a_failure_tells_what_why_and_what_now() {
    at(80, 24, "why", "2 / mine Enter Enter");
    at(120, 36, "why", "2 / mine Enter Enter");
}

#[test]
fn help_lists_the_keys_of_this_very_place() {
    at(80, 24, "help-apps", "2 ?");
    at(120, 36, "help-hosts", "4 ?");
}

#[test]
fn a_bulk_stop_asks_first() {
    at(80, 24, "bulk-stop", "2 C-a S");
    at(120, 36, "bulk-stop", "2 C-a S");
}

#[test]
fn quitting_asks_while_operations_run() {
    at(80, 24, "quit", "q");
}

#[test]
fn the_palette_finds_by_a_few_letters() {
    at(80, 24, "palette", "C-p jelly");
    at(120, 36, "palette", "2 : the");
}

#[test]
fn the_copy_menu_names_what_can_be_copied() {
    at(80, 24, "copy", "2 / jelly Enter y");
}

#[test]
fn the_filter_narrows_the_rack() {
    at(80, 24, "filter", "2 / ng");
    at(120, 36, "filter", "2 / ng");
}

#[test]
fn unmanaged_guests_are_a_chip_away() {
    at(80, 24, "unmanaged", "2 Left");
    at(120, 36, "unmanaged", "2 Left");
}

#[test]
fn a_toast_says_what_happened() {
    let mut stage = Stage::new(homelab(), 80, 24);
    stage.send(Event::Notice(Notice {
        tone: Tone::Success,
        text: "gitea started".into(),
        detail: None,
        operation: None,
    }));
    stage.send(Event::Notice(Notice {
        tone: Tone::Danger,
        text: "minecraft did not start".into(),
        detail: Some("startup for container '109' failed. Read the task's log with [l]".into()),
        operation: None,
    }));
    check("toasts-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_lost_host_leaves_what_was_known_and_its_age() {
    let mut fleet = homelab();
    lose(&mut fleet);
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(fleet.clone(), columns, rows);
        stage.keys("2").wait(Duration::from_secs(130));
        check(&format!("lost-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

fn lose(fleet: &mut Fleet) {
    fleet.operations.clear();
    fleet.hosts[0].reach = Reach::Lost(Fault::passing(
        FaultCode::Unreachable,
        "homelab does not answer",
        "nothing answers at 10.0.0.11:8006",
        "look whether the machine and its network are up",
    ));
}

#[test]
fn the_first_start_says_how_to_get_a_host() {
    let mut stage = Stage::new(Fleet::default(), 80, 24);
    stage.model.opening = Opening::FirstRun;
    check("first-run-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_terminal_that_is_too_small_is_told_so() {
    let stage = Stage::new(homelab(), 30, 8);
    check("small-30x8", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn with_ascii_alone_nothing_else_is_drawn() {
    for keys in [
        "",
        "2",
        "2 z",
        "2 jj Space",
        "4",
        "7",
        "3",
        "6",
        "5",
        "5 b",
        "5 s",
        "5 i",
        "2 B",
        "2 d",
        "2 U",
        "2 e",
        "2 n",
        "2 ?",
        "C-p",
        "2 / mine Enter Enter",
        "I",
        "I Tab",
        "2 Z",
    ] {
        let mut stage = Stage::new(homelab(), 120, 36);
        stage.model.canvas.charset = Charset::Ascii;
        stage.keys(keys).answer_backs();
        let picture = stage.picture();
        let strange: String =
            picture.content.iter().map(|cell| cell.symbol()).filter(|symbol| !symbol.is_ascii()).collect();
        assert_eq!(strange, "", "after {keys:?}");
    }
    let mut stage = Stage::new(homelab(), 80, 24);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys("2");
    check("ascii-apps-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn other_themes_and_depths_keep_the_same_glyphs() {
    let plain = |theme: &str, depth| {
        let mut stage = Stage::with(homelab(), 120, 36, theme, depth, Motion::None);
        stage.keys("2");
        stage.picture().content.iter().map(|cell| cell.symbol().to_owned()).collect::<String>()
    };
    let dark = plain("dark", Depth::True);
    for (theme, depth) in
        [("light", Depth::True), ("matrix", Depth::Indexed), ("dark", Depth::Named), ("dark", Depth::None)]
    {
        assert_eq!(plain(theme, depth), dark, "{theme} at {depth:?}");
    }
}

#[test]
fn a_thousand_guests_show_only_what_is_in_sight() {
    let mut stage = Stage::new(crowd(1000), 120, 36);
    stage.keys("2 G");
    let text: String = stage.picture().content.iter().map(|cell| cell.symbol()).collect();
    assert!(text.contains("1006–1012 of 1012"), "{text}");
}
