//! Backups as they are known: what lies on the storages of the hosts, how it got there, what was seen to start, and what
//! will run by itself. What must hold: all of it is a picture of what the hosts say; nothing is shown that no storage has.

mod board;
mod calendar;
mod choice;
mod job;
mod known;
mod proof;
mod retention;
mod run;
mod statistics;

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

pub use self::{
    board::{Age, BoardRow, Coverage, Inside, backups_of, board, owner_of},
    calendar::{Calendar, Clock, NotACalendar, Utc, Weekday},
    choice::{BackupMode, Compression, Guarding, How, Label, Mails},
    job::{Job, JobState, Runner, ScheduleId, Selection},
    known::{Backups, Fill, HostBackups, RUNS_KEPT, Shelf, Told},
    proof::{Proof, ProofResult},
    retention::Retention,
    run::{Run, RunEnd},
    statistics::{Growth, Statistics, StorageOutlook, outlooks, statistics},
};
use super::{
    fleet::GuestKind,
    ids::{GuestKey, HostId, NodeName, StorageName},
    moment::Moment,
};

/// Names one backup: a host, and Proxmox's own name for the volume, `storage:path`. Written `host/storage:path`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BackupKey {
    pub host: HostId,
    pub volume: Arc<str>,
}

impl fmt::Display for BackupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.volume)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotABackupKey;

impl FromStr for BackupKey {
    type Err = NotABackupKey;

    fn from_str(text: &str) -> Result<Self, NotABackupKey> {
        let (host, volume) = text.split_once('/').ok_or(NotABackupKey)?;
        let (storage, path) = volume.split_once(':').ok_or(NotABackupKey)?;
        if host.is_empty() || storage.is_empty() || path.is_empty() {
            return Err(NotABackupKey);
        }
        Ok(Self { host: HostId::new(host), volume: volume.into() })
    }
}

impl BackupKey {
    pub fn storage(&self) -> StorageName {
        StorageName::new(self.volume.split(':').next().unwrap_or_default())
    }

    /// The last part of its name, as a person knows it.
    pub fn file(&self) -> &str {
        self.volume.rsplit('/').next().unwrap_or(&self.volume)
    }
}

/// One backup on a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    pub key: BackupKey,
    /// A node that can reach it.
    pub node: NodeName,
    pub guest: GuestKey,
    pub kind: GuestKind,
    pub made: Moment,
    /// Bytes on the storage.
    pub size: Option<u64>,
    /// Such as `tar.zst` or `pbs-ct`.
    pub format: Arc<str>,
    /// The first line of its notes.
    pub note: Option<Arc<str>>,
    pub guarding: Guarding,
    pub seal: Seal,
    /// What a backup server found when it looked whether it is whole; nothing where nobody looked.
    pub verified: Option<Verdict>,
}

impl Backup {
    pub fn is_protected(&self) -> bool {
        self.guarding == Guarding::Protected
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Whole,
    Damaged,
}

/// Whether it can be read without a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seal {
    #[default]
    Open,
    /// With which key is not told.
    Encrypted,
    /// With the key of this fingerprint.
    With(Arc<str>),
}
