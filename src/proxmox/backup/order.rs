//! The order to back guests up. What must hold: it is sent once, and says nothing that its node does not know.

use super::{
    BackupMode, BackupOf, CanChoose, ChangeDetection, Compression, NotesTemplate, Notify, OldBackups, notifying,
    removing, selecting,
};
use crate::{
    domain::ids::{NodeName, StorageName, Vmid},
    proxmox::{Ability, Begun, Client, ClientError, call::Asked, storage::Guarding},
};

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
