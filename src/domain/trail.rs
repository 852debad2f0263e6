//! The last few readings of one number, oldest first, for a sparkline. A gap is remembered as a gap: a number without a
//! source is never drawn as zero.

use std::collections::VecDeque;

/// How many readings a trail keeps; as many as the widest sparkline shows.
pub const LENGTH: usize = 24;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trail(VecDeque<Option<f32>>);

impl Trail {
    pub fn push(&mut self, reading: Option<f32>) {
        if self.0.len() == LENGTH {
            self.0.pop_front();
        }
        self.0.push_back(reading);
    }

    pub fn readings(&self) -> impl DoubleEndedIterator<Item = Option<f32>> + ExactSizeIterator {
        self.0.iter().copied()
    }

    pub fn last(&self) -> Option<f32> {
        self.0.back().copied().flatten()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Option<f32>> for Trail {
    fn from_iter<I: IntoIterator<Item = Option<f32>>>(readings: I) -> Self {
        let mut trail = Self::default();
        readings.into_iter().for_each(|reading| trail.push(reading));
        trail
    }
}
