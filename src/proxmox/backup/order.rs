//! The order to back guests up. What must hold: whoever wants no mail gets none, in every version.

use std::sync::Arc;

use super::NotesTemplate;
use crate::{
    domain::ids::{NodeName, StorageName, Vmid},
    proxmox::{
        Ability, Begun, Client, ClientError, Version,
        call::Asked,
        storage::{Guarding, Retention},
    },
};

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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupOrder {
    pub of: BackupOf,
    pub storage: StorageName,
    pub mode: BackupMode,
    pub compression: Option<Compression>,
    pub notes: Option<NotesTemplate>,
    pub guarding: Guarding,
    pub old: OldBackups,
    pub notify: Notify,
    /// KiB a second; needs `Sys.Modify` on `/`.
    pub bandwidth: Option<u64>,
    pub detection: Option<ChangeDetection>,
}

impl BackupOrder {
    /// One guest, by snapshot where that works, packed with zstd, without a word to anybody.
    pub fn one(vmid: Vmid, storage: StorageName) -> Self {
        Self {
            of: BackupOf::Guests(vec![vmid]),
            storage,
            mode: BackupMode::Snapshot,
            compression: Some(Compression::Zstd),
            notes: None,
            guarding: Guarding::Free,
            old: OldBackups::default(),
            notify: Notify::default(),
            bandwidth: None,
            detection: None,
        }
    }
}

impl Client {
    /// Begins a backup on `node`. There is nothing to do where none of the guests is on it.
    pub async fn begin_backup(&self, node: &NodeName, order: &BackupOrder) -> Result<Begun, ClientError> {
        if order.detection.is_some() {
            self.require(node, Ability::PbsChangeDetection).await?;
        }
        let can = CanChoose::of(&self.version_of(node).await?);
        let asked = Asked::post(&["nodes", node.as_str(), "vzdump"]).with("storage", &order.storage);
        let asked = selecting(asked, &order.of)?
            .with("mode", order.mode.slug())
            .with_some("compress", order.compression.map(Compression::slug))
            .with_some("notes-template", order.notes.as_ref().map(NotesTemplate::line))
            .with_some("protected", (order.guarding == Guarding::Protected).then_some(1))
            .with_some("bwlimit", order.bandwidth)
            .with_some("pbs-change-detection-mode", order.detection.map(ChangeDetection::slug));
        let asked = notifying(removing(asked, &order.old), &order.notify, can);
        self.begin_if_needed(&asked).await
    }
}

pub(in crate::proxmox) fn selecting(asked: Asked, of: &BackupOf) -> Result<Asked, ClientError> {
    match of {
        BackupOf::Guests(guests) if guests.is_empty() => Err(ClientError::NotSent {
            what: "nothing can be backed up".to_owned(),
            why: "no guest was chosen".to_owned(),
            remedy: "choose a guest, a pool, or all guests",
        }),
        BackupOf::Guests(guests) => Ok(asked.with("vmid", vmids(guests))),
        BackupOf::Pool(pool) => Ok(asked.with("pool", pool)),
        BackupOf::AllBut(but) if but.is_empty() => Ok(asked.with("all", 1)),
        BackupOf::AllBut(but) => Ok(asked.with("all", 1).with("exclude", vmids(but))),
    }
}

fn vmids(guests: &[Vmid]) -> String {
    guests.iter().map(Vmid::to_string).collect::<Vec<_>>().join(",")
}

pub(in crate::proxmox) fn removing(asked: Asked, old: &OldBackups) -> Asked {
    match old {
        OldBackups::AsConfigured => asked,
        OldBackups::Stay => asked.with("remove", 0),
        OldBackups::Prune(retention) => asked.with("prune-backups", retention),
    }
}

/// Whether a backup can say how it notifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proxmox) enum CanChoose {
    Yes,
    No,
}

impl CanChoose {
    pub fn of(version: &Version) -> Self {
        if version.can(Ability::NotificationMode) { Self::Yes } else { Self::No }
    }
}

/// The old way of notifying sends mail to those it is given, and to nobody without. Before one could choose it was the
/// only way.
pub(in crate::proxmox) fn notifying(asked: Asked, notify: &Notify, can: CanChoose) -> Asked {
    match notify {
        Notify::AsConfigured => asked,
        Notify::Nobody if can == CanChoose::Yes => asked.with("notification-mode", "legacy-sendmail"),
        Notify::Nobody => asked.with("mailnotification", "failure"),
        Notify::Mail(to) if can == CanChoose::Yes => {
            asked.with("notification-mode", "legacy-sendmail").with("mailto", to)
        }
        Notify::Mail(to) => asked.with("mailto", to),
    }
}
