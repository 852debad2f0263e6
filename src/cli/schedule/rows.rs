//! Schedules for scripts, and as the cells of a table.

use serde::Serialize;

use super::super::rows::rfc3339;
use crate::domain::backup::{
    BackupMode, Compression, Guarding, Job, JobState, Retention, Runner, ScheduleId, Selection,
};

#[derive(Serialize)]
pub struct JobRow {
    /// Its name, as other commands take it.
    pub schedule: String,
    pub host: String,
    pub id: String,
    /// `proxmox` or `watch`
    pub runner: &'static str,
    /// A calendar event.
    pub when: String,
    pub enabled: bool,
    pub next_run: Option<String>,
    /// Nothing where it takes no guest at all.
    pub of: Option<OfRow>,
    pub storage: Option<String>,
    pub mode: &'static str,
    pub compress: &'static str,
    /// Nothing where the storage says what is kept; all null where everything is.
    pub keeps: Option<Retention>,
    pub note: Option<String>,
    pub protected: bool,
    pub comment: Option<String>,
    pub repeats_missed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OfRow {
    Pool(String),
    Guests(Vec<u32>),
    AllBut(Vec<u32>),
    Apps,
}

impl OfRow {
    fn of(selection: &Selection) -> Self {
        match selection {
            Selection::Pool(pool) => Self::Pool(pool.to_string()),
            Selection::Guests(guests) => Self::Guests(guests.iter().map(|vmid| vmid.0).collect()),
            Selection::AllBut(guests) => Self::AllBut(guests.iter().map(|vmid| vmid.0).collect()),
            Selection::Apps => Self::Apps,
        }
    }

    fn in_words(&self) -> String {
        let numbers = |guests: &[u32]| guests.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::Pool(pool) => format!("pool {pool}"),
            Self::Guests(guests) => numbers(guests),
            Self::AllBut(none) if none.is_empty() => "all guests".into(),
            Self::AllBut(guests) => format!("all guests but {}", numbers(guests)),
            Self::Apps => "all apps".into(),
        }
    }
}

impl JobRow {
    pub fn of(job: &Job) -> Self {
        Self {
            schedule: job.id.to_string(),
            host: job.id.host.to_string(),
            id: job.id.id.to_string(),
            runner: runner(job.runner),
            when: job.schedule.clone(),
            enabled: job.state == JobState::Enabled,
            next_run: job.next_run.map(rfc3339),
            of: job.of.as_ref().map(OfRow::of),
            storage: job.storage.as_ref().map(ToString::to_string),
            mode: BackupMode::slug(job.mode),
            compress: Compression::word(job.compression),
            keeps: job.keeps,
            note: job.note.clone(),
            protected: job.guarding == Guarding::Protected,
            comment: job.comment.clone(),
            repeats_missed: job.repeats_missed,
        }
    }

    pub const HEAD: [&str; 8] = ["SCHEDULE", "RUN BY", "STATE", "WHEN", "NEXT", "TAKES", "STORAGE", "KEEPS"];

    pub fn cells(&self) -> Vec<String> {
        let dashes = || "--".to_owned();
        vec![
            self.schedule.clone(),
            self.runner.into(),
            if self.enabled { "enabled" } else { "disabled" }.into(),
            self.when.clone(),
            self.next_run.clone().unwrap_or_else(dashes),
            self.of.as_ref().map_or_else(|| "nothing".into(), OfRow::in_words),
            self.storage.clone().unwrap_or_else(dashes),
            self.keeps.map_or_else(|| "as its storage".into(), keeps),
        ]
    }

    pub fn lines(&self) -> Vec<String> {
        let facts = Self::HEAD.iter().zip(self.cells());
        let mut lines: Vec<_> = facts.map(|(head, cell)| format!("{:<12}{cell}", head.to_lowercase())).collect();
        lines.push(format!("{:<12}{}, {}", "mode", self.mode, self.compress));
        lines.extend(self.note.iter().map(|note| format!("{:<12}{note}", "note")));
        lines.extend(self.comment.iter().map(|comment| format!("{:<12}{comment}", "comment")));
        if self.protected {
            lines.push(format!("{:<12}its backups are protected", "protected"));
        }
        lines
    }
}

fn keeps(kept: Retention) -> String {
    if kept.keeps_all() { "all".into() } else { kept.to_string().replace("keep-", "") }
}

fn runner(runner: Runner) -> &'static str {
    match runner {
        Runner::Proxmox => "proxmox",
        Runner::Watch => "watch",
    }
}

pub fn named(id: &ScheduleId) -> String {
    format!("schedule {id}")
}
