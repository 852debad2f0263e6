//! Looking at a host's backups takes turns. What must hold: several who want to look at once cost one look, and nobody is
//! handed a look that had begun to read before he asked.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::{fault::Fault, ids::NodeName, moment::Moment};

#[derive(Default)]
pub struct Looks {
    /// How many looks have begun to read.
    begun: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    number: u64,
    outcome: Option<Result<(), Fault>>,
    read_up_to: HashMap<NodeName, Moment>,
}

pub enum Turn<'a> {
    /// Look, and say what came of it.
    Ours(Look<'a>),
    /// Somebody looked meanwhile.
    Done(Result<(), Fault>),
}

/// The right to look, until it is dropped.
pub struct Look<'a> {
    begun: &'a AtomicU64,
    last: MutexGuard<'a, Last>,
}

impl Looks {
    pub async fn turn(&self) -> Turn<'_> {
        let asked = self.begun.load(Ordering::SeqCst);
        let last = self.last.lock().await;
        match &last.outcome {
            Some(outcome) if last.number > asked => Turn::Done(outcome.clone()),
            _ => Turn::Ours(Look { begun: &self.begun, last }),
        }
    }
}

impl Look<'_> {
    /// From here on what is read may be older than what somebody does who asks now.
    pub fn begins(&mut self) {
        self.last.number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        self.last.outcome = None;
    }

    pub fn ends(mut self, outcome: Result<(), Fault>) {
        self.last.outcome = Some(outcome);
    }

    /// Every task of a node that began before this needs no look any more.
    pub fn read_up_to(&self, node: &NodeName) -> Option<Moment> {
        self.last.read_up_to.get(node).copied()
    }

    pub fn set_read_up_to(&mut self, node: NodeName, at: Moment) {
        self.last.read_up_to.insert(node, at);
    }
}
