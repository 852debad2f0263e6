//! The disks of a container: made larger, moved to another storage, given to another container.

use super::{Digest, DiskSize, Slot, Word, lxc};
use crate::{
    domain::ids::{NodeName, Upid, Vmid},
    proxmox::{Client, ClientError, call::Asked},
};

/// A disk never gets smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resize {
    To(DiskSize),
    By(DiskSize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Original {
    /// Stays with the container as unused.
    Kept,
    Removed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeMove {
    /// The container must be off.
    ToStorage { storage: Word, original: Original },
    /// To another container on the same node; nothing is copied. The giving one must be off, and may not have snapshots
    /// with the disk in them.
    ToGuest { vmid: Vmid, slot: Slot, digest: Option<Digest> },
}

impl Client {
    pub async fn begin_resize(
        &self,
        node: &NodeName,
        vmid: Vmid,
        slot: Slot,
        resize: Resize,
        digest: Option<&Digest>,
    ) -> Result<Upid, ClientError> {
        let size = match resize {
            Resize::To(size) => size.to_string(),
            Resize::By(size) => format!("+{size}"),
        };
        let asked = Asked::put(&lxc(node, &vmid.to_string(), &["resize"])).with("disk", slot).with("size", size);
        self.begin(&asked.with_some("digest", digest.map(|digest| &digest.0))).await
    }

    pub async fn begin_volume_move(
        &self,
        node: &NodeName,
        vmid: Vmid,
        slot: Slot,
        to: &VolumeMove,
        digest: Option<&Digest>,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::post(&lxc(node, &vmid.to_string(), &["move_volume"])).with("volume", slot);
        let asked = match to {
            VolumeMove::ToStorage { storage, original } => {
                let delete = (*original == Original::Removed).then_some(1);
                asked.with("storage", storage).with_some("delete", delete)
            }
            VolumeMove::ToGuest { vmid, slot, digest } => asked
                .with("target-vmid", vmid)
                .with("target-volume", slot)
                .with_some("target-digest", digest.as_ref().map(|digest| &digest.0)),
        };
        self.begin(&asked.with_some("digest", digest.map(|digest| &digest.0))).await
    }
}
