//! The first minute in the demo: one hint at a time, each gone when its thing was done.

use std::sync::Arc;

use proximity::{
    domain::{fleet::Fleet, ids::OperationId, operation::Operation, plan::PlanKind},
    settings::{Keys, Motion, Presses},
    tui::{
        event::Event,
        keymap::Keymap,
        model::{Demo, hints::Hints, memory::Remembered, start::POWER_ON},
        theme::Depth,
    },
};

use super::{
    fleet::{homelab, restarting},
    stage::Stage,
};

const HINTS: [&str; 5] = [
    "[3] opens the store: pick one and press [Enter] to deploy it",
    "[2] apps: [Space] turns a unit to its back",
    "[b] backs it up",
    "[U] takes back what was done last",
    "that is all: [?] helps anywhere",
];

fn calm() -> Fleet {
    Fleet { operations: Vec::new(), ..homelab() }
}

fn newcomer() -> Stage {
    let mut stage = Stage::new(calm(), 120, 36);
    stage.model.hints = Hints::default();
    stage
}

fn shown(stage: &Stage) -> Option<&'static str> {
    let picture: String = stage.picture().content.iter().map(|cell| cell.symbol()).collect();
    HINTS.into_iter().find(|hint| picture.contains(hint))
}

fn begins(stage: &mut Stage, kind: PlanKind) {
    let mut operation = restarting(3);
    Arc::make_mut(&mut operation.plan).kind = kind;
    operation.id = OperationId(90 + kind as i64);
    let fleet = Fleet { operations: vec![Operation { ..operation }], ..homelab() };
    stage.send(Event::Fleet(Arc::new(fleet)));
}

#[test]
fn a_newcomer_is_led_from_the_store_to_help() {
    let mut stage = newcomer();
    assert_eq!(shown(&stage), Some(HINTS[0]));
    begins(&mut stage, PlanKind::Deploy);
    assert_eq!(shown(&stage), Some(HINTS[1]));
    stage.keys("2 Space");
    assert_eq!(shown(&stage), Some(HINTS[2]));
    begins(&mut stage, PlanKind::Backup);
    assert_eq!(shown(&stage), Some(HINTS[3]));
    stage.keys("U");
    assert_eq!(shown(&stage), Some(HINTS[4]));
    stage.keys("Esc ?");
    stage.keys("Esc");
    assert_eq!((shown(&stage), stage.model.hints.next()), (None, None));
}

#[test]
fn what_was_done_already_is_not_asked_for() {
    let mut stage = newcomer();
    begins(&mut stage, PlanKind::Backup);
    stage.keys("2 Space Space");
    assert_eq!(shown(&stage), Some(HINTS[0]));
    begins(&mut stage, PlanKind::Deploy);
    assert_eq!(shown(&stage), Some(HINTS[3]));
    begins(&mut stage, PlanKind::Unbin);
    assert_eq!(shown(&stage), Some(HINTS[4]));
}

#[test]
fn help_before_the_end_does_not_end_them() {
    let mut stage = newcomer();
    stage.keys("? Esc");
    assert_eq!(shown(&stage), Some(HINTS[0]));
}

#[test]
fn escape_ends_them_all_only_where_nothing_else_takes_it() {
    let mut stage = newcomer();
    stage.keys("2 Esc");
    assert_eq!(shown(&stage), Some(HINTS[0]), "it led back to the overview");
    stage.keys("Tab Esc");
    assert_eq!(shown(&stage), Some(HINTS[0]), "it led back to the cabinets");
    stage.keys("Esc");
    assert_eq!(shown(&stage), None);
    let kept = stage.kept().0;
    assert_eq!(kept.get(Hints::NAME), Some(&serde_json::to_string(&Hints::over()).unwrap()));
}

#[test]
fn the_last_word_is_said_in_one_run_only() {
    let mut stage = newcomer();
    for kind in [PlanKind::Deploy, PlanKind::Backup, PlanKind::Unbin] {
        begins(&mut stage, kind);
    }
    stage.keys("2 Space");
    assert_eq!(shown(&stage), Some(HINTS[4]));
    assert_eq!(stage.kept().recall::<Hints>(), Hints::over());
}

#[test]
fn they_are_for_the_demo_and_a_setting_ends_them() {
    let mut stage = newcomer();
    stage.model.settings.look.hints = false;
    assert_eq!(shown(&stage), None);
    let mut real = newcomer();
    real.model.demo = Demo::Real;
    assert_eq!(shown(&real), None);
}

#[test]
fn they_name_the_keys_as_they_are_bound() {
    let mut stage = newcomer();
    let keys = Keys([("decks.open-store".to_owned(), Presses(vec!["F3".to_owned()]))].into());
    stage.model.keymap = Keymap::of(&keys).0;
    let (text, short) = stage.model.hint().unwrap();
    assert!(text.starts_with("[F3] opens the store") && short.starts_with("[F3]"), "{text}");
}

#[test]
fn they_fit_everywhere_or_are_not_there_and_cost_no_picture() {
    for (columns, rows) in [(80, 24), (100, 30), (120, 36), (40, 12)] {
        let mut stage = Stage::with(calm(), columns, rows, "dark", Depth::True, Motion::Full);
        stage.wait(POWER_ON);
        let quiet = stage.model.wakes_at();
        stage.model.hints = Hints::default();
        assert_eq!(stage.model.wakes_at(), quiet, "{columns}x{rows}");
    }
    let mut small = Stage::new(calm(), 80, 24);
    small.model.hints = Hints::default();
    let picture: String = small.picture().content.iter().map(|cell| cell.symbol()).collect();
    assert!(picture.contains("[3] store, [Enter] deploys"));
}
