//! What can be done with snapshots: taken, described, gone back to, removed.

use serde::Deserialize;

use super::{SnapshotName, Snapshots, lxc, snapshot::SnapshotRow};
use crate::{
    domain::ids::{NodeName, Upid, Vmid},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{lenient::Flag, list::List},
    },
};

/// What happens to the container after it was set back; Proxmox stops it for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRollback {
    StaysOff,
    /// By a task of its own: see `follow_up`.
    Starts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotRemoval {
    Careful,
    /// Out of the configuration even where the storage cannot remove it.
    Forced,
}

/// What storages may or may not be able to do for a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    Snapshot,
    /// A linked clone.
    Clone,
    /// A full clone.
    Copy,
}

impl Feature {
    fn slug(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Clone => "clone",
            Self::Copy => "copy",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FeatureSaid {
    #[serde(rename = "hasFeature")]
    has_feature: Flag,
}

impl Client {
    pub async fn snapshots(&self, node: &NodeName, vmid: Vmid) -> Result<Snapshots, ClientError> {
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["snapshot"]));
        let answer = self.call(&asked).await?;
        let rows: List<SnapshotRow<'_>> = answer.read(&asked.call)?;
        Ok(Snapshots::read(&rows.0))
    }

    pub async fn begin_snapshot(
        &self,
        node: &NodeName,
        vmid: Vmid,
        name: &SnapshotName,
        description: Option<&str>,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::post(&lxc(node, &vmid.to_string(), &["snapshot"]));
        self.begin(&asked.with("snapname", name).with_some("description", description)).await
    }

    pub async fn begin_snapshot_removal(
        &self,
        node: &NodeName,
        vmid: Vmid,
        name: &SnapshotName,
        how: SnapshotRemoval,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::delete(&lxc(node, &vmid.to_string(), &["snapshot", name.as_str()]));
        let force = (how == SnapshotRemoval::Forced).then_some(1);
        self.begin(&asked.with_some("force", force)).await
    }

    /// Sets the container back; it is stopped without being asked.
    pub async fn begin_rollback(
        &self,
        node: &NodeName,
        vmid: Vmid,
        name: &SnapshotName,
        after: AfterRollback,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::post(&lxc(node, &vmid.to_string(), &["snapshot", name.as_str(), "rollback"]));
        let start = (after == AfterRollback::Starts).then_some(1);
        self.begin(&asked.with_some("start", start)).await
    }

    pub async fn describe_snapshot(
        &self,
        node: &NodeName,
        vmid: Vmid,
        name: &SnapshotName,
        description: &str,
    ) -> Result<(), ClientError> {
        let asked = Asked::put(&lxc(node, &vmid.to_string(), &["snapshot", name.as_str(), "config"]));
        self.call(&asked.with("description", description)).await.map(drop)
    }

    /// Whether all disks of a container can do it, as it is now or as it was at a snapshot.
    pub async fn has_feature(
        &self,
        node: &NodeName,
        vmid: Vmid,
        feature: Feature,
        at: Option<&SnapshotName>,
    ) -> Result<bool, ClientError> {
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["feature"]))
            .with("feature", feature.slug())
            .with_some("snapname", at);
        let answer = self.call(&asked).await?;
        Ok(answer.read::<FeatureSaid>(&asked.call)?.has_feature.is_set())
    }
}
