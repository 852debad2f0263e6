//! `next_move` is the whole judgement of the engine; these are its laws.

use proptest::prelude::*;
use proximity::domain::{
    fleet::GuestKind,
    ids::{HostId, Upid},
    plan::{
        Plan, PlanKind, PowerAction, Step, Subject,
        journal::{Choice, Entry, Move, Outcome, Output, last_fault, next_move},
    },
};

use super::world::{fault, key};

fn plan() -> Plan {
    let (guest, action) = (key(100).into(), PowerAction::Start);
    let steps = vec![
        Step::BeginPower { guest, kind: GuestKind::Container, action, undo: None },
        Step::AwaitTask { host: HostId::new("home"), begun_by: 0 },
    ];
    Plan::new(PlanKind::Start, Subject::Guest(key(100)), "jellyfin", steps)
}

fn task() -> Output {
    Output::Task(Upid::new("UPID:pve1:00001C8D:00056AC1:6B001AA5:vzstart:100:root@pam:"))
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let step = 0..4_usize;
    let entry = prop_oneof![
        step.clone().prop_map(Entry::Began),
        step.clone().prop_map(|i| Entry::Did(i, Output::Nothing)),
        step.clone().prop_map(|i| Entry::Failed(i, fault())),
        step.clone().prop_map(|i| Entry::UndoBegan(i, Output::Nothing)),
        step.clone().prop_map(Entry::Undid),
        step.prop_map(|i| Entry::UndoFailed(i, fault())),
        Just(Entry::CancelAsked),
        Just(Entry::Retried),
    ];
    proptest::collection::vec(entry, 0..12)
}

/// Does what the judge says until it says it is finished.
fn play(journal: &mut Vec<Entry>, mut outcome_of: impl FnMut(usize) -> Entry) -> Outcome {
    for _ in 0..20 {
        match next_move(&plan(), journal) {
            Move::Do(i) => {
                journal.push(Entry::Began(i));
                journal.push(outcome_of(i));
            }
            Move::WaitUntil(i, _) => journal.extend([Entry::Began(i), outcome_of(i)]),
            Move::Ask => journal.push(Entry::Answered(Choice::Undo)),
            Move::Undo(i) => journal.push(Entry::Undid(i)),
            Move::Finish(outcome) => return outcome,
        }
    }
    panic!("no end in {journal:?}");
}

#[test]
fn a_plan_is_done_step_by_step() {
    let mut journal = Vec::new();
    assert_eq!(next_move(&plan(), &journal), Move::Do(0));
    journal.extend([Entry::Began(0), Entry::Did(0, task())]);
    assert_eq!(next_move(&plan(), &journal), Move::Do(1));
    journal.extend([Entry::Began(1), Entry::Did(1, Output::Nothing)]);
    assert_eq!(next_move(&plan(), &journal), Move::Finish(Outcome::Done));
}

#[test]
fn a_step_that_only_began_is_the_next_one_again() {
    let journal = [Entry::Began(0), Entry::Did(0, task()), Entry::Began(1)];
    assert_eq!(next_move(&plan(), &journal), Move::Do(1));
}

#[test]
fn a_failed_task_ends_the_operation_with_its_reason() {
    let journal = [Entry::Began(0), Entry::Did(0, task()), Entry::Began(1), Entry::Failed(1, fault())];
    assert_eq!(next_move(&plan(), &journal), Move::Finish(Outcome::Failed));
    assert_eq!(last_fault(&journal), Some(&fault()));
}

#[test]
fn a_retry_begins_a_failed_task_anew_instead_of_awaiting_it_again() {
    let journal = [Entry::Began(0), Entry::Did(0, task()), Entry::Began(1), Entry::Failed(1, fault()), Entry::Retried];
    assert_eq!(next_move(&plan(), &journal), Move::Do(0));
    assert_eq!(last_fault(&journal), None);
}

#[test]
fn a_cancel_before_the_first_step_does_nothing_to_the_world() {
    assert_eq!(next_move(&plan(), &[Entry::CancelAsked]), Move::Finish(Outcome::Failed));
}

#[test]
fn a_cancel_after_the_last_step_changes_nothing() {
    let journal =
        [Entry::Began(0), Entry::Did(0, task()), Entry::Began(1), Entry::Did(1, Output::Nothing), Entry::CancelAsked];
    assert_eq!(next_move(&plan(), &journal), Move::Finish(Outcome::Done));
}

proptest! {
    #[test]
    fn any_journal_leads_to_an_end(mut journal in entries(), fails in 0..3_usize) {
        play(&mut journal, |i| if i == fails { Entry::Failed(i, fault()) } else { Entry::Did(i, Output::Nothing) });
    }

    #[test]
    fn no_step_is_done_twice(journal in entries()) {
        if let Move::Do(i) = next_move(&plan(), &journal) {
            let since = journal.iter().rev().take_while(|entry| !matches!(entry, Entry::Retried | Entry::Undid(_)));
            prop_assert!(!since.into_iter().any(|entry| matches!(entry, Entry::Did(done, _) if *done == i)));
        }
    }

    #[test]
    fn the_same_journal_gives_the_same_move(journal in entries()) {
        prop_assert_eq!(next_move(&plan(), &journal), next_move(&plan(), &journal));
    }

    #[test]
    fn an_undo_that_failed_needs_a_person(mut journal in entries(), at in 0..2_usize) {
        journal.push(Entry::UndoFailed(at, fault()));
        let stuck = matches!(next_move(&plan(), &journal), Move::Finish(Outcome::Stuck { .. }));
        prop_assert!(stuck);
    }
}
