//! Backups for scripts, and as the cells of a table. What must hold: what nobody told is null, never a guess.

use serde::Serialize;

use super::super::{guest, rows::rfc3339};
use crate::domain::{
    backup::{Backup, BackupMode, Proof, ProofResult, Run, RunEnd, Seal, Verdict, owner_of},
    fleet::{Fleet, GuestKind},
    ids::HostId,
    moment::Moment,
};

#[derive(Serialize)]
pub struct BackupRow {
    /// Its name, as other commands take it.
    pub backup: String,
    pub file: String,
    pub host: String,
    pub storage: String,
    /// The app that it is of, also where the app was another guest then.
    pub app: Option<String>,
    pub app_name: Option<String>,
    pub guest: String,
    pub node: String,
    pub kind: &'static str,
    pub made: String,
    pub size: Option<u64>,
    pub format: String,
    pub note: Option<String>,
    pub protected: bool,
    pub encrypted: bool,
    /// The fingerprint of the key, where it is told.
    pub key: Option<String>,
    /// `whole` or `damaged`; nothing where no backup server looked.
    pub verified: Option<&'static str>,
}

impl BackupRow {
    pub fn of(fleet: &Fleet, backup: &Backup) -> Self {
        let app = owner_of(&fleet.apps, backup);
        Self {
            backup: backup.key.to_string(),
            file: backup.key.file().to_owned(),
            host: backup.key.host.to_string(),
            storage: backup.key.storage().to_string(),
            app: app.map(|app| app.id.to_string()),
            app_name: app.map(|app| app.name.to_string()),
            guest: backup.guest.to_string(),
            node: backup.node.to_string(),
            kind: match backup.kind {
                GuestKind::Container => "container",
                GuestKind::Machine => "machine",
            },
            made: rfc3339(backup.made),
            size: backup.size,
            format: backup.format.to_string(),
            note: backup.note.as_deref().map(Into::into),
            protected: backup.is_protected(),
            encrypted: backup.seal != Seal::Open,
            key: match &backup.seal {
                Seal::With(key) => Some(key.to_string()),
                Seal::Open | Seal::Encrypted => None,
            },
            verified: backup.verified.map(|verdict| match verdict {
                Verdict::Whole => "whole",
                Verdict::Damaged => "damaged",
            }),
        }
    }

    pub const HEAD: [&str; 8] = ["BACKUP", "OF", "MADE", "SIZE", "PROTECTED", "ENCRYPTED", "VERIFIED", "NOTE"];

    pub fn cells(&self) -> Vec<String> {
        vec![
            self.backup.clone(),
            self.app_name.clone().unwrap_or_else(|| self.guest.clone()),
            self.made.clone(),
            size(self.size),
            yes_no(self.protected).into(),
            yes_no(self.encrypted).into(),
            self.verified.unwrap_or("--").into(),
            self.note.clone().unwrap_or_default(),
        ]
    }
}

fn yes_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

pub fn size(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "--".into(), guest::size)
}

/// How long ago that was, in words.
pub fn age(then: Moment, now: Moment) -> String {
    guest::duration(now.since(then).as_secs())
}

/// What a person wants to know of a backup before it is touched.
pub fn in_words(backup: &Backup, now: Moment) -> String {
    format!("{} ({}, {} old)", backup.key.file(), size(backup.size), age(backup.made, now))
}

/// How a backup was made, or why it was not.
#[derive(Serialize)]
pub struct RunRow {
    pub task: String,
    pub began: String,
    pub seconds: Option<u64>,
    /// `good` or `failed`
    pub result: &'static str,
    pub why: Option<String>,
    /// How it was made in the end.
    pub mode: Option<&'static str>,
    /// Why it was made in another way than was asked for.
    pub weakened: Option<String>,
    pub backup: Option<String>,
    pub size: Option<u64>,
    pub left_out: Vec<String>,
}

impl RunRow {
    pub fn of(run: &Run) -> Self {
        let why = match &run.end {
            RunEnd::Good => None,
            RunEnd::Failed(why) => Some(why.to_string()),
        };
        Self {
            task: run.task.to_string(),
            began: rfc3339(run.began),
            seconds: run.took.map(|took| took.as_secs()),
            result: if why.is_none() { "good" } else { "failed" },
            why,
            mode: run.mode.map(BackupMode::slug),
            weakened: run.weakened.as_deref().map(Into::into),
            backup: run.volume.as_ref().map(|volume| name(&run.guest.host, volume)),
            size: run.size,
            left_out: run.left_out.iter().map(|path| path.to_string()).collect(),
        }
    }

    /// `good`, `good, by suspend: why`, `failed: why`
    pub fn in_words(&self) -> String {
        match (&self.why, &self.weakened) {
            (Some(why), _) => format!("failed: {why}"),
            (None, Some(weakened)) => format!("good, by {}: {weakened}", self.mode.unwrap_or("another way")),
            (None, None) => "good".into(),
        }
    }
}

pub fn name(host: &HostId, volume: &str) -> String {
    format!("{host}/{volume}")
}

/// A backup that was seen to start, or to fail at it.
#[derive(Serialize)]
pub struct ProofRow {
    pub app: String,
    pub name: Option<String>,
    pub backup: String,
    pub made: String,
    pub at: String,
    pub seconds: u64,
    /// `good` or `bad`
    pub result: &'static str,
    pub why: Option<String>,
}

impl ProofRow {
    pub fn of(fleet: &Fleet, proof: &Proof) -> Self {
        let why = match &proof.result {
            ProofResult::Good => None,
            ProofResult::Bad(why) => Some(why.to_string()),
        };
        Self {
            app: proof.app.to_string(),
            name: fleet.app(&proof.app).map(|app| app.name.to_string()),
            backup: proof.backup.to_string(),
            made: rfc3339(proof.made),
            at: rfc3339(proof.at),
            seconds: proof.took.as_secs(),
            result: if why.is_none() { "good" } else { "bad" },
            why,
        }
    }

    pub fn in_words(&self) -> String {
        let name = self.name.as_ref().unwrap_or(&self.app);
        let result = self.why.as_ref().map_or_else(|| "good".to_owned(), |why| format!("bad: {why}"));
        format!("{name}: {} proved at {} in {} s: {result}", self.backup, self.at, self.seconds)
    }
}
