//! How much of the time an app answered, by the hour. What must hold: hours that nobody looked in are not there.

use serde::{Deserialize, Serialize};

use super::pulse::Counts;
use crate::domain::moment::Moment;

/// Which part of the looks in this time found it answering, 0 to 1; nothing where nobody looked.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Uptime {
    pub day: Option<f32>,
    pub week: Option<f32>,
    pub month: Option<f32>,
}

/// An hour since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hour(pub i64);

impl Hour {
    pub fn of(at: Moment) -> Self {
        Self(at.as_secs().div_euclid(3_600))
    }

    /// The first hour of so many that end with this one.
    pub fn first_of(self, hours: i64) -> Self {
        Self(self.0 - hours + 1)
    }
}

/// Hours of a day, a week, a month.
pub const SPANS: [i64; 3] = [24, 7 * 24, 30 * 24];

/// How often it was looked at, and how often it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub looks: u32,
    pub good: u32,
}

impl Tally {
    pub fn count(&mut self, counts: Counts) {
        match counts {
            Counts::Neither => return,
            Counts::Up => self.good += 1,
            Counts::Down => {}
        }
        self.looks += 1;
    }

    pub fn and(self, other: Self) -> Self {
        Self { looks: self.looks + other.looks, good: self.good + other.good }
    }

    pub fn share(self) -> Option<f32> {
        (self.looks > 0).then(|| (f64::from(self.good) / f64::from(self.looks)) as f32)
    }
}

impl Uptime {
    /// What was counted in a day, a week, a month.
    pub fn of(sums: [Tally; 3]) -> Self {
        let [day, week, month] = sums.map(Tally::share);
        Self { day, week, month }
    }
}

/// `99.9 %`; all of it only where nothing was missed.
pub fn percent(share: Option<f32>) -> String {
    match share {
        None => "--".into(),
        Some(share) if share >= 1.0 => "100 %".into(),
        // Cut, not rounded: three nines and a half are no 100 %.
        Some(share) => format!("{:.1} %", (f64::from(share) * 1_000.0).floor() / 10.0),
    }
}
