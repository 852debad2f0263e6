//! When each line of a running operation's journal was first seen: the journal itself keeps no times. What must hold:
//! a moment that nobody saw is unknown, never guessed.

use std::{collections::HashMap, time::Duration};

use crate::domain::{fleet::Fleet, ids::OperationId, moment::Moment, operation::Operation};

#[derive(Debug, Clone, Default)]
pub struct Times {
    seen: HashMap<OperationId, Vec<Option<Moment>>>,
}

/// What is seen first this long after it began, was under way before anybody looked.
const FRESH: Duration = Duration::from_secs(3);

impl Times {
    pub fn note(&mut self, fleet: &Fleet, wall: Moment) {
        self.seen.retain(|id, _| fleet.operation(*id).is_some());
        for operation in &fleet.operations {
            self.note_one(operation, wall);
        }
    }

    fn note_one(&mut self, operation: &Operation, wall: Moment) {
        let is_old = !operation.is_running() || wall.since(operation.began) > FRESH;
        let first = if is_old { None } else { Some(wall) };
        let (seen, moment) = match self.seen.get_mut(&operation.id) {
            Some(seen) => (seen, Some(wall)),
            None => (self.seen.entry(operation.id).or_default(), first),
        };
        if seen.len() < operation.journal.len() {
            seen.resize(operation.journal.len(), moment);
        }
    }

    /// When this line was seen first.
    pub fn of(&self, operation: OperationId, line: usize) -> Option<Moment> {
        self.seen.get(&operation)?.get(line).copied().flatten()
    }
}
