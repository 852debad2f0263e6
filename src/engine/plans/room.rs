//! Which storage of a node the disks of a new app go to. What must hold: what the operator said of a host outranks every rule.

use crate::{
    domain::{
        fault::{Fault, FaultCode},
        host::HostDefaults,
    },
    proxmox::guest::{Place, StoragePlace},
};

/// Storages whose snapshots Proxmox knows how to make, and that cost nothing.
const SNAPSHOTS: [&str; 4] = ["lvmthin", "zfspool", "btrfs", "rbd"];
pub(super) const GIB: u64 = 1 << 30;

/// Where the operator wants the disks of new apps, no other storage of a node is for them; a node that does not have that
/// storage takes what it has.
pub(super) fn meant(storages: Vec<StoragePlace>, defaults: &HostDefaults) -> Vec<StoragePlace> {
    let is_it = |storage: &StoragePlace| Some(&storage.name) == defaults.storage.as_ref() && storage.takes_containers;
    if !storages.iter().any(is_it) {
        return storages;
    }
    let only = |storage: StoragePlace| StoragePlace { takes_containers: is_it(&storage), ..storage };
    storages.into_iter().map(only).collect()
}

/// Where snapshots cost nothing if there is room, else the roomiest.
pub(super) fn best_storage(place: &Place, disk: u64) -> Result<String, Fault> {
    let fits = |storage: &&StoragePlace| {
        storage.takes_containers && storage.is_active && storage.free.unwrap_or(0) >= disk * GIB
    };
    let rank =
        |storage: &&StoragePlace| (SNAPSHOTS.contains(&storage.kind.as_str()), storage.free, storage.name.clone());
    let best = place.storages.iter().filter(fits).max_by_key(rank);
    best.map(|storage| storage.name.clone()).ok_or_else(|| {
        Fault::lasting(
            FaultCode::Refused,
            "the app was not deployed",
            format!("no storage of {} has {disk} GB for it", place.node),
            "take a smaller disk, another node, or make room",
        )
    })
}
