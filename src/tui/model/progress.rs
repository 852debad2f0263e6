//! How far an operation is, step by step, as its journal says. What must hold: a step and the wait for its task are one
//! step here, as a person counts them.

use super::times::Times;
use crate::domain::{
    fault::Fault,
    moment::Moment,
    operation::Operation,
    plan::{
        Plan, Step,
        journal::{Entry, Move, next_move, tries},
    },
};

/// A step that a person counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    pub title: String,
    pub stand: Stand,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Stand {
    NotYet,
    /// Since then, where that was seen.
    Runs(Option<Moment>),
    /// It is tried again, not before this moment; so often it was tried.
    Waits(Fault, Moment, u32),
    /// It took so long, where that was seen.
    Done(Option<std::time::Duration>),
    Failed(Fault),
    Undoing,
    Undone,
    UndoFailed(Fault),
}

/// All of them, in their order.
pub fn stages(operation: &Operation, times: &Times) -> Vec<Stage> {
    let next = if operation.is_running() { Some(next_move(&operation.plan, &operation.journal)) } else { None };
    let stage = |(i, step): (usize, &Step)| Stage {
        title: step.title(),
        stand: stand(operation, &group(&operation.plan, i), next, times),
    };
    operation.plan.visible().map(stage).collect()
}

/// A step and the waits that belong to it.
fn group(plan: &Plan, i: usize) -> Vec<usize> {
    let waits = |(at, step): (usize, &Step)| match step {
        Step::AwaitTask { begun_by, .. } if *begun_by == i => Some(at),
        _ => None,
    };
    std::iter::once(i).chain(plan.steps.iter().enumerate().filter_map(waits)).collect()
}

fn stand(operation: &Operation, group: &[usize], next: Option<Move>, times: &Times) -> Stand {
    let last = *group.last().unwrap_or(&0);
    let mut stand = Stand::NotYet;
    let mut began = None;
    for (at, entry) in operation.journal.iter().enumerate() {
        let seen = || times.of(operation.id, at);
        stand = match entry {
            Entry::Began(i) if group.contains(i) => {
                began = if *i == group[0] { seen() } else { began };
                Stand::Runs(began)
            }
            Entry::Did(i, _) if *i == last => Stand::Done(began.zip(seen()).map(|(began, ended)| ended.since(began))),
            Entry::Failed(i, fault) if group.contains(i) => Stand::Failed(fault.clone()),
            Entry::Waits(i, fault, until) if group.contains(i) => {
                Stand::Waits(fault.clone(), *until, tries(&operation.journal, *i))
            }
            Entry::UndoBegan(i, _) if group.contains(i) => Stand::Undoing,
            Entry::Undid(i) if group.contains(i) => Stand::Undone,
            Entry::UndoFailed(i, fault) if group.contains(i) => Stand::UndoFailed(fault.clone()),
            Entry::Retried => again(stand),
            _ => stand,
        };
    }
    match next {
        Some(Move::Undo(i)) if group.contains(&i) => Stand::Undoing,
        Some(Move::Do(i)) if group.contains(&i) && !matches!(stand, Stand::Runs(_)) => Stand::Runs(None),
        // Nothing of it is under way any more: it was left when something else failed.
        _ if matches!(stand, Stand::Runs(_)) && !is_under_way(next, group) => Stand::NotYet,
        _ => stand,
    }
}

fn is_under_way(next: Option<Move>, group: &[usize]) -> bool {
    matches!(next, Some(Move::Do(i) | Move::WaitUntil(i, _)) if group.contains(&i))
}

fn again(stand: Stand) -> Stand {
    match stand {
        Stand::Failed(_) | Stand::Undone | Stand::UndoFailed(_) => Stand::NotYet,
        stand => stand,
    }
}

/// What it is at, in a few words: the step's title, what is being taken back, or that it asks.
pub fn doing(operation: &Operation) -> String {
    let begun = |i: usize| match operation.plan.steps.get(i) {
        Some(Step::AwaitTask { begun_by, .. }) => operation.plan.steps.get(*begun_by),
        step => step,
    };
    let title = |i: usize| begun(i).map(Step::title).unwrap_or_default();
    match next_move(&operation.plan, &operation.journal) {
        Move::Do(i) => title(i),
        Move::WaitUntil(i, _) => format!("tries again: {}", title(i)),
        Move::Undo(i) => format!("takes back: {}", title(i)),
        Move::Ask => "waits for your word".into(),
        Move::Finish(_) => String::new(),
    }
}

/// How much of the whole is done, 0 to 1; nothing where there is one step of unknown length.
pub fn share(operation: &Operation) -> Option<f32> {
    let (at, total) = operation.progress();
    if operation.turns_back() || (total < 2 && operation.share.is_none()) {
        return None;
    }
    let before = at.saturating_sub(1) as f32 + operation.share.unwrap_or(0.0).clamp(0.0, 1.0);
    Some((before / total.max(1) as f32).clamp(0.0, 1.0))
}

/// `4/9`, or what it does instead of going on.
pub fn count(operation: &Operation) -> String {
    let (at, total) = operation.progress();
    if operation.turns_back() { "taking back".into() } else { format!("{at}/{total}") }
}
