//! What can be chosen about a backup, with Proxmox's words for it.

use std::sync::Arc;

use crate::domain::{backup::Retention, ids::Vmid};

pub use crate::domain::backup::{BackupMode, Compression};

/// Which guests. Of a pool and of all, a node backs up those that are on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupOf {
    Guests(Vec<Vmid>),
    Pool(Arc<str>),
    AllBut(Vec<Vmid>),
}

/// What becomes of older backups of the same guests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OldBackups {
    /// As the storage is set up.
    #[default]
    AsConfigured,
    /// None is removed.
    Stay,
    /// Needs the right `Datastore.Allocate`.
    Prune(Retention),
}

/// Who hears of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Notify {
    #[default]
    Nobody,
    /// By the rules of the host.
    AsConfigured,
    Mail(String),
}

/// How a backup server finds out what changed in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeDetection {
    Legacy,
    Data,
    Metadata,
}

impl ChangeDetection {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Data => "data",
            Self::Metadata => "metadata",
        }
    }
}
