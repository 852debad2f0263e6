//! What can be chosen about a backup, with Proxmox's words for it.

use std::sync::Arc;

use crate::{domain::ids::Vmid, proxmox::storage::Retention};

/// Which guests. Of a pool and of all, a node backs up those that are on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupOf {
    Guests(Vec<Vmid>),
    Pool(Arc<str>),
    AllBut(Vec<Vmid>),
}

/// What a running guest notices of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupMode {
    /// Next to nothing; where a volume cannot do it, Proxmox suspends instead.
    Snapshot,
    /// A short stop of its processes.
    Suspend,
    /// It is shut down and started again.
    Stop,
}

impl BackupMode {
    pub const ALL: [Self; 3] = [Self::Snapshot, Self::Suspend, Self::Stop];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Suspend => "suspend",
            Self::Stop => "stop",
        }
    }

    pub(in crate::proxmox) fn read(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.slug() == slug)
    }
}

/// A backup server compresses by itself, whatever is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Lzo,
    Gzip,
    Zstd,
}

impl Compression {
    pub const ALL: [Self; 4] = [Self::None, Self::Lzo, Self::Gzip, Self::Zstd];

    pub fn slug(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Lzo => "lzo",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    pub(in crate::proxmox) fn read(slug: &str) -> Option<Self> {
        match slug {
            "1" => Some(Self::Lzo),
            slug => Self::ALL.into_iter().find(|one| one.slug() == slug),
        }
    }
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
