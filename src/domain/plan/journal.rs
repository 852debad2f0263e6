//! The whole judgement of the engine: given a plan and what its journal says, what comes next. A killed run asks the
//! same question again, so there is no recovery code. What must hold: no step is done twice once it `Did`, undo is owed
//! for every `Began` that owes one, and every journal leads to an end.

use serde::{Deserialize, Serialize};

use super::{Plan, Step};
use crate::domain::{fault::Fault, ids::Upid};

/// What a step left behind for later ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Output {
    Nothing,
    /// It began this Proxmox task.
    Task(Upid),
    /// The world was as wished already; no task was begun.
    AlreadySo,
    /// It ended well, but Proxmox had something to say.
    Warned(u32),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// Written before the world is touched: from here on the step may have acted.
    Began(usize),
    Did(usize, Output),
    Failed(usize, Fault),
    UndoBegan(usize, Output),
    Undid(usize),
    UndoFailed(usize, Fault),
    CancelAsked,
    /// The operator asked for another try; what failed before counts no more.
    Retried,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Do(usize),
    Undo(usize),
    Finish(Outcome),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Done,
    /// It failed, and nothing was owed to the world.
    Failed,
    /// It failed, and all that it had done was taken back.
    Undone,
    /// Taking back failed at this step: a person must look.
    Stuck {
        at: usize,
    },
}

impl Outcome {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::Stuck { .. } => "stuck",
        }
    }
}

/// What the journal says of one step since the last retry.
#[derive(Clone, Copy, Default)]
struct Trace {
    began: bool,
    did: bool,
    failed: bool,
    undid: bool,
    undo_failed: bool,
}

pub fn next_move(plan: &Plan, journal: &[Entry]) -> Move {
    let mut traces = vec![Trace::default(); plan.steps.len()];
    let mut turned_back = false;
    for entry in journal {
        turned_back = match entry {
            Entry::Failed(..) | Entry::CancelAsked | Entry::UndoBegan(..) | Entry::UndoFailed(..) => true,
            Entry::Retried => false,
            _ => turned_back,
        };
        match entry {
            Entry::Retried => try_again(plan, &mut traces),
            _ => note(&mut traces, entry),
        }
    }
    if turned_back { step_back(plan, &traces) } else { step_on(&traces) }
}

/// An entry for a step the plan does not have says nothing: a damaged journal never panics.
fn note(traces: &mut [Trace], entry: &Entry) {
    let (Entry::Began(i) | Entry::Did(i, _) | Entry::Failed(i, _) | Entry::Undid(i) | Entry::UndoFailed(i, _)) = entry
    else {
        return;
    };
    let Some(trace) = traces.get_mut(*i) else { return };
    match entry {
        Entry::Failed(..) => trace.failed = true,
        Entry::Began(_) => trace.began = true,
        Entry::Did(..) => trace.did = true,
        Entry::Undid(_) => *trace = Trace { undid: true, ..Trace::default() },
        Entry::UndoFailed(..) => trace.undo_failed = true,
        _ => {}
    }
}

/// What failed is owed another try; a task that failed must be begun anew, not awaited again.
fn try_again(plan: &Plan, traces: &mut [Trace]) {
    for i in 0..traces.len() {
        traces[i].undo_failed = false;
        if !std::mem::take(&mut traces[i].failed) {
            continue;
        }
        if let Step::AwaitTask { begun_by, .. } = plan.steps[i]
            && let Some(begun) = traces.get_mut(begun_by)
        {
            *begun = Trace::default();
        }
    }
}

fn step_on(traces: &[Trace]) -> Move {
    match traces.iter().position(|trace| !trace.did) {
        Some(next) => Move::Do(next),
        None => Move::Finish(Outcome::Done),
    }
}

fn step_back(plan: &Plan, traces: &[Trace]) -> Move {
    // A cancel that arrives when nothing is left to do changes nothing.
    if traces.iter().all(|trace| trace.did) && !traces.is_empty() && traces.iter().all(|trace| !trace.undo_failed) {
        return Move::Finish(Outcome::Done);
    }
    let owed = |i: usize| plan.steps[i].owes_undo() && (traces[i].began || traces[i].did);
    if let Some(at) = traces.iter().position(|trace| trace.undo_failed) {
        return Move::Finish(Outcome::Stuck { at });
    }
    match (0..traces.len()).rev().find(|i| owed(*i)) {
        Some(last) => Move::Undo(last),
        None if traces.iter().any(|trace| trace.undid) => Move::Finish(Outcome::Undone),
        None => Move::Finish(Outcome::Failed),
    }
}

/// What step `i` left behind, if it was done.
pub fn output_of(journal: &[Entry], i: usize) -> Option<&Output> {
    journal.iter().rev().find_map(|entry| match entry {
        Entry::Did(step, output) if *step == i => Some(output),
        _ => None,
    })
}

/// The failure that turned the operation back, since the last retry.
pub fn last_fault(journal: &[Entry]) -> Option<&Fault> {
    journal
        .iter()
        .rev()
        .take_while(|entry| !matches!(entry, Entry::Retried))
        .filter_map(|entry| match entry {
            Entry::Failed(_, fault) | Entry::UndoFailed(_, fault) => Some(fault),
            _ => None,
        })
        .last()
}
