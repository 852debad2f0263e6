//! Night: the room goes dark, shows what is wrong, and any key brings the light back.

use std::time::Duration;

use proximity::{
    domain::fleet::Fleet,
    settings::Motion,
    tui::{
        command::Deck,
        effect::Effect,
        event::{Event, Focus},
        model::start::POWER_ON,
        theme::Depth,
    },
};

use super::super::{fleet::homelab, snapshot::check, stage::Stage};

const QUARTER: Duration = Duration::from_secs(15 * 60);

fn moving(theme: &str) -> Stage {
    let mut stage = Stage::with(homelab(), 120, 36, theme, Depth::True, Motion::Full);
    stage.model.settings.look.night_after = 15;
    stage.wait(POWER_ON);
    stage
}

fn text(stage: &Stage) -> String {
    stage.picture().content.iter().map(|cell| cell.symbol()).collect()
}

#[test]
fn the_room_is_dark_but_for_lights_the_time_and_what_is_wrong() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut stage = Stage::with(homelab(), columns, rows, "dark", Depth::True, Motion::Full);
        stage.wait(POWER_ON).keys("0");
        check(&format!("night-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("0");
    assert!(text(&stage).contains("dark since 14:13"), "a clock that stands is a lie");
    assert!(text(&stage).contains("disk 92 %") && !text(&stage).contains("jellyfin"));
}

#[test]
fn it_rains_behind_the_theme_that_is_made_for_it() {
    let mut stage = moving("matrix");
    stage.keys("0");
    check("night-matrix-120x36", &stage.picture(), &stage.model.canvas.theme);
    let drawn = |stage: &Stage| text(stage).chars().filter(|glyph| !glyph.is_whitespace()).count();
    let wet = drawn(&stage);
    stage.send(Event::Focus(Focus::Lost));
    assert!(drawn(&stage) + 50 < wet, "nobody looks");
}

#[test]
fn any_key_ends_it_and_does_nothing_else_but_quit() {
    let mut stage = moving("dark");
    stage.keys("0 2");
    assert_eq!((stage.model.night.is_dark(), stage.model.deck), (false, Deck::Overview));
    stage.keys("2 0 q");
    assert!(!stage.model.night.is_dark());
    assert!(stage.model.layers.last().is_some() || matches!(stage.effects.last(), Some(Effect::Quit)));
}

#[test]
fn it_falls_after_a_quarter_of_an_hour_without_a_key() {
    let mut stage = moving("dark");
    stage.wait(QUARTER - Duration::from_secs(2));
    assert!(!stage.model.night.is_dark());
    let mut other = moving("dark");
    other.wait(QUARTER);
    assert!(other.model.night.is_dark());
    stage.keys("j").wait(QUARTER - Duration::from_secs(1));
    assert!(!stage.model.night.is_dark(), "a key was pressed since");
    let mut never = moving("dark");
    never.model.settings.look.night_after = 0;
    never.wait(QUARTER * 9);
    assert!(!never.model.night.is_dark());
}

#[test]
fn it_asks_to_be_woken_for_it() {
    let mut stage = Stage::new(Fleet { operations: Vec::new(), ..homelab() }, 120, 36);
    stage.model.settings.look.night_after = 5;
    for _ in 0..60 {
        match stage.model.wakes_at() {
            Some(at) if !stage.model.night.is_dark() => stage.wait(at - stage.now.tick),
            _ => break,
        };
    }
    assert!(stage.model.night.is_dark());
    assert_eq!(stage.now.tick, Duration::from_secs(400), "five minutes after the start, and not later");
}

#[test]
fn with_motion_off_or_without_focus_the_night_sleeps() {
    let mut stage = Stage::new(Fleet { operations: Vec::new(), ..homelab() }, 120, 36);
    stage.keys("0");
    assert_eq!(stage.model.wakes_at(), None);
    let mut stage = moving("matrix");
    stage.keys("0").send(Event::Focus(Focus::Lost));
    assert_eq!(stage.model.wakes_at(), None);
}

#[test]
fn nothing_changes_in_the_dark_between_two_moments_that_it_named() {
    let mut stage = moving("matrix");
    stage.keys("0");
    for _ in 0..60 {
        let at = stage.model.wakes_at().expect("it rains");
        let before = stage.picture();
        stage.wait((at - stage.now.tick).saturating_sub(Duration::from_millis(1)));
        assert_eq!(stage.picture(), before);
        stage.wait(at.saturating_sub(stage.now.tick));
    }
}
