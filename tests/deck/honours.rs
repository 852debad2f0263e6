//! The plaque, and how what is earned is told: once, quietly, and never for what was so before.

use std::sync::Arc;

use proximity::{
    domain::{
        fleet::Fleet,
        moment::Moment,
        operation::{Ended, Operation},
        plan::{PlanKind, journal::Outcome},
    },
    settings::Motion,
    sound::Cue,
    tui::{command::Deck, effect::Effect, event::Event, keymap::Place, model::memory::Memory, theme::Depth},
};

use super::{
    care::tended,
    fleet::{NOW, done, homelab},
    snapshot::check,
    stage::Stage,
};

fn proud(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.model.settings.look.honours = true;
    stage
}

fn restored() -> Fleet {
    let mut fleet = homelab();
    let ended = Some(Ended { at: Moment(NOW.0 + 30_000), outcome: Outcome::Done });
    fleet.operations.insert(0, Operation { ended, ..done(9, PlanKind::Restore, 0) });
    fleet
}

fn news(stage: &mut Stage, fleet: Fleet) {
    stage.wait(std::time::Duration::from_secs(60)).send(Event::Fleet(Arc::new(fleet)));
}

fn told(stage: &Stage) -> Vec<&str> {
    stage.model.toasts.all.iter().map(|message| &*message.text).filter(|text| text.starts_with("earned")).collect()
}

fn cues(stage: &Stage) -> usize {
    stage.effects.iter().filter(|effect| matches!(effect, Effect::Play(Cue::Achievement))).count()
}

#[test]
fn what_was_so_at_the_first_look_is_granted_in_one_quiet_toast() {
    let mut stage = proud(120, 36);
    stage.send(Event::Fleet(Arc::new(homelab())));
    assert_eq!((told(&stage), cues(&stage)), (vec!["earned before: first app, ten apps · [H] the plaque"], 0));
    stage.send(Event::Fleet(Arc::new(homelab())));
    assert_eq!(told(&stage).len(), 1, "once");
}

#[test]
fn what_is_earned_is_told_and_heard_once_and_kept() {
    let mut stage = proud(120, 36);
    stage.send(Event::Fleet(Arc::new(homelab())));
    news(&mut stage, restored());
    assert_eq!((told(&stage)[0], cues(&stage)), ("earned: back from the dead · [H] the plaque", 1));
    news(&mut stage, restored());
    news(&mut stage, homelab());
    news(&mut stage, restored());
    assert_eq!((told(&stage).len(), cues(&stage)), (2, 1));
    let kept = stage.kept();
    let mut later = Stage::after(kept, homelab());
    later.model.settings.look.honours = true;
    news(&mut later, restored());
    assert_eq!((told(&later).len(), cues(&later)), (0, 0), "the next deck knows");
}

#[test]
fn an_emptied_inbox_is_earned_by_who_saw_it_full() {
    let empty = || {
        let mut fleet = tended();
        let care = Arc::make_mut(&mut fleet.care);
        care.alerts.clear();
        care.findings.clear();
        fleet
    };
    let mut stage = proud(120, 36);
    news(&mut stage, empty());
    news(&mut stage, tended());
    news(&mut stage, empty());
    assert_eq!(told(&stage)[0], "earned: all mended · [H] the plaque");
    let mut late = proud(120, 36);
    news(&mut late, empty());
    assert!(!told(&late)[0].contains("mended"));
}

#[test]
fn a_setting_switches_all_of_it_off() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.send(Event::Fleet(Arc::new(homelab())));
    news(&mut stage, restored());
    assert_eq!((told(&stage).len(), cues(&stage)), (0, 0));
    stage.keys("H");
    assert!(stage.model.layers.is_empty());
    assert!(!stage.kept().0.contains_key("honours"));
}

#[test]
fn the_plaque_opens_on_every_deck_and_closes_by_its_key() {
    let mut stage = proud(120, 36);
    for deck in Deck::ALL {
        stage.keys(&deck.number().to_string()).keys("H");
        assert_eq!(stage.model.place(), Place::Plaque, "{deck:?}");
        stage.keys("H");
        assert!(stage.model.layers.is_empty(), "{deck:?}");
    }
}

#[test]
fn the_plaque_shows_what_was_earned_and_how_far_one_is() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = proud(columns, rows);
        let mut fleet = homelab();
        fleet.apps.truncate(7);
        stage.send(Event::Fleet(Arc::new(fleet.clone())));
        fleet.operations = restored().operations;
        news(&mut stage, fleet);
        stage.keys("Esc Esc H");
        check(&format!("plaque-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn the_plaque_is_drawn_at_any_size_and_scrolls_to_its_end() {
    let mut stage = proud(44, 14);
    stage.send(Event::Fleet(Arc::new(homelab()))).keys("Esc Esc H G");
    let shown: String = stage.picture().content.iter().map(|cell| cell.symbol()).collect();
    assert!(shown.contains("all mended") && !shown.contains("first app"));
    for (columns, rows) in [(40, 12), (59, 13), (200, 60), (1, 1)] {
        stage.picture_at(columns, rows);
    }
}

#[test]
fn with_an_empty_memory_and_no_host_nothing_is_looked_at() {
    let mut stage = Stage::with(Fleet::default(), 120, 36, "dark", Depth::True, Motion::None);
    stage.model.settings.look.honours = true;
    stage.send(Event::Fleet(Arc::new(Fleet::default())));
    assert!(!stage.kept().0.contains_key("honours") && Memory::default().0.is_empty());
}
