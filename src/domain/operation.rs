//! An operation: a plan that was started, with its journal. How far it is and how it ended is read from the journal,
//! never kept beside it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    fault::Fault,
    ids::{GuestKey, OperationId, Upid},
    moment::Moment,
    plan::{
        Plan,
        journal::{Entry, Move, Outcome, last_fault, next_move, output_of},
    },
};

#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub id: OperationId,
    pub plan: Arc<Plan>,
    pub began: Moment,
    pub ended: Option<Ended>,
    pub journal: Vec<Entry>,
    /// The Proxmox task it waits for, while it does.
    pub task: Option<Upid>,
    /// The newest lines of that task's log, or of the script that runs inside.
    pub log: Vec<Arc<str>>,
    /// How far the step is by itself, 0 to 1, where that is known.
    pub share: Option<f32>,
    /// What it is waiting for, or doing in particular.
    pub note: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Moment,
    pub outcome: Outcome,
}

impl Operation {
    /// One that has done nothing yet.
    pub fn begin(id: OperationId, plan: Plan, began: Moment) -> Self {
        Self {
            id,
            plan: plan.into(),
            began,
            ended: None,
            journal: Vec::new(),
            task: None,
            log: Vec::new(),
            share: None,
            note: None,
        }
    }

    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.ended.as_ref().map(|ended| ended.outcome)
    }

    /// Why it failed, if it did.
    pub fn fault(&self) -> Option<&Fault> {
        last_fault(&self.journal)
    }

    /// Whether only the operator can say how it goes on.
    pub fn asks(&self) -> bool {
        self.is_running() && next_move(&self.plan, &self.journal) == Move::Ask
    }

    /// The step it is at, if it runs.
    pub fn step(&self) -> Option<usize> {
        match next_move(&self.plan, &self.journal) {
            Move::Do(i) | Move::Undo(i) | Move::WaitUntil(i, _) => Some(i),
            Move::Ask | Move::Finish(_) => None,
        }
    }

    /// Why it waits before it tries again, if it does.
    pub fn waits_for(&self) -> Option<&Fault> {
        match (next_move(&self.plan, &self.journal), self.journal.last()) {
            (Move::WaitUntil(..), Some(Entry::Waits(_, fault, _))) => Some(fault),
            _ => None,
        }
    }

    /// Whether what it did is being taken back.
    pub fn turns_back(&self) -> bool {
        matches!(next_move(&self.plan, &self.journal), Move::Undo(_))
    }

    /// Whether it moves several guests, and is at this one or has yet to come to it.
    pub fn moves_now(&self, guest: &GuestKey) -> bool {
        if !self.plan.kind.is_relocation() || !self.is_running() {
            return false;
        }
        let at = self.step().unwrap_or(0);
        self.plan.legs().any(|(last, leg)| leg == guest && last >= at)
    }

    /// How many of its parts are done for good, and how many there are; only plans of several guests have parts.
    pub fn parts(&self) -> (usize, usize) {
        let done = self.plan.stays.iter().filter(|at| output_of(&self.journal, **at).is_some());
        (done.count(), self.plan.stays.len())
    }

    /// Which step it is at, counted from one, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let total = self.plan.visible().count();
        let began = self.journal.iter().filter_map(|entry| match entry {
            Entry::Began(i) | Entry::Did(i, _) => Some(*i),
            _ => None,
        });
        let at = match (self.is_running(), self.step()) {
            (true, Some(step)) => step,
            _ => began.max().unwrap_or(0),
        };
        (self.plan.visible().take_while(|(i, _)| *i <= at).count(), total)
    }
}
