//! Making a container of a backup. What must hold: an existing container is overwritten only where that is said, because
//! an archive that turns out damaged costs the container it was to replace.

use std::collections::BTreeMap;

use crate::{
    domain::{
        ids::{NodeName, StorageName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Client, ClientError,
        call::Asked,
        guest::{Description, Mount, Net, Order, RootDisk, Slot, Tried},
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
    /// In the place of the one in the backup.
    pub description: Option<Description>,
    /// By their numbers, in the place of those in the backup.
    pub nets: BTreeMap<u8, Net>,
    pub starts_on_boot: Option<bool>,
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
            description: None,
            nets: BTreeMap::new(),
            starts_on_boot: None,
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
        self.begin(&restore.asked(node)?).await
    }

    /// Makes the container under its id, unless that is taken. `since` is when it was first tried: what began earlier is
    /// not ours.
    pub async fn try_restore(&self, node: &NodeName, restore: &Restore, since: Moment) -> Result<Tried, ClientError> {
        let order = Order {
            asked: restore.asked(node)?,
            node,
            new_id: restore.vmid,
            marker: restore.description.as_ref().and_then(|description| description.marker.as_ref()),
            task: (restore.vmid, "vzrestore"),
            target: None,
            since,
        };
        self.try_newcomer(&order).await
    }
}

impl Restore {
    fn asked(&self, node: &NodeName) -> Result<Asked, ClientError> {
        self.refuse_what_cannot_be()?;
        let privilege = self.privilege.map(|privilege| u8::from(privilege == Privilege::Unprivileged));
        let mut asked = Asked::post(&["nodes", node.as_str(), "lxc"])
            .with("vmid", self.vmid)
            .with("ostemplate", &self.backup)
            .with("restore", 1)
            .with_some("force", (self.over == RestoreOver::TheContainer).then_some(1))
            .with_some("storage", self.storage.as_ref())
            .with_some("rootfs", self.root.as_ref());
        for (number, mount) in &self.mounts {
            asked = asked.with(Slot::Mount(*number).to_string(), mount);
        }
        for (number, net) in &self.nets {
            asked = asked.with(format!("net{number}"), net);
        }
        Ok(asked
            .with_some("hostname", self.hostname.as_ref())
            .with_some("description", self.description.as_ref().and_then(Description::text))
            .with_some("onboot", self.starts_on_boot.map(u8::from))
            .with_some("pool", self.pool.as_ref())
            .with_some("unique", (self.addresses == Addresses::New).then_some(1))
            .with_some("unprivileged", privilege)
            .with_some("bwlimit", self.bandwidth)
            .with_some("start", (self.afterwards == Afterwards::Starts).then_some(1)))
    }
}
