//! What can be chosen about a backup, with Proxmox's words for it.

use serde::{Deserialize, Serialize};

/// What a running guest notices of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackupMode {
    /// Next to nothing; where a volume cannot do it, Proxmox suspends instead.
    #[default]
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

    pub fn read(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.slug() == slug)
    }
}

/// A backup server compresses by itself, whatever is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    None,
    Lzo,
    Gzip,
    #[default]
    Zstd,
}

impl Compression {
    pub const ALL: [Self; 4] = [Self::None, Self::Lzo, Self::Gzip, Self::Zstd];

    /// As Proxmox writes it.
    pub fn slug(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Lzo => "lzo",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// As a person says it.
    pub fn word(self) -> &'static str {
        if self == Self::None { "none" } else { self.slug() }
    }

    pub fn read(slug: &str) -> Option<Self> {
        match slug {
            "1" => Some(Self::Lzo),
            slug => Self::ALL.into_iter().find(|one| one.slug() == slug || one.word() == slug),
        }
    }
}

/// Whether it can be removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guarding {
    #[default]
    Free,
    Protected,
}

/// What is written on a backup; what is nothing is not meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// All lines of its notes.
    pub note: Option<String>,
    pub guarding: Option<Guarding>,
}

/// Who is sent mail about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mails {
    #[default]
    Nobody,
    /// By the rules of the host.
    AsConfigured,
}

/// How a backup is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    pub mode: BackupMode,
    pub compression: Compression,
    pub guarding: Guarding,
    pub mails: Mails,
}
