//! What stands in the way of a container that is to move to another node, as far as it can be known beforehand. What
//! must hold: what we cannot see is never called an obstacle.

use super::{ContainerConfig, DiskSize, Obstacle, Others, Place, Preconditions, Slot, Source, StorageMap};
use crate::domain::ids::NodeName;

/// Kinds of storages whose volumes travel by themselves.
const TRAVELLING: [&str; 5] = ["dir", "zfspool", "lvmthin", "lvm", "btrfs"];
/// Those whose snapshots travel along.
const WITH_SNAPSHOTS: [&str; 2] = ["zfspool", "btrfs"];

/// A move that is considered.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    pub config: &'a ContainerConfig,
    pub is_running: bool,
    pub restarts: bool,
    pub has_snapshots: bool,
    pub from: &'a Place,
    pub to: &'a Place,
    pub storages: &'a StorageMap,
    pub preconditions: Option<&'a Preconditions>,
}

/// Everything that is known to stand in the way.
pub fn obstacles(journey: &Journey<'_>) -> Vec<Obstacle> {
    let mut found = of_the_whole(journey);
    let disks = disks(journey.config);
    found.extend(disks.iter().filter_map(|disk| of_disk(journey, disk)));
    found.extend(too_large(journey, &disks));
    let bridges = journey.config.nets.iter().filter_map(|(net, card)| Some((*net, card.bridge.as_ref()?)));
    // Where we do not even see the one it hangs on now, nothing can be said of the other side.
    let seen = bridges.filter(|(_, bridge)| journey.from.bridges.contains(bridge.as_str()));
    let missing = seen.filter(|(_, bridge)| !journey.to.bridges.contains(bridge.as_str()));
    found.extend(missing.map(|(net, bridge)| Obstacle::NoBridge { net, bridge: bridge.to_string() }));
    found
}

fn of_the_whole(journey: &Journey<'_>) -> Vec<Obstacle> {
    let Journey { config, to, from, .. } = journey;
    let mut found = Vec::new();
    if from.node == to.node {
        found.push(Obstacle::SameNode);
    }
    if journey.is_running && !journey.restarts {
        found.push(Obstacle::Runs);
    }
    found.extend(config.lock.clone().map(Obstacle::Locked));
    if let (Some(own), Some(theirs)) = (&from.arch, &to.arch)
        && own != theirs
    {
        found.push(Obstacle::OtherArch { own: own.clone(), theirs: theirs.clone() });
    }
    found.extend(ha(journey.preconditions, &to.node));
    let needed = config.memory.unwrap_or_default().saturating_mul(1 << 20);
    if let Some(free) = to.free_memory.filter(|free| journey.is_running && *free < needed) {
        found.push(Obstacle::LittleMemory { needed: DiskSize(needed), free: DiskSize(free) });
    }
    found
}

fn ha(preconditions: Option<&Preconditions>, target: &NodeName) -> Option<Obstacle> {
    let said = preconditions?;
    let refused = said.refused.iter().find(|(node, _)| node == target).map(|(_, by)| by.clone());
    let is_left_out = said.allowed.as_ref().is_some_and(|allowed| !allowed.contains(target));
    refused.or_else(|| is_left_out.then(Vec::new)).map(|by| Obstacle::HaForbids { by })
}

struct Disk<'a> {
    slot: Slot,
    source: &'a Source,
    size: Option<DiskSize>,
    is_shared: bool,
}

fn disks(config: &ContainerConfig) -> Vec<Disk<'_>> {
    let root = config.root.iter().map(|root| Disk {
        slot: Slot::Root,
        source: &root.source,
        size: root.size,
        is_shared: is_shared(&root.others),
    });
    let mounts = config.mounts.iter().map(|(number, mount)| Disk {
        slot: Slot::Mount(*number),
        source: &mount.source,
        size: mount.size,
        is_shared: mount.is_shared,
    });
    root.chain(mounts).collect()
}

fn is_shared(others: &Others) -> bool {
    others.get("shared") == Some("1")
}

fn of_disk(journey: &Journey<'_>, disk: &Disk<'_>) -> Option<Obstacle> {
    let slot = disk.slot;
    let (own, path) = match disk.source {
        Source::Path(_) if disk.is_shared => return None,
        Source::Path(path) => return Some(Obstacle::BindMount { slot, path: path.to_string() }),
        Source::Fresh { .. } => return None,
        Source::Volume { storage, path } => (storage.as_str(), path.as_str()),
    };
    let storage = journey.storages.target(own).to_owned();
    if storage == own && journey.from.storage(own).is_none() {
        return None;
    }
    let Some(there) = journey.to.storage(&storage) else { return Some(Obstacle::NoStorage { slot, storage }) };
    if !there.is_active {
        return Some(Obstacle::StorageOff { slot, storage });
    }
    if !there.takes_containers {
        return Some(Obstacle::NoContainers { slot, storage });
    }
    let here = journey.from.storage(own)?;
    if here.is_shared && storage == here.name {
        return None;
    }
    of_copy(journey, slot, path, &here.kind)
}

/// What stands in the way of a volume that must be copied.
fn of_copy(journey: &Journey<'_>, slot: Slot, volume: &str, kind: &str) -> Option<Obstacle> {
    let is_linked = volume.split('/').any(|part| part.starts_with("base")) && volume.matches('/').count() > 0;
    let is_linked = is_linked && !journey.config.is_template;
    if !TRAVELLING.contains(&kind) {
        return Some(Obstacle::Immovable { slot, kind: kind.to_owned() });
    }
    if is_linked {
        return Some(Obstacle::LinkedClone { slot, volume: volume.to_owned() });
    }
    let blocks = journey.has_snapshots && !WITH_SNAPSHOTS.contains(&kind);
    blocks.then(|| Obstacle::Snapshots { slot, kind: kind.to_owned() })
}

/// What is copied, by storage of the target: volumes that only their node has.
pub fn copies(config: &ContainerConfig, from: &Place, storages: &StorageMap) -> Vec<(String, u64)> {
    let mut found: std::collections::BTreeMap<String, u64> = Default::default();
    for disk in disks(config) {
        let Source::Volume { storage: own, .. } = disk.source else { continue };
        let target = storages.target(own.as_str());
        let stays = from.storage(own.as_str()).is_some_and(|here| here.is_shared && here.name == target);
        if !stays {
            *found.entry(target.to_owned()).or_default() += disk.size.map_or(0, |size| size.0);
        }
    }
    found.into_iter().collect()
}

/// Storages of the target that cannot hold what would be copied there.
fn too_large(journey: &Journey<'_>, disks: &[Disk<'_>]) -> Vec<Obstacle> {
    let full = journey.to.storages.iter().filter(|there| there.is_active).filter_map(|there| {
        let stays = |storage: &str| there.is_shared && storage == there.name;
        let coming = disks.iter().filter(|disk| {
            let from = disk.source.storage().map(|storage| storage.as_str());
            from.is_some_and(|from| journey.storages.target(from) == there.name && !stays(from))
        });
        let needed: u64 = coming.filter_map(|disk| disk.size).map(|size| size.0).sum();
        let free = there.free.filter(|free| *free < needed)?;
        let (needed, free) = (DiskSize(needed), DiskSize(free));
        Some(Obstacle::LittleSpace { storage: there.name.clone(), needed, free })
    });
    full.collect()
}
