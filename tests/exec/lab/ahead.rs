//! Input that is sent ahead of a shell with readline. It switches its terminal to and fro, and on the kernels of real
//! nodes that loses what came meanwhile; newer kernels keep it, so it is lost here. What must hold: whoever types a
//! command and waits for its answer loses nothing.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// What was typed lately.
#[derive(Default)]
pub struct Ahead {
    typed: VecDeque<(Instant, usize)>,
}

/// A shell has long taken what was typed before.
const LATELY: Duration = Duration::from_millis(50);
/// So much of it never was lost.
const SURE: usize = 4 * 1024;

impl Ahead {
    /// How much was typed within the last moment beyond what is sure, with these bytes.
    pub fn type_in(&mut self, bytes: usize) -> usize {
        let now = Instant::now();
        self.typed.push_back((now, bytes));
        while self.typed.front().is_some_and(|(at, _)| now.duration_since(*at) > LATELY) {
            self.typed.pop_front();
        }
        let all: usize = self.typed.iter().map(|(_, bytes)| bytes).sum();
        all.saturating_sub(SURE)
    }
}
