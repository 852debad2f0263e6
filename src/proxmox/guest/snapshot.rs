//! Snapshots of a container: the tree of them, and what can be done with one.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use serde::Deserialize;

use super::{NotReadable, lxc};
use crate::{
    domain::{
        ids::{NodeName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            lenient::{Flag, Int, Text},
            list::List,
        },
    },
};

/// What Proxmox calls the state a container is in, in its list of snapshots.
const CURRENT: &str = "current";
/// Of vzdump, which makes and removes it by itself.
const RESERVED: [&str; 2] = [CURRENT, "vzdump"];
const LONGEST: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotName(Arc<str>);

impl SnapshotName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SnapshotName {
    type Err = NotReadable;

    /// A letter first, then at least one more letter, digit, `-` or `_`.
    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let is_name = is_plain
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && (2..=LONGEST).contains(&text.len())
            && !RESERVED.contains(&text);
        is_name
            .then(|| Self(text.into()))
            .ok_or_else(|| NotReadable { what: "name of a snapshot", text: text.to_owned() })
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub name: SnapshotName,
    /// By the host's clock.
    pub taken: Option<Moment>,
    pub description: Option<String>,
    pub parent: Option<SnapshotName>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshots {
    /// Oldest first.
    pub taken: Vec<Snapshot>,
    /// The one the container goes on from.
    pub current: Option<SnapshotName>,
}

impl Snapshots {
    pub(in crate::proxmox) fn read(rows: &[SnapshotRow<'_>]) -> Self {
        let mut snapshots = Self::default();
        for row in rows {
            let parent = row.parent.as_deref().and_then(|name| name.parse().ok());
            match row.name.as_deref() {
                Some(CURRENT) => snapshots.current = parent,
                Some(name) => snapshots.taken.extend(name.parse().ok().map(|name| row.taken(name, parent))),
                None => {}
            }
        }
        snapshots.taken.sort_by(|a, b| (a.taken, &a.name).cmp(&(b.taken, &b.name)));
        snapshots
    }

    /// Each snapshot after its parent, with how deep it lies. One whose parent is gone stands at the top.
    pub fn tree(&self) -> Vec<(usize, &Snapshot)> {
        let mut seen = BTreeSet::new();
        let mut tree = Vec::new();
        let is_known = |name: &SnapshotName| self.taken.iter().any(|snapshot| snapshot.name == *name);
        for root in self.taken.iter().filter(|one| !one.parent.as_ref().is_some_and(is_known)) {
            self.grow(root, 0, &mut seen, &mut tree);
        }
        // What is left hangs on itself; it is shown all the same.
        for lost in &self.taken {
            self.grow(lost, 0, &mut seen, &mut tree);
        }
        tree
    }

    fn grow<'a>(
        &'a self,
        from: &'a Snapshot,
        depth: usize,
        seen: &mut BTreeSet<&'a SnapshotName>,
        tree: &mut Vec<(usize, &'a Snapshot)>,
    ) {
        let mut waiting = vec![(depth, from)];
        while let Some((depth, snapshot)) = waiting.pop() {
            if !seen.insert(&snapshot.name) {
                continue;
            }
            tree.push((depth, snapshot));
            let children = self.taken.iter().filter(|one| one.parent.as_ref() == Some(&snapshot.name));
            // The last one in is the first one out.
            waiting.extend(children.rev().map(|child| (depth + 1, child)));
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::proxmox) struct SnapshotRow<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    parent: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    snaptime: Int,
}

impl SnapshotRow<'_> {
    fn taken(&self, name: SnapshotName, parent: Option<SnapshotName>) -> Snapshot {
        let description = self.description.as_deref().map(|text| text.trim_end_matches('\n').to_owned());
        Snapshot {
            name,
            taken: self.snaptime.fits().map(Moment::from_secs),
            description: description.filter(|text| !text.is_empty()),
            parent,
        }
    }
}

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
