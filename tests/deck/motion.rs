//! What moves, and what never does.

use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{fleet::Fleet, ids::GuestKey},
    engine::{Change, Notice, Query, Tone, door::Audience},
    settings::{Motion, Settings},
    sound::Cue,
    tui::{
        effect::Effect,
        event::{Event, Focus},
        model::{flip::Side, memory::Memory, start::POWER_ON},
        theme::{Depth, Role},
    },
};

use super::{
    fleet::{homelab, key},
    stage::Stage,
};

fn quiet() -> Fleet {
    Fleet { operations: Vec::new(), ..homelab() }
}

fn moving(fleet: Fleet) -> Stage {
    let mut stage = Stage::with(fleet, 120, 36, "dark", Depth::True, Motion::Full);
    stage.wait(POWER_ON);
    stage
}

#[test]
fn with_motion_off_and_nothing_running_the_deck_sleeps_until_its_numbers_grow_old() {
    let stage = Stage::new(quiet(), 120, 36);
    assert_eq!(stage.model.wakes_at(), Some(stage.now.tick + Duration::from_secs(20)));
    let stage = Stage::new(Fleet::default(), 120, 36);
    assert_eq!(stage.model.wakes_at(), None);
}

#[test]
fn without_focus_it_sleeps_whatever_moves() {
    let mut stage = moving(homelab());
    stage.keys("2 Space").send(Event::Focus(Focus::Lost));
    assert_eq!(stage.model.wakes_at(), None);
    let before = stage.picture();
    stage.wait(Duration::from_millis(3900));
    assert_eq!(
        stage.picture().diff(&before).len(),
        1,
        "only the elapsed time of what runs, when something else woke it"
    );
}

#[test]
fn a_toast_is_a_reason_to_wake() {
    let mut stage = Stage::new(quiet(), 120, 36);
    stage.send(Event::Notice(Notice { tone: Tone::Success, text: "done".into(), detail: None, operation: None }));
    assert_eq!(stage.model.wakes_at(), Some(stage.now.tick + Duration::from_secs(4)));
    let with = stage.picture();
    stage.wait(Duration::from_secs(4));
    assert_ne!(stage.picture(), with);
}

#[test]
fn it_never_asks_to_be_woken_in_the_past() {
    let mut stage = moving(homelab());
    stage.keys("2 Space");
    for _ in 0..200 {
        let at = stage.model.wakes_at().expect("something runs");
        assert!(at > stage.now.tick);
        stage.wait(at - stage.now.tick);
    }
}

#[test]
fn nothing_changes_between_two_moments_that_it_named() {
    let mut stage = moving(homelab());
    for _ in 0..40 {
        let at = stage.model.wakes_at().expect("something runs");
        let before = stage.picture();
        stage.wait((at - stage.now.tick).saturating_sub(Duration::from_millis(1)));
        assert_eq!(stage.picture(), before, "at {:?}", stage.now.tick);
        stage.wait(at.saturating_sub(stage.now.tick));
    }
}

#[test]
fn the_display_rolls_only_when_it_must() {
    let mut stage = moving(quiet());
    let long = "a message that is much too long for the display of a master rack at a hundred and twenty columns or so";
    stage.model.echo = Some((long.into(), stage.now.tick + Duration::from_secs(60)));
    let before = stage.picture();
    stage.wait(Duration::from_millis(3900));
    assert!(stage.picture().diff(&before).len() > 30);
    let at = stage.model.wakes_at().unwrap();
    assert!(at <= stage.now.tick + Duration::from_millis(300));
    stage.model.echo = Some(("short".into(), stage.now.tick + Duration::from_secs(60)));
    let before = stage.picture();
    stage.wait(Duration::from_millis(600));
    assert!(stage.picture().diff(&before).len() < 12);
}

#[test]
fn the_engine_is_told_whether_somebody_looks() {
    let mut stage = moving(quiet());
    stage.effects.clear();
    stage.send(Event::Focus(Focus::Lost)).send(Event::Focus(Focus::Lost)).send(Event::Focus(Focus::Gained));
    let told: Vec<Audience> = stage
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Change(_, Change::Watched(watched)) => Some(*watched),
            _ => None,
        })
        .collect();
    assert_eq!(told, [Audience::Away, Audience::Present]);
}

#[test]
fn a_light_costs_few_cells() {
    let mut stage = moving(quiet());
    stage.keys("2");
    let mut seen = 0;
    for _ in 0..40 {
        let before = stage.picture();
        let at = stage.model.wakes_at().expect("lights breathe");
        stage.wait(at - stage.now.tick);
        let changed = before.diff(&stage.picture()).len();
        assert!(changed <= 9, "{changed} cells at {:?}", stage.now.tick);
        seen += changed;
    }
    assert!(seen > 0, "the lights are dead");
}

#[test]
fn the_power_on_show_is_short_and_any_key_ends_it() {
    let mut stage = Stage::with(homelab(), 120, 36, "dark", Depth::True, Motion::Full);
    assert!(POWER_ON <= Duration::from_millis(500));
    assert!(stage.model.power_on.is_some());
    stage.keys("2");
    assert!(stage.model.power_on.is_none());
    assert_eq!(stage.model.deck.number(), '2', "and the key is obeyed");
    for motion in [Motion::Reduced, Motion::None] {
        assert!(Stage::with(homelab(), 120, 36, "dark", Depth::True, motion).model.power_on.is_none());
    }
}

#[test]
fn the_show_is_for_the_first_start_of_a_day() {
    let mut first = Stage::with(homelab(), 120, 36, "dark", Depth::True, Motion::Full);
    first.keys("2");
    assert!(Stage::after(first.kept(), homelab()).model.power_on.is_none(), "the same day it is not shown again");
    first.wait(Duration::from_secs(86_400));
    let (wall, mut next) = (first.now.wall, Stage::after(Memory::default(), homelab()));
    next.keys("2");
    assert_eq!(next.kept().0.len(), 1);
    assert_ne!(first.kept().0, next.kept().0, "{wall:?}: the day that is kept is the day it is");
}

#[test]
fn the_lights_come_on_from_left_to_right() {
    let mut stage = Stage::with(homelab(), 120, 36, "dark", Depth::True, Motion::Full);
    let off = stage.model.canvas.theme.colour(Role::Off);
    let lit = |stage: &Stage| {
        let picture = stage.picture();
        let lights = picture.content.iter().enumerate().filter(|(_, cell)| cell.symbol() == "●" && cell.fg != off);
        lights.map(|(i, _)| i as u16 % 120).max().unwrap_or(0)
    };
    let mut reach = vec![lit(&stage)];
    for _ in 0..8 {
        stage.wait(Duration::from_millis(60));
        reach.push(lit(&stage));
    }
    assert_eq!(reach[0], 0, "all are out at first");
    assert!(reach.is_sorted(), "{reach:?}");
    assert!(reach[8] > 60, "all are on at last");
}

#[test]
fn a_flip_narrows_to_an_edge_and_opens_again_on_the_back() {
    let mut stage = moving(homelab());
    stage.keys("2 Space");
    let held = stage.model.apps.hand.key.clone().unwrap();
    let mut widths = Vec::new();
    for _ in 0..10 {
        widths.push(stage.model.flips.pose(&held, stage.now.tick));
        stage.wait(Duration::from_millis(30));
    }
    let edge = widths.iter().position(|pose| pose.side == Side::Back).unwrap();
    assert!(widths[..edge].windows(2).all(|pair| pair[0].width >= pair[1].width));
    assert!(widths[edge..].windows(2).all(|pair| pair[0].width <= pair[1].width));
    let end = stage.model.flips.pose(&held, stage.now.tick);
    assert_eq!((end.side, end.width), (Side::Back, 1.0));
}

#[test]
fn a_second_press_in_mid_turn_turns_back_from_where_it_is() {
    let mut stage = moving(homelab());
    stage.keys("2 Space").wait(Duration::from_millis(90));
    let held = stage.model.apps.hand.key.clone().unwrap();
    let before = stage.model.flips.pose(&held, stage.now.tick);
    stage.keys("Space");
    let after = stage.model.flips.pose(&held, stage.now.tick);
    assert_eq!(after.side, Side::Front);
    assert!((after.width - before.width).abs() < 0.001);
    stage.wait(Duration::from_millis(91));
    assert!(!stage.model.flips.is_turning(stage.now.tick), "the way back is as short as the way there");
}

#[test]
fn the_flip_cue_plays_at_the_edge_and_not_when_muted() {
    let flips = |stage: &Stage| stage.effects.iter().filter(|effect| matches!(effect, Effect::Play(Cue::Flip))).count();
    let mut stage = moving(homelab());
    stage.keys("2 Space").wait(Duration::from_millis(100));
    assert_eq!(flips(&stage), 0);
    stage.wait(Duration::from_millis(60)).wait(Duration::from_millis(200));
    assert_eq!(flips(&stage), 1);
    stage.keys("M Space").wait(Duration::from_millis(400));
    assert_eq!(flips(&stage), 1);
}

#[test]
fn reduced_motion_cuts_and_none_stands_still() {
    for motion in [Motion::Reduced, Motion::None] {
        let mut stage = Stage::with(quiet(), 120, 36, "dark", Depth::True, motion);
        stage.keys("2 Space");
        let held = stage.model.apps.hand.key.clone().unwrap();
        assert_eq!(stage.model.flips.pose(&held, stage.now.tick).width, 1.0);
        assert_eq!(stage.model.flips.side(&held), Side::Back);
        assert!(!stage.model.flips.is_turning(stage.now.tick));
    }
}

#[test]
fn every_change_of_the_look_is_saved() {
    let saved = |stage: &mut Stage, keys: &str| -> Settings {
        stage.keys(keys);
        match stage.effects.last() {
            Some(Effect::Save(settings)) => settings.clone(),
            other => panic!("{keys} saved nothing: {other:?}"),
        }
    };
    let mut stage = Stage::new(homelab(), 120, 36);
    assert_eq!(saved(&mut stage, "T").look.theme, "light");
    assert_eq!(stage.model.canvas.theme.name, "light");
    assert_ne!(saved(&mut stage, "2 z").look.density, Settings::default().look.density);
    assert!(saved(&mut stage, "M").sound.mute);
    assert_eq!(saved(&mut stage, "7 jj Right").look.motion, Motion::Full);
    assert_eq!(stage.model.canvas.motion, Motion::Full);
}

#[test]
fn a_back_is_asked_for_when_it_is_turned_to_the_eye() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jellyfin Enter Space");
    assert_eq!(backs(&stage), [key(104)]);
    stage.keys("Space");
    assert_eq!(backs(&stage), [key(104)], "the front asks nothing");
}

#[test]
fn the_back_is_read_anew_when_an_operation_on_it_ends() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / immich Enter Space");
    assert_eq!(backs(&stage), [key(105)]);
    let mut fleet = homelab();
    fleet.operations[0].ended = Some(proximity::domain::operation::Ended {
        at: super::fleet::NOW,
        outcome: proximity::domain::plan::journal::Outcome::Done,
    });
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert_eq!(backs(&stage), [key(105), key(105)]);
}

fn backs(stage: &Stage) -> Vec<GuestKey> {
    let back = |effect: &Effect| match effect {
        Effect::Query(_, Query::Guest(guest)) => Some(guest.clone()),
        _ => None,
    };
    stage.effects.iter().filter_map(back).collect()
}
