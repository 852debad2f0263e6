//! When a disk will be full, as the last week went. What must hold: a day or less tells of no tendency, and what does not
//! grow is never full.

use std::time::Duration;

use crate::domain::{fleet::Usage, ids::StorageName, moment::Moment};

/// What is known of an app's root disk beyond how full it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trend {
    /// Bytes that are added each day.
    pub a_day: Option<u64>,
    /// Where it lies.
    pub storage: Option<StorageName>,
}

const DAY: f64 = 86_400.0;
const ENOUGH: Duration = Duration::from_secs(2 * 86_400);
/// What would take longer is as good as never.
const FORESEEABLE: u64 = 60;

impl Trend {
    /// Bytes a day by the least squares.
    pub fn a_day(readings: &[(Moment, u64)]) -> Option<u64> {
        let first = readings.iter().map(|(at, _)| *at).min()?;
        let last = readings.iter().map(|(at, _)| *at).max()?;
        if last.since(first) < ENOUGH {
            return None;
        }
        let points = readings.iter().map(|(at, used)| (at.since(first).as_secs_f64() / DAY, *used as f64));
        let points: Vec<(f64, f64)> = points.collect();
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
        let both: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
        let slope = both / spread;
        (slope.is_finite() && slope >= 1.0).then_some(slope as u64)
    }

    /// In so many whole days it is full; nothing where that cannot be foreseen.
    pub fn days_left(&self, usage: Usage) -> Option<u64> {
        let days = usage.total.saturating_sub(usage.used).checked_div(self.a_day?)?;
        (days <= FORESEEABLE).then_some(days)
    }
}
