//! The operations deck: what the fleet tells of, and older ones that were asked for. What must hold: an operation stands
//! here once, what runs stands on top, and the hand stays on its operation.

use std::collections::HashSet;

use super::{hand::Hand, store::Reading};
use crate::domain::{fleet::Fleet, ids::OperationId, operation::Operation};

#[derive(Debug, Clone, Default)]
pub struct Ops {
    pub reading: Reading,
    older: Vec<Operation>,
    /// In the order in which they are shown.
    pub rows: Vec<OperationId>,
    pub hand: Hand<OperationId>,
}

/// So many are asked for.
pub const MOST: u32 = 200;

impl Ops {
    pub fn take(&mut self, older: Vec<Operation>, fleet: &Fleet) {
        self.reading = Reading::Done;
        self.older = older;
        self.follow(fleet);
    }

    pub fn follow(&mut self, fleet: &Fleet) {
        let told: HashSet<OperationId> = fleet.operations.iter().map(|operation| operation.id).collect();
        let older = self.older.iter().filter(|operation| !told.contains(&operation.id));
        let mut all: Vec<&Operation> = fleet.operations.iter().chain(older).collect();
        all.sort_by_key(|operation| (!operation.is_running(), std::cmp::Reverse((operation.began, operation.id))));
        self.rows = all.into_iter().map(|operation| operation.id).collect();
        self.hand.settle(&self.rows);
    }

    pub fn go(&mut self, at: usize) {
        self.hand.go(at, &self.rows);
    }

    /// The fleet's own is the newer one.
    pub fn find<'a>(&'a self, id: OperationId, fleet: &'a Fleet) -> Option<&'a Operation> {
        fleet.operation(id).or_else(|| self.older.iter().find(|operation| operation.id == id))
    }

    /// One that was looked up by itself.
    pub fn keep(&mut self, operation: Operation, fleet: &Fleet) {
        self.older.retain(|other| other.id != operation.id);
        self.older.push(operation);
        self.follow(fleet);
    }
}
