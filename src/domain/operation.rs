//! An operation: a plan that was started, with its journal. How far it is and how it ended is read from the journal,
//! never kept beside it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    fault::Fault,
    ids::{OperationId, Upid},
    moment::Moment,
    plan::{
        Plan,
        journal::{Entry, Outcome, last_fault},
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
    /// The newest lines of that task's log.
    pub log: Vec<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Moment,
    pub outcome: Outcome,
}

impl Operation {
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

    /// Which step it is at, counted from one, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.journal.iter().filter(|entry| matches!(entry, Entry::Did(..))).count();
        let total = self.plan.steps.len();
        ((done + usize::from(self.is_running())).min(total), total)
    }
}
