//! The whole judgement of the engine: given a plan and what its journal says, what comes next. A killed run asks the
//! same question again, so there is no recovery code. What must hold: no step is done twice once it `Did`, undo is owed
//! for every `Began` that owes one, and every journal leads to an end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{OnFailure, Plan, Step, step::Tweak};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::{Upid, Vmid},
    moment::Moment,
};

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
    /// An id and ports that nobody else has.
    Reserved(Reservation),
    /// Where the guest is on the network.
    Address(String),
    /// The archive that a backup made.
    Archive(String),
    /// How its options were before.
    Was(Vec<Tweak>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub vmid: Vmid,
    /// By the names that the recipe gives them.
    pub ports: BTreeMap<String, u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// Written before the world is touched: from here on the step may have acted.
    Began(usize),
    Did(usize, Output),
    Failed(usize, Fault),
    /// It failed in passing and is tried again, not before this moment.
    Waits(usize, Fault, Moment),
    UndoBegan(usize, Output),
    Undid(usize),
    UndoFailed(usize, Fault),
    CancelAsked,
    /// The operator asked for another try; what failed before counts no more.
    Retried,
    /// The operator is asked what is to become of what was made.
    Asked,
    Answered(Choice),
}

/// What is to become of what a failed operation made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    Keep,
    /// Taken back.
    Undo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Do(usize),
    /// Not before this moment.
    WaitUntil(usize, Moment),
    Undo(usize),
    /// Only the operator can say how it goes on.
    Ask,
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
    /// It failed, and what it had done stays because the operator wants that.
    Kept,
    /// It failed on its way: parts that were done stay so, and the one that failed was taken back.
    Partly,
    /// Taking back failed at this step, or there was no way back from it: a person must look.
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
            Self::Kept => "kept",
            Self::Partly => "partly",
            Self::Stuck { .. } => "stuck",
        }
    }

    pub fn is_good(self) -> bool {
        self == Self::Done
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
    /// It was done once, whatever became of that afterwards.
    was_done: bool,
    /// It failed in a way that tells that nothing was done.
    was_refused: bool,
}

/// All that the journal says.
struct Reading {
    traces: Vec<Trace>,
    /// Something failed, or the operator wants it back.
    turned_back: bool,
    was_cancelled: bool,
    answer: Option<Choice>,
    waits: Option<(usize, Moment)>,
}

pub fn next_move(plan: &Plan, journal: &[Entry]) -> Move {
    let reading = read(plan, journal);
    let moves = match reading.turned_back {
        true => step_back(plan, &reading),
        false => step_on(&reading.traces),
    };
    match (moves, reading.waits) {
        (Move::Do(next), Some((_, until))) => Move::WaitUntil(next, until),
        (moves, _) => moves,
    }
}

fn read(plan: &Plan, journal: &[Entry]) -> Reading {
    let traces = vec![Trace::default(); plan.steps.len()];
    let mut reading = Reading { traces, turned_back: false, was_cancelled: false, answer: None, waits: None };
    for entry in journal {
        reading.take(plan, entry);
    }
    reading
}

impl Reading {
    fn take(&mut self, plan: &Plan, entry: &Entry) {
        match entry {
            Entry::Failed(..) | Entry::UndoBegan(..) | Entry::UndoFailed(..) => self.turned_back = true,
            Entry::CancelAsked => (self.turned_back, self.was_cancelled) = (true, true),
            Entry::Retried => (self.turned_back, self.was_cancelled, self.answer) = (false, false, None),
            Entry::Answered(choice) => self.answer = Some(*choice),
            _ => {}
        }
        self.waits = match entry {
            Entry::Waits(step, _, until) => Some((*step, *until)),
            _ => None,
        };
        match entry {
            Entry::Retried => try_again(plan, &mut self.traces),
            Entry::Waits(step, ..) => begin_anew(plan, &mut self.traces, *step),
            _ => note(&mut self.traces, entry),
        }
    }

    /// No way back is left once the step that burns the bridge was done, or may have been: only an order of which Proxmox
    /// said no was certainly not carried out.
    fn is_beyond(&self, plan: &Plan) -> bool {
        let Some((at, trace)) = plan.no_return.and_then(|at| Some((at, self.traces.get(at)?))) else { return false };
        let is_order = matches!(plan.steps.get(at + 1), Some(Step::AwaitTask { begun_by, .. }) if *begun_by == at);
        trace.was_done || (trace.began && !(is_order && trace.was_refused))
    }
}

/// An entry for a step the plan does not have says nothing: a damaged journal never panics.
fn note(traces: &mut [Trace], entry: &Entry) {
    let (Entry::Began(i) | Entry::Did(i, _) | Entry::Failed(i, _) | Entry::Undid(i) | Entry::UndoFailed(i, _)) = entry
    else {
        return;
    };
    let Some(trace) = traces.get_mut(*i) else { return };
    match entry {
        Entry::Failed(_, fault) => (trace.failed, trace.was_refused) = (true, is_refusal(fault)),
        Entry::Began(_) => (trace.began, trace.was_refused) = (true, false),
        Entry::Did(..) => (trace.did, trace.was_done, trace.failed) = (true, true, false),
        Entry::Undid(_) => take_back(traces, *i),
        Entry::UndoFailed(..) => trace.undo_failed = true,
        _ => {}
    }
}

/// A host that is not reached says nothing about what it did.
fn is_refusal(fault: &Fault) -> bool {
    fault.code != FaultCode::Unreachable
}

/// What was done after it counts no more either: it stood on what is gone now.
fn take_back(traces: &mut [Trace], i: usize) {
    for trace in traces.iter_mut().skip(i) {
        *trace = Trace { undid: trace.undid, ..Trace::default() };
    }
    traces[i].undid = true;
}

/// What failed is owed another try, and what was taken back before says nothing about this one.
fn try_again(plan: &Plan, traces: &mut [Trace]) {
    for i in 0..traces.len() {
        (traces[i].undid, traces[i].undo_failed) = (false, false);
        if traces[i].failed {
            begin_anew(plan, traces, i);
        }
    }
}

/// A task that failed must be begun anew, not awaited again. What began stays owed: it may have acted.
fn begin_anew(plan: &Plan, traces: &mut [Trace], i: usize) {
    let Some(trace) = traces.get_mut(i) else { return };
    (trace.failed, trace.did) = (false, false);
    if let Some(Step::AwaitTask { begun_by, .. }) = plan.steps.get(i)
        && let Some(begun) = traces.get_mut(*begun_by)
    {
        begun.did = false;
    }
}

fn step_on(traces: &[Trace]) -> Move {
    match traces.iter().position(|trace| !trace.did) {
        Some(next) => Move::Do(next),
        None => Move::Finish(Outcome::Done),
    }
}

fn step_back(plan: &Plan, reading: &Reading) -> Move {
    let traces = &reading.traces;
    if let Some(at) = traces.iter().position(|trace| trace.undo_failed) {
        return Move::Finish(Outcome::Stuck { at });
    }
    // A cancel that arrives when nothing is left to do changes nothing.
    if !traces.is_empty() && traces.iter().all(|trace| trace.did) {
        return Move::Finish(Outcome::Done);
    }
    if reading.is_beyond(plan) {
        return match traces.iter().position(|trace| trace.failed) {
            Some(at) => Move::Finish(Outcome::Stuck { at }),
            None => step_on(traces),
        };
    }
    let stays = stays(plan, traces);
    let owed = |i: usize| i >= stays && plan.steps[i].owes_undo() && (traces[i].began || traces[i].did);
    let last = (0..traces.len()).rev().find(|i| owed(*i));
    let Some(last) = last else { return Move::Finish(if stays > 0 { Outcome::Partly } else { given_up(traces) }) };
    match what_becomes_of_it(plan, reading) {
        Some(Choice::Undo) => Move::Undo(last),
        Some(Choice::Keep) => Move::Finish(Outcome::Kept),
        None => Move::Ask,
    }
}

/// Where what is owed begins: all before it is done for good.
fn stays(plan: &Plan, traces: &[Trace]) -> usize {
    let whole = plan.stays.iter().filter(|at| **at < traces.len() && traces[..=**at].iter().all(|trace| trace.did));
    whole.max().map_or(0, |at| at + 1)
}

fn given_up(traces: &[Trace]) -> Outcome {
    if traces.iter().any(|trace| trace.undid) { Outcome::Undone } else { Outcome::Failed }
}

/// What is to become of what was made; nothing while only the operator can say it. Who cancels wants it gone.
fn what_becomes_of_it(plan: &Plan, reading: &Reading) -> Option<Choice> {
    let has_begun = reading.traces.iter().any(|trace| trace.undid);
    match (reading.answer, plan.on_failure) {
        _ if has_begun || (reading.was_cancelled && reading.answer.is_none()) => Some(Choice::Undo),
        (Some(answer), _) => Some(answer),
        (None, OnFailure::Undo) => Some(Choice::Undo),
        (None, OnFailure::Keep) => Some(Choice::Keep),
        (None, OnFailure::Ask) => None,
    }
}

/// How often a step was put off since it was done last.
pub fn tries(journal: &[Entry], i: usize) -> u32 {
    let since = journal
        .iter()
        .rev()
        .take_while(|entry| !matches!(entry, Entry::Retried) && !matches!(entry, Entry::Did(step, _) if *step == i));
    let tries = since.filter(|entry| matches!(entry, Entry::Waits(step, ..) if *step == i)).count();
    u32::try_from(tries).unwrap_or(u32::MAX)
}

/// What step `i` reserved.
pub fn reserved(journal: &[Entry], i: usize) -> Option<&Reservation> {
    match output_of(journal, i) {
        Some(Output::Reserved(reservation)) => Some(reservation),
        _ => None,
    }
}

/// What step `i` left behind, if it was done and not taken back.
pub fn output_of(journal: &[Entry], i: usize) -> Option<&Output> {
    let since = journal.iter().rev().take_while(|entry| !matches!(entry, Entry::Undid(step) if *step <= i));
    { since }.find_map(|entry| match entry {
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
