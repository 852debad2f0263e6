//! What reaches those who sit at a terminal: output that comes too fast is lost on the way, without a word. Up to so
//! much at a time all of it arrives, of much more than that never.

use super::seat::Seat;
use crate::sim::hash::unit;

/// What always arrives after something was typed.
const SURE: usize = 18_000;
const PART: usize = 1_024;
/// This part beyond what is sure is always lost.
const ALWAYS_LOST: usize = 200;

impl Seat {
    /// The parts of an output that arrive.
    pub fn deliver<'a>(&mut self, out: &'a [u8], seed: u64, loses: u8) -> Vec<&'a [u8]> {
        let mut arrived = Vec::new();
        let mut rest = out;
        while !rest.is_empty() {
            // Parts begin at fixed places of the burst, however the output was written.
            let (part, more) = rest.split_at(rest.len().min(PART - self.burst % PART));
            self.parts += 1;
            let is_spared = unit(seed ^ 0x105E, self.parts) * 100.0 >= f64::from(loses);
            if is_spared && !is_lost(self.burst, seed) {
                arrived.push(part);
            }
            self.burst += part.len();
            rest = more;
        }
        arrived
    }
}

fn is_lost(sent: usize, seed: u64) -> bool {
    let Some(beyond) = sent.checked_sub(SURE).map(|beyond| beyond / PART) else { return false };
    let share = match beyond {
        0..64 => 0.005,
        64..1_000 => 0.05,
        _ => 0.32,
    };
    beyond == ALWAYS_LOST || unit(seed ^ 0xD7AC, (sent / PART) as u64) < share
}
