//! Chance that can be had again: a seed decides all of it.

use std::ops::Range;

use super::super::lab::roll;

pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5851_f42d)
    }

    pub fn within(&mut self, range: Range<usize>) -> usize {
        range.start + (roll(&mut self.0) % (range.end - range.start) as u64) as usize
    }

    /// Small ones as often as large ones: each number of digits has the same chance.
    pub fn size_up_to(&mut self, most: usize) -> usize {
        let bits = self.within(0..most.ilog2() as usize + 1);
        self.within(1 << bits..(2 << bits).min(most + 1)).min(most)
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.within(0..all.len())]
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| roll(&mut self.0) as u8).collect()
    }
}

/// The seeds of a run: one that was asked for, all, or a sample.
pub fn seeds(all: u64, sample: u64) -> Vec<u64> {
    let asked = std::env::var("PROXIMITY_SEED").ok().and_then(|seed| seed.parse().ok());
    match asked {
        Some(seed) => vec![seed],
        None if std::env::var_os("PROXIMITY_FULL").is_some() => (1..=all).collect(),
        None => (1..=sample).collect(),
    }
}
