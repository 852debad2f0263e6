//! Readings on as many columns as there is room for. What must hold: a column that touches a reading shows it, so that no
//! peak is lost however narrow the room is; and where nothing was measured, there is nothing.

use super::{History, Metric, Reading};
use crate::domain::moment::Moment;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub from: Moment,
    pub until: Moment,
    /// Of the averages that it touches.
    pub mean: Option<f64>,
    /// The highest that it touches.
    pub most: Option<f64>,
}

/// The whole reach of a history on this many columns.
pub fn columns(history: &History, metric: Metric, count: usize) -> Vec<Column> {
    let Some((from, until)) = history.reach() else { return Vec::new() };
    let step = history.step().as_millis() as i64;
    let long = until.0 - from.0;
    let edge = |at: usize| Moment(from.0 + (i128::from(long) * at as i128 / count.max(1) as i128) as i64);
    let highest = history.highest(metric);
    (0..count)
        .map(|at| {
            let (from, until) = (edge(at), edge(at + 1));
            let means: Vec<f64> =
                touched(&history.readings, from, until, step).filter_map(|one| one.of(metric)).collect();
            let most = touched(highest, from, until, step).filter_map(|one| one.of(metric));
            let most = most.chain(means.iter().copied()).reduce(f64::max);
            let mean = (!means.is_empty()).then(|| means.iter().sum::<f64>() / means.len() as f64);
            Column { from, until, mean, most }
        })
        .collect()
}

/// Those whose time shares some with this one. A reading stands for the step that begins with it.
fn touched(readings: &[Reading], from: Moment, until: Moment, step: i64) -> impl Iterator<Item = &Reading> {
    let first = readings.partition_point(|reading| reading.at.0 + step <= from.0);
    let last = readings.partition_point(|reading| reading.at < until).max(first);
    readings[first..last].iter()
}
