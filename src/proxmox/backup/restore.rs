//! Making a container of a backup. What must hold: an existing container is overwritten only where that is said, because
//! an archive that turns out damaged costs the container it was to replace.

use std::collections::BTreeMap;

use crate::{
    domain::ids::{NodeName, StorageName, Upid, Vmid},
    proxmox::{
        Client, ClientError,
        call::Asked,
        guest::{Mount, RootDisk, Slot},
        storage::VolumeId,
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreOver {
    /// The vmid has to be free.
    Nothing,
    /// The container is stopped and not protected; its volumes are removed before the archive is unpacked.
    TheContainer,
}

/// What network cards get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Addresses {
    /// As in the backup; two containers with one address do harm, so the old one must be gone.
    #[default]
    Kept,
    New,
}

/// As in the backup where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    Unprivileged,
    Privileged,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Afterwards {
    #[default]
    StaysOff,
    Starts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    pub backup: VolumeId,
    pub vmid: Vmid,
    pub over: RestoreOver,
    /// For all volumes; where nothing is said each goes where it was.
    pub storage: Option<StorageName>,
    /// Whoever sets mounts sets it too.
    pub root: Option<RootDisk>,
    /// By their numbers; a mount that is not in the backup comes up empty.
    pub mounts: BTreeMap<u8, Mount>,
    pub hostname: Option<String>,
    pub pool: Option<String>,
    pub addresses: Addresses,
    pub privilege: Option<Privilege>,
    /// KiB a second.
    pub bandwidth: Option<u64>,
    pub afterwards: Afterwards,
}

impl Restore {
    /// To a vmid that is free, as it was.
    pub fn to_new(backup: VolumeId, vmid: Vmid) -> Self {
        Self {
            backup,
            vmid,
            over: RestoreOver::Nothing,
            storage: None,
            root: None,
            mounts: BTreeMap::new(),
            hostname: None,
            pool: None,
            addresses: Addresses::default(),
            privilege: None,
            bandwidth: None,
            afterwards: Afterwards::default(),
        }
    }

    fn refuse_what_cannot_be(&self) -> Result<(), ClientError> {
        if self.mounts.is_empty() || self.root.is_some() {
            return Ok(());
        }
        Err(ClientError::NotSent {
            what: format!("{} cannot be restored like this", self.backup),
            why: "mounts are given but no root, and Proxmox wants both or none".to_owned(),
            remedy: "say the root's size as well",
        })
    }
}

impl Client {
    /// Begins a restore on `node`.
    pub async fn begin_restore(&self, node: &NodeName, restore: &Restore) -> Result<Upid, ClientError> {
        restore.refuse_what_cannot_be()?;
        let privilege = restore.privilege.map(|privilege| u8::from(privilege == Privilege::Unprivileged));
        let mut asked = Asked::post(&["nodes", node.as_str(), "lxc"])
            .with("vmid", restore.vmid)
            .with("ostemplate", &restore.backup)
            .with("restore", 1)
            .with_some("force", (restore.over == RestoreOver::TheContainer).then_some(1))
            .with_some("storage", restore.storage.as_ref())
            .with_some("rootfs", restore.root.as_ref());
        for (number, mount) in &restore.mounts {
            asked = asked.with(Slot::Mount(*number).to_string(), mount);
        }
        let asked = asked
            .with_some("hostname", restore.hostname.as_ref())
            .with_some("pool", restore.pool.as_ref())
            .with_some("unique", (restore.addresses == Addresses::New).then_some(1))
            .with_some("unprivileged", privilege)
            .with_some("bwlimit", restore.bandwidth)
            .with_some("start", (restore.afterwards == Afterwards::Starts).then_some(1));
        self.begin(&asked).await
    }
}
