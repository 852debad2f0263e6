//! Operations while they run, ask, are taken back, and when they are over.

use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{
        ids::OperationId,
        operation::Operation,
        plan::journal::{Choice, Entry, Output},
    },
    engine::{Answer, Query, Request},
    sound::Cue,
    tui::{effect::Effect, event::Event, keymap::Place},
};

use super::{
    fleet::{done, homelab},
    shelf::{answer, asking, deploying, no_mirror, sees, text, undoing, undone, with},
    snapshot::check,
    stage::Stage,
};

fn asked(stage: &Stage) -> Vec<Request> {
    let of = |effect: &Effect| match effect {
        Effect::Ask(_, request) => Some(request.clone()),
        _ => None,
    };
    stage.effects.iter().filter_map(of).collect()
}

fn pane(operation: Operation) -> Stage {
    let mut stage = Stage::new(with(operation), 120, 36);
    stage.keys("2 / tv Enter Enter");
    stage
}

#[test]
fn an_app_that_is_being_made_is_a_unit_already_and_shows_how_far_it_is() {
    let mut stage = Stage::new(with(deploying()), 120, 36);
    stage.keys("2 / tv Enter");
    for seen in
        ["deploying 7/9", "71 %", "00:41", "Docker from Debian · unpacking docker.io", "Unpacking docker.io (26.1)"]
    {
        sees(&stage, seen);
    }
    check("unit-deploying-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("z");
    check("unit-deploying-dense-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn the_pane_shows_every_step_as_it_stands() {
    let stage = pane(deploying());
    assert_eq!(stage.model.place(), Place::Why);
    check("progress-120x36", &stage.picture(), &stage.model.canvas.theme);
    let mut stage = Stage::new(with(deploying()), 80, 24);
    stage.keys("2 / tv Enter Enter");
    check("progress-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_step_that_was_seen_to_begin_and_end_says_how_long_it_took() {
    let mut stage = Stage::new(homelab(), 120, 36);
    let mut operation = deploying();
    operation.began = stage.now.wall;
    let whole = std::mem::take(&mut operation.journal);
    for entries in [1, 2, whole.len()] {
        operation.journal = whole[..entries].to_vec();
        stage.send(Event::Fleet(Arc::new(with(operation.clone()))));
        stage.wait(Duration::from_secs(7));
    }
    stage.keys("2 / tv Enter Enter");
    let shown = text(&stage);
    let first = shown.lines().find(|line| line.contains("check that it fits")).unwrap();
    assert!(first.contains("7.0 s"), "{first}");
}

#[test]
fn what_is_tried_again_says_why_and_when() {
    let mut operation = deploying();
    operation.journal.push(Entry::Waits(9, no_mirror(), super::fleet::NOW + Duration::from_secs(30)));
    let stage = pane(operation);
    sees(&stage, "tried 1 times, again in 30 s");
    sees(&stage, "deb.debian.org did not answer");
}

#[test]
fn what_failed_and_asks_needs_somebody_and_is_kept_or_undone() {
    let mut stage = Stage::new(with(asking()), 120, 36);
    sees(&stage, "Docker was not installed");
    check("asks-overview-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Tab g Enter");
    assert_eq!(stage.model.place(), Place::Asks);
    check("asks-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("k");
    assert_eq!(asked(&stage), [Request::Answer { operation: OperationId(50), choice: Choice::Keep }]);
    let mut stage = Stage::new(with(asking()), 120, 36);
    stage.keys("2 / tv Enter");
    sees(&stage, "[Enter] why, and keep it or undo");
    stage.keys("Enter x");
    assert_eq!(asked(&stage), [Request::Answer { operation: OperationId(50), choice: Choice::Undo }]);
}

#[test]
fn what_is_being_taken_back_is_told_step_by_step() {
    let stage = pane(undoing());
    sees(&stage, "is being taken back");
    check("undoing-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_new_app_that_came_to_nothing_is_told_until_it_was_read() {
    let mut stage = Stage::new(with(undone()), 120, 36);
    let tells = |stage: &Stage| stage.model.health.wants.iter().any(|want| want.who == "tv");
    assert!(tells(&stage));
    stage.keys("Tab");
    let at = stage.model.health.wants.iter().position(|want| want.who == "tv").unwrap();
    stage.keys("g");
    for _ in 0..at {
        stage.keys("j");
    }
    stage.keys("Enter Esc");
    assert!(!tells(&stage));
}

#[test]
fn what_begins_and_what_asks_is_heard() {
    let heard = |fleet| {
        let mut stage = Stage::new(homelab(), 120, 36);
        stage.model.settings.sound.mute = false;
        stage.send(Event::Fleet(Arc::new(fleet)));
        stage
            .effects
            .into_iter()
            .filter_map(|effect| if let Effect::Play(cue) = effect { Some(cue) } else { None })
            .collect::<Vec<_>>()
    };
    assert_eq!(heard(with(deploying())), [Cue::DeployStart]);
    assert_eq!(heard(with(asking())), [Cue::Error]);
    assert_eq!(heard(homelab()), []);
}

fn older() -> Vec<Operation> {
    let mut old = done(3, proximity::domain::plan::PlanKind::Stop, 200_000);
    old.id = OperationId(7);
    vec![done(5, proximity::domain::plan::PlanKind::Restart, 1900), old]
}

fn ops(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(with(deploying()), columns, rows);
    stage.keys("6");
    assert!(matches!(answer(&mut stage, Answer::Operations(older())), Query::Operations { .. }));
    stage
}

#[test]
fn the_operations_deck_has_each_operation_once_and_what_runs_on_top() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let stage = ops(columns, rows);
        check(&format!("ops-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
        let rows: Vec<i64> = stage.model.ops.rows.iter().map(|id| id.0).collect();
        assert_eq!(rows, [41, 50, 40, 35, 39, 7]);
    }
}

#[test]
fn operations_are_cancelled_tried_again_and_undone_from_their_deck() {
    let mut stage = ops(120, 36);
    stage.keys("j x y");
    assert_eq!(asked(&stage), [Request::Cancel(OperationId(50))]);
    stage.keys("j r");
    assert_eq!(asked(&stage)[1..], [Request::Retry(OperationId(40))]);
    stage.keys("j U");
    assert!(matches!(answer(&mut stage, Answer::WayOut(None)), Query::WayOut(OperationId(35))));
    stage.keys("Esc Enter");
    assert_eq!(stage.model.place(), Place::Why);
    stage.keys("Esc G Enter");
    sees(&stage, "jellyfin");
}

#[test]
fn an_operation_that_is_not_known_is_looked_up() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("6");
    answer(&mut stage, Answer::Operations(vec![]));
    let mut done = done(5, proximity::domain::plan::PlanKind::Restart, 1900);
    done.id = OperationId(99);
    done.journal.push(Entry::Did(1, Output::Nothing));
    assert!(stage.model.operation(OperationId(99)).is_none());
    stage.send(Event::Fleet(Arc::new(with(done))));
    assert!(stage.model.operation(OperationId(99)).is_some());
}
