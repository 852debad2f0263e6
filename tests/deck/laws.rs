//! Laws of moving about: next and previous are opposites, no key and no size is fatal, the hand is always on something.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Fleet, Power},
        ids::OperationId,
    },
    engine::{Answer, Query, Request, Shown},
    tui::{command::Deck, console::News, effect::Effect, event::Event},
};

use super::{
    fleet::{crowd, homelab},
    shelf,
    stage::Stage,
    vault,
};

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let code = prop_oneof![
        8 => proptest::char::range(' ', '~').prop_map(KeyCode::Char),
        3 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down, KeyCode::Left,
            KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Backspace,
            KeyCode::Delete, KeyCode::F(1),
        ]),
    ];
    let modifiers =
        prop_oneof![4 => Just(KeyModifiers::NONE), 1 => Just(KeyModifiers::CONTROL), 1 => Just(KeyModifiers::SHIFT)];
    (code, modifiers).prop_map(|(code, modifiers)| KeyEvent::new(code, modifiers))
}

#[derive(Debug, Clone)]
pub enum Move {
    Key(KeyEvent),
    Click(u16, u16),
    Drag(u16, u16),
    Wheel(bool),
    Resize(u16, u16),
    /// The fleet changes under the hand.
    World(u8),
    Wait(u16),
    /// The engine answers what was asked last, or refuses it.
    Answer(bool),
    /// A guest's console writes, or ends.
    Console(Vec<u8>),
}

pub fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        12 => any_key().prop_map(Move::Key),
        2 => (0..200u16, 0..60u16).prop_map(|(x, y)| Move::Click(x, y)),
        2 => (0..200u16, 0..60u16).prop_map(|(x, y)| Move::Drag(x, y)),
        1 => any::<bool>().prop_map(Move::Wheel),
        1 => (0..210u16, 0..70u16).prop_map(|(x, y)| Move::Resize(x, y)),
        1 => any::<u8>().prop_map(Move::World),
        1 => (0..2000u16).prop_map(Move::Wait),
        3 => any::<bool>().prop_map(Move::Answer),
        2 => prop::collection::vec(any::<u8>(), 0..80).prop_map(Move::Console),
    ]
}

/// A world in which some guests are gone and some have stopped.
fn other_world(seed: u8) -> Fleet {
    let mut fleet = match seed % 8 {
        7 => super::care::tended(),
        0 => shelf::with(shelf::deploying()),
        1 => shelf::with(shelf::asking()),
        2 => shelf::booked(),
        3 => shelf::with(shelf::undoing()),
        4 => vault::stocked(),
        5 => vault::silent(),
        _ => homelab(),
    };
    if seed.is_multiple_of(7) {
        return Fleet::default();
    }
    fleet.guests.retain(|guest| (guest.vmid().0 as u8).wrapping_mul(seed) % 5 != 1);
    for guest in fleet.guests.iter_mut().filter(|guest| (guest.vmid().0 as u8) % 3 == seed % 3) {
        Arc::make_mut(guest).power = Power::Stopped;
    }
    if seed.is_multiple_of(2) {
        fleet.operations.clear();
    }
    fleet
}

pub fn play(stage: &mut Stage, step: Move) {
    let mouse = |kind, column, row| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    match step {
        Move::Key(key) => stage.send(Event::Key(key)),
        Move::Click(x, y) => stage.send(mouse(MouseEventKind::Down(MouseButton::Left), x, y)),
        Move::Drag(x, y) => stage.send(mouse(MouseEventKind::Drag(MouseButton::Left), x, y)),
        Move::Wheel(down) => {
            stage.send(mouse(if down { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp }, 5, 5))
        }
        Move::Resize(columns, rows) => stage.send(Event::Resize { columns, rows }),
        Move::World(seed) => stage.send(Event::Fleet(Arc::new(other_world(seed)))),
        Move::Answer(is_good) => {
            reply(stage, is_good);
            stage
        }
        Move::Console(bytes) => {
            write(stage, bytes);
            stage
        }
        Move::Wait(ms) => stage.wait(std::time::Duration::from_millis(ms.into())),
    };
}

/// On whatever line is open; without a byte it ends.
fn write(stage: &mut Stage, bytes: Vec<u8>) {
    let Some(line) = stage.model.consoles.all().last().map(|console| console.line) else { return };
    let shown = if bytes.is_empty() { Shown::Ended("it ended".into()) } else { Shown::Bytes(bytes) };
    stage.send(Event::Console(line, News::Open)).send(Event::Console(line, News::Shown(shown)));
}

/// As the engine would, or with a refusal.
fn reply(stage: &mut Stage, is_good: bool) {
    let fault = Fault::lasting(FaultCode::Refused, "it was not done", "somebody said no", "ask somebody else");
    let result = match stage.effects.pop() {
        Some(Effect::Ask(ticket, _)) => {
            let result = if is_good { Ok(OperationId(50)) } else { Err(fault) };
            Event::Asked(ticket, result)
        }
        Some(Effect::Query(ticket, query)) => {
            let answer = match query {
                Query::PastAlerts { .. } => Answer::Alerts(super::care::care().alerts),
                Query::PastFindings { .. } => Answer::Findings(super::care::care().findings),
                Query::RightSizes(_) => Answer::RightSizes(super::sizes::rows()),
                Query::Shelf => Answer::Shelf(Arc::new(shelf::shelf()), BTreeSet::new()),
                Query::Preview(Request::Deploy(_)) => {
                    Answer::Preview(Box::new(shelf::preview_of(shelf::deploy_plan())))
                }
                Query::Preview(_) => Answer::Preview(Box::new(shelf::harmless(shelf::removal()))),
                Query::Operations { .. } => Answer::Operations(vec![shelf::undone(), shelf::undoing()]),
                Query::Operation(_) => Answer::Operation(Box::new(shelf::asking())),
                Query::Sources => Answer::Sources(super::sources::rows(), None),
                Query::SourceNews { .. } => Answer::SourceNews(Box::new(super::sources::news())),
                Query::BackupPlaces(_) | Query::RestorePlaces(_) => Answer::Places(vec![]),
                Query::BackupNotes(_) => Answer::Text("one\ntwo".into()),
                Query::NextRuns { .. } => Answer::Runs(vec![super::fleet::NOW]),
                Query::PrunePreview(_) => Answer::Pruning(vec![]),
                Query::JobRights(_) => Answer::Grants(vec![]),
                Query::Snapshots(_) => Answer::Snapshots(super::life::ring()),
                Query::Fingerprint { .. } => Answer::Fingerprint(super::hosts::answers::PRINT.into()),
                Query::TestDraft(_) | Query::TestHost(_) | Query::TestEdit { .. } => {
                    Answer::Test(Box::new(super::hosts::answers::lacking()))
                }
                Query::Least(_) => Answer::Least(Box::new(super::hosts::answers::plan())),
                Query::SshKey { .. } => Answer::SshKey(super::hosts::answers::ssh_key()),
                Query::TestSsh(_) | Query::TestSshDraft { .. } => Answer::Ssh(None),
                Query::Node(key) => Answer::Node(Box::new(super::hosts::answers::machine(key.node.as_str()))),
                Query::History { span, .. } => Answer::History(Box::new(super::detail::history(span))),
                Query::Log { ask, .. } => Answer::Log(Box::new(super::detail::tail(ask.after))),
                Query::Papers(_) => Answer::Papers(super::detail::papers()),
                Query::Guest(key) => Answer::Guest(Box::new(super::stage::detail(&key))),
                _ => Answer::WayOut(None),
            };
            Event::Answered(ticket, if is_good { Ok(answer) } else { Err(fault) })
        }
        Some(Effect::Change(ticket, _)) => Event::Changed(ticket, if is_good { Ok(()) } else { Err(fault) }),
        _ => return,
    };
    stage.send(result);
}

/// Whatever the hand is on exists, and is what its place says.
pub fn hand_is_valid(stage: &Stage) -> Result<(), TestCaseError> {
    let model = &stage.model;
    let apps = &model.apps;
    prop_assert_eq!(apps.hand.key.is_some(), !apps.shown.is_empty());
    if let Some(key) = &apps.hand.key {
        prop_assert_eq!(apps.shown.get(apps.hand.at), Some(key));
        prop_assert!(model.world.entry(key).is_some());
    }
    if let Some(key) = model.overview.selected() {
        let cabinet = &model.world.cabinets[model.overview.cabinet];
        prop_assert_eq!(&model.world.entries[cabinet.units[model.overview.unit]].key, key);
    }
    let board = &model.board;
    prop_assert_eq!(board.hand.key.is_some(), !board.shown.is_empty());
    if let Some(app) = &board.hand.key {
        prop_assert_eq!(board.shown.get(board.hand.at), Some(app));
        prop_assert!(board.row(app).is_some());
    }
    let store = &model.store;
    prop_assert_eq!(store.hand.key.is_some(), !store.is_empty());
    prop_assert_eq!(store.hand.key.as_ref(), store.at(store.hand.at).map(|shelved| &shelved.recipe.id));
    prop_assert!(model.hosts.rows.is_empty() || model.hosts.selected().is_some());
    prop_assert!(apps.marked.iter().all(|key| model.world.entry(key).is_some()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var("PROXIMITY_FULL").is_ok() { 2000 } else { 60 }))]

    #[test]
    fn no_sequence_of_keys_is_fatal_and_the_hand_is_always_on_something(
        steps in prop::collection::vec(any_move(), 1..60),
    ) {
        let mut stage = Stage::new(homelab(), 100, 30);
        for step in steps {
            play(&mut stage, step);
            hand_is_valid(&stage)?;
        }
        stage.picture();
    }

    #[test]
    fn no_keys_over_a_plan_a_form_or_a_list_are_fatal(
        open in prop::sample::select(vec![
            "3", "3 Enter", "3 d", "3 t", "3 s", "3 i", "3 /", "2 d", "2 d x", "2 u", "2 e", "2 c", "2 m", "2 n", "2 U", "6", "6 Enter", "2 Left a", "2 E", "5", "5 Enter", "5 Enter r", "5 Enter n", "5 s", "5 s n", "5 s Enter", "5 b", "5 i", "5 C-a r", "2 b", "2 B", "4 j Enter", "4 Space", "4 n x C-s y", "4 e C-s C-s Enter C-s", "4 r", "4 K Right", "4 t", "I", "I BackTab", "I m", "I z", "I Enter", "I jjjjjj A", "2 Z", "4 Z", "2 / jelly Enter Enter", "2 / jelly Enter Enter 2", "2 / jelly Enter Enter 2 h", "2 / jelly Enter Enter 3", "2 / jelly Enter Enter 3 / G", "2 / jelly Enter Enter 3 w", "2 / jelly Enter Enter 4", "2 / jelly Enter Enter 5", "2 / jelly Enter Enter 6", "2 / jelly Enter Enter 7", "L", "2 L x", "2 !", "2 ! C-]", "2 ! C-] k", "2 ! C-] /",
        ]),
        columns in 20..130u16,
        rows in 8..40u16,
        steps in prop::collection::vec(any_move(), 1..40),
    ) {
        let care = super::care::tended().care;
        let fleet = Fleet { backups: Arc::new(vault::backups()), care, ..shelf::booked() };
        let mut stage = Stage::new(fleet, columns, rows);
        for word in open.split(' ') {
            stage.keys(word);
            reply(&mut stage, true);
        }
        for step in steps {
            play(&mut stage, step);
            hand_is_valid(&stage)?;
            stage.picture();
            stage.model.caret();
        }
    }

    #[test]
    fn no_size_is_fatal(columns in 0..=300u16, rows in 0..=100u16, deck in 0..7usize, dense: bool, help: bool) {
        let mut stage = Stage::new(homelab(), columns, rows);
        let keys = format!("{} {} {}", Deck::ALL[deck].number(), if dense { "z" } else { "Space" }, if help { "?" } else { "" });
        stage.keys(&keys).answer_backs();
        stage.picture();
        // The terminal may be resized before the deck hears of it.
        stage.picture_at(rows, columns.min(100));
    }

    #[test]
    fn every_row_ends_in_the_posts_of_the_rack(
        columns in 3..=220u16,
        rows in 1..=70u16,
        deck in 0..7usize,
        over in prop::sample::select(vec!["", "Space", "z", "?", "C-p", "S", "n", "q", "d", "U", "Enter", "e", "m", "b", "s", "i", "e", "K", "t"]),
    ) {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys(&format!("{} {over}", Deck::ALL[deck].number())).answer_backs();
        let picture = stage.picture();
        for y in 0..rows {
            prop_assert!(["▕", "▐"].contains(&picture[(0, y)].symbol()), "row {y} begins with {:?}", picture[(0, y)].symbol());
            prop_assert_eq!(picture[(columns - 1, y)].symbol(), "▏", "row {}", y);
        }
    }

    #[test]
    fn next_and_previous_are_opposites(
        deck in prop::sample::select(vec!["1", "2", "2 Left", "4", "5", "7"]),
        start in 0..40usize,
        rows in 12..60u16,
    ) {
        let mut stage = Stage::new(crowd(50), 120, rows);
        stage.keys(deck).keys(&"j".repeat(start));
        let hand = |stage: &Stage| (
            stage.model.apps.hand.at, stage.model.overview.unit, stage.model.hosts.at, stage.model.panel.at + stage.model.board.hand.at,
        );
        let before = hand(&stage);
        stage.keys("j");
        let is_last = hand(&stage) == before;
        stage.keys("k");
        if !is_last {
            prop_assert_eq!(hand(&stage), before);
        }
        stage.keys("g");
        prop_assert_eq!(hand(&stage), (0, 0, 0, 0));
        stage.keys("k");
        prop_assert_eq!(hand(&stage), (0, 0, 0, 0));
    }
}

#[test]
fn the_hand_stays_on_its_app_when_the_world_changes() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 jjjj");
    let held = stage.model.apps.hand.key.clone().unwrap();
    let mut fleet = homelab();
    fleet.guests.retain(|guest| guest.vmid().0 != 112);
    fleet.apps.retain(|app| app.guest.vmid.0 != 112);
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert_eq!(stage.model.apps.hand.key, Some(held));
    assert_eq!(stage.model.apps.hand.at, 3);
}

#[test]
fn a_new_reading_does_not_sort_the_rack_under_the_hand() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 , ,");
    let before = stage.model.apps.shown.clone();
    let mut fleet = homelab();
    for (i, guest) in fleet.guests.iter_mut().enumerate() {
        Arc::make_mut(guest).cpu = Some((i * 37 % 100) as f32 / 100.0);
    }
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert_eq!(stage.model.apps.shown, before);
    stage.keys(", , , ,");
    assert_ne!(stage.model.apps.shown, before);
}
