//! What the backups of a fleet come to: counts, sizes, growth, when a storage will be full, how often it went well. What
//! must hold: what is not known is nothing, never 0.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{Backup, Run, RunEnd, Shelf, backups_of};
use crate::domain::{
    fleet::{Fleet, Usage},
    ids::{AppId, GuestKey, HostId, NodeName, StorageName},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    /// Backups that lie on the storages.
    pub backups: usize,
    /// Bytes of all of them.
    pub total: u64,
    pub mean: Option<u64>,
    pub good: usize,
    pub failed: usize,
    /// 0 to 1, of the runs of the last 30 days.
    pub success: Option<f32>,
    /// The longest time that an app had no new backup, and which app.
    pub longest_gap: Option<(Arc<str>, Duration)>,
    pub growth: Vec<Growth>,
    pub storages: Vec<StorageOutlook>,
}

/// How one app's backups grow.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    pub app: AppId,
    pub name: Arc<str>,
    pub newest: u64,
    /// Bytes a day, from the first to the last of them.
    pub a_day: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StorageOutlook {
    pub host: HostId,
    /// Nothing of a storage that all nodes share.
    pub node: Option<NodeName>,
    pub storage: StorageName,
    pub usage: Option<Usage>,
    pub backups: usize,
    pub total: u64,
    /// When it will be full if it goes on like this.
    pub full_at: Option<Moment>,
}

/// What went wrong longer ago says little of today.
const LATELY: Duration = Duration::from_secs(30 * 86_400);
/// Readings of a storage that are closer together than this many days tell of a day, not of a tendency.
const TENDENCY: i64 = 3;
/// What would take longer is as good as never.
const FORESEEABLE: f64 = 100.0 * 365.0;
const DAY: f64 = 86_400_000.0;

pub fn statistics(fleet: &Fleet, now: Moment) -> Statistics {
    let sizes: Vec<u64> = fleet.backups.all().filter_map(|backup| backup.size).collect();
    let (total, runs) = (sizes.iter().sum::<u64>(), &fleet.backups.runs);
    let good = runs.iter().filter(|run| is_good(run)).count();
    let of_apps: Vec<_> = fleet.apps.iter().map(|app| (app, backups_of(fleet, app))).collect();
    let gaps = of_apps.iter().filter_map(|(app, backups)| Some((app.name.clone(), longest_gap(backups, now)?)));
    let growth = of_apps.iter().filter_map(|(app, backups)| {
        let (newest, a_day) = growth(backups)?;
        Some(Growth { app: app.id.clone(), name: app.name.clone(), newest, a_day })
    });
    Statistics {
        backups: fleet.backups.all().count(),
        total,
        mean: total.checked_div(sizes.len() as u64),
        good,
        failed: runs.len() - good,
        success: success(runs, now),
        longest_gap: gaps.max_by_key(|(_, gap)| *gap),
        growth: growth.collect(),
        storages: outlooks(fleet, now),
    }
}

/// How full the storages for backups are, and when they will be.
pub fn outlooks(fleet: &Fleet, now: Moment) -> Vec<StorageOutlook> {
    fleet.backups.shelves.iter().map(|shelf| outlook(fleet, shelf, now)).collect()
}

fn is_good(run: &Run) -> bool {
    run.end == RunEnd::Good
}

fn success(runs: &[Arc<Run>], now: Moment) -> Option<f32> {
    let lately: Vec<_> = runs.iter().filter(|run| now.since(run.began) <= LATELY).collect();
    let good = lately.iter().filter(|run| is_good(run)).count();
    (!lately.is_empty()).then(|| good as f32 / lately.len() as f32)
}

/// Between one and the next of them, newest first, or since the newest.
fn longest_gap(backups: &[&Arc<Backup>], now: Moment) -> Option<Duration> {
    let between = backups.windows(2).map(|pair| pair[0].made.since(pair[1].made));
    between.chain(backups.first().map(|newest| now.since(newest.made))).max()
}

/// The size of the newest, and how much larger each day makes them: of those on the same storage, because each packs in a
/// way of its own.
fn growth(backups: &[&Arc<Backup>]) -> Option<(u64, f64)> {
    let newest = backups.first()?;
    let storage = newest.key.storage();
    let alike = backups.iter().filter(|backup| backup.key.storage() == storage);
    let points: Vec<_> = alike.filter_map(|backup| Some((days(backup.made), backup.size? as f64))).collect();
    Some((newest.size?, slope(&points)?))
}

fn days(at: Moment) -> f64 {
    at.0 as f64 / DAY
}

/// By the least squares; nothing where all lie at one moment.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let sum = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>();
    let (x, y) = (sum(|(x, _)| *x) / count, sum(|(_, y)| *y) / count);
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let both: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    Some(both / spread).filter(|slope| points.len() > 1 && slope.is_finite())
}

fn outlook(fleet: &Fleet, shelf: &Shelf, now: Moment) -> StorageOutlook {
    let backups = shelf.content.known.as_deref().unwrap_or_default();
    let node = (!shelf.is_shared).then(|| shelf.node.clone());
    let a_day = by_readings(fleet, shelf, &node).or_else(|| by_backups(backups));
    StorageOutlook {
        host: shelf.host.clone(),
        node,
        storage: shelf.storage.clone(),
        usage: shelf.usage,
        backups: backups.len(),
        total: backups.iter().filter_map(|backup| backup.size).sum(),
        full_at: shelf.usage.zip(a_day).and_then(|(usage, a_day)| full_at(usage, a_day, now)),
    }
}

/// Bytes a day, as the storage was seen to fill.
fn by_readings(fleet: &Fleet, shelf: &Shelf, node: &Option<NodeName>) -> Option<f64> {
    let own = fleet
        .backups
        .fills
        .iter()
        .filter(|fill| fill.host == shelf.host && fill.storage == shelf.storage && fill.node == *node);
    let points: Vec<_> = own.map(|fill| (fill.day, fill.usage.used as f64)).collect();
    let (first, last) = (points.first()?.0, points.last()?.0);
    let points: Vec<_> = points.into_iter().map(|(day, used)| (day as f64, used)).collect();
    slope(&points).filter(|_| last - first >= TENDENCY)
}

/// Bytes a day, where as many are kept of each guest as there are now and each is replaced by a larger one.
fn by_backups(backups: &[Arc<Backup>]) -> Option<f64> {
    let mut by_guest: HashMap<&GuestKey, Vec<(f64, f64)>> = HashMap::new();
    for backup in backups {
        if let Some(size) = backup.size {
            by_guest.entry(&backup.guest).or_default().push((days(backup.made), size as f64));
        }
    }
    let mut grown: Vec<f64> =
        by_guest.values().filter_map(|points| Some(slope(points)? * points.len() as f64)).collect();
    // Floating numbers add up differently in another order, and a hash has any.
    grown.sort_by(f64::total_cmp);
    (!grown.is_empty()).then(|| grown.iter().sum())
}

fn full_at(usage: Usage, a_day: f64, now: Moment) -> Option<Moment> {
    let days = usage.total.saturating_sub(usage.used) as f64 / a_day;
    let is_foreseeable = a_day > 0.0 && usage.total > 0 && days <= FORESEEABLE;
    is_foreseeable.then(|| now + Duration::from_secs_f64(days * DAY / 1_000.0))
}
