//! `backup stats`: what the backups of a fleet come to.

use serde::Serialize;

use super::{
    super::{arguments::Look, face::Face, guest::duration, print::table, rows::rfc3339},
    named,
    rows::size,
};
use crate::{
    domain::{
        backup::{Growth, Statistics, StorageOutlook, statistics},
        fault::Fault,
        fleet::Usage,
    },
    engine::now,
};

pub async fn run(look: Look, face: Face<'_>) -> Result<(), Fault> {
    let fleet = named::look(look, face).await?;
    let sheet = Sheet::of(&statistics(&fleet, now()));
    face.printer.result(&sheet, || sheet.lines());
    Ok(())
}

#[derive(Serialize)]
struct Sheet {
    backups: usize,
    total: u64,
    mean: Option<u64>,
    good: usize,
    failed: usize,
    /// 0 to 1, of the runs that are known.
    success: Option<f32>,
    longest_gap: Option<Gap>,
    growth: Vec<GrowthRow>,
    storages: Vec<StorageRow>,
}

#[derive(Serialize)]
struct Gap {
    app: String,
    seconds: u64,
}

#[derive(Serialize)]
struct GrowthRow {
    app: String,
    name: String,
    newest: u64,
    /// Bytes
    a_day: f64,
}

#[derive(Serialize)]
struct StorageRow {
    host: String,
    storage: String,
    usage: Option<Usage>,
    backups: usize,
    total: u64,
    /// When it will be full if it goes on like this.
    full_at: Option<String>,
}

impl Sheet {
    fn of(known: &Statistics) -> Self {
        let gap = |(app, gap): &(std::sync::Arc<str>, std::time::Duration)| Gap {
            app: app.to_string(),
            seconds: gap.as_secs(),
        };
        Self {
            backups: known.backups,
            total: known.total,
            mean: known.mean,
            good: known.good,
            failed: known.failed,
            success: known.success,
            longest_gap: known.longest_gap.as_ref().map(gap),
            growth: known.growth.iter().map(growth).collect(),
            storages: known.storages.iter().map(storage).collect(),
        }
    }

    fn lines(&self) -> Vec<String> {
        let fact = |name: &str, value: String| format!("{name:<14}{value}");
        let success = self.success.map(|share| format!(", {:.0} % good", share * 100.0));
        let runs = format!("{} good, {} failed{}", self.good, self.failed, success.unwrap_or_default());
        let mut lines = vec![
            fact("backups", format!("{}, {}, {} each", self.backups, size(Some(self.total)), size(self.mean))),
            fact("runs", runs),
        ];
        let gap = self.longest_gap.as_ref().map(|gap| format!("{}, {}", duration(gap.seconds), gap.app));
        lines.extend(gap.map(|gap| fact("longest gap", gap)));
        lines.push(String::new());
        lines.extend(table(
            &["STORAGE", "BACKUPS", "SIZE", "USED", "FULL"],
            &self.storages.iter().map(StorageRow::cells).collect::<Vec<_>>(),
        ));
        lines.push(String::new());
        lines.extend(table(&["APP", "NEWEST", "A DAY"], &self.growth.iter().map(GrowthRow::cells).collect::<Vec<_>>()));
        lines
    }
}

impl StorageRow {
    fn cells(&self) -> Vec<String> {
        let used = self.usage.map(|usage| format!("{}/{}", size(Some(usage.used)), size(Some(usage.total))));
        vec![
            format!("{}/{}", self.host, self.storage),
            self.backups.to_string(),
            size(Some(self.total)),
            used.unwrap_or_else(|| "--".into()),
            self.full_at.clone().unwrap_or_else(|| "--".into()),
        ]
    }
}

impl GrowthRow {
    fn cells(&self) -> Vec<String> {
        let sign = if self.a_day < 0.0 { "-" } else { "+" };
        let a_day = format!("{sign}{}", size(Some(self.a_day.abs() as u64)));
        vec![self.name.clone(), size(Some(self.newest)), a_day]
    }
}

fn growth(known: &Growth) -> GrowthRow {
    GrowthRow { app: known.app.to_string(), name: known.name.to_string(), newest: known.newest, a_day: known.a_day }
}

fn storage(known: &StorageOutlook) -> StorageRow {
    StorageRow {
        host: known.host.to_string(),
        storage: known.storage.to_string(),
        usage: known.usage,
        backups: known.backups,
        total: known.total,
        full_at: known.full_at.map(rfc3339),
    }
}
