//! Snapshots of a container: their names, their times, and the tree they make.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use serde::Deserialize;

use super::NotReadable;
use crate::{
    domain::moment::Moment,
    proxmox::wire::lenient::{Int, Text},
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
