//! Copies of a container.

use super::{Newcomer, SnapshotName, Tried, Word, create::Order, lxc};
use crate::{
    domain::{
        app::Marker,
        ids::{NodeName, Vmid},
        moment::Moment,
    },
    proxmox::{Client, ClientError, call::Asked},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloneKind {
    /// With disks of its own, on `storage` or where the original has them.
    Full { storage: Option<Word> },
    /// On the disks of the original.
    Linked,
}

/// A copy to be made. Its network cards get addresses of their own, but a fixed IP address is copied as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneOrder {
    pub kind: CloneKind,
    /// Of a running container only a snapshot can be copied in full.
    pub snapshot: Option<SnapshotName>,
    pub hostname: Option<String>,
    pub description: super::Description,
    pub pool: Option<String>,
    /// Another node, where all disks lie on storages that both have.
    pub target: Option<NodeName>,
}

impl CloneOrder {
    fn asked(&self, node: &NodeName, vmid: Vmid, new_id: Vmid) -> Asked {
        let asked = Asked::post(&lxc(node, &vmid.to_string(), &["clone"])).with("newid", new_id);
        let asked = match &self.kind {
            CloneKind::Full { storage } => asked.with("full", 1).with_some("storage", storage.as_ref()),
            CloneKind::Linked => asked.with("full", 0),
        };
        asked
            .with_some("snapname", self.snapshot.as_ref())
            .with_some("hostname", self.hostname.as_ref())
            .with_some("description", self.description.text())
            .with_some("pool", self.pool.as_ref())
            .with_some("target", self.target.as_ref())
    }

    fn marker(&self) -> Option<&Marker> {
        self.description.marker.as_ref()
    }
}

impl Client {
    /// Copies a container to the id `new_id`, unless that is taken. `since` is when this copy was first tried.
    pub async fn try_clone(
        &self,
        node: &NodeName,
        vmid: Vmid,
        new_id: Vmid,
        order: &CloneOrder,
        since: Moment,
    ) -> Result<Tried, ClientError> {
        let order_for = Order {
            asked: order.asked(node, vmid, new_id),
            node,
            new_id,
            marker: order.marker(),
            task: (vmid, "vzclone"),
            target: order.target.as_ref(),
            since,
        };
        self.try_newcomer(&order_for).await
    }

    /// Copies a container to an id that nobody has.
    pub async fn clone_container(
        &self,
        node: &NodeName,
        vmid: Vmid,
        order: &CloneOrder,
    ) -> Result<Newcomer, ClientError> {
        self.with_free_id(|new_id, since| self.try_clone(node, vmid, new_id, order, since)).await
    }
}
