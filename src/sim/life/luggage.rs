//! The disks of a container that goes to another node: which of them can leave, what they are called there, and what is
//! written while they are copied.

use super::travel::Trip;
use crate::sim::{
    datacenter::Datacenter,
    disks::disks_of,
    world::{
        guest::{Config, Guest},
        mount::{Disk, mounts, volumes},
    },
};

/// A disk here and there, and what is written about its way.
pub struct Sent {
    pub before: Disk,
    pub after: Disk,
    pub lines: Vec<String>,
}

/// Storages that a disk can leave its node from.
const MOVABLE: &[&str] = &["dir", "zfspool", "lvmthin", "lvm", "btrfs"];

impl Datacenter {
    /// What lies where, and what cannot leave.
    pub(super) fn examine(&self, trip: &Trip) -> (Vec<String>, Vec<(String, String)>) {
        let Some(guest) = self.guests.get(&trip.vmid) else { return Default::default() };
        let (mut found, mut faults) = (Vec::new(), Vec::new());
        for disk in local_disks(self, guest) {
            let volume = disk.id();
            let is_saved = guest.is_saved(&volume);
            let place = if volumes(&guest.config).any(|known| known == volume) {
                "in current VM config"
            } else {
                "referenced by snapshot(s)"
            };
            found.push(format!("found local volume '{volume}' ({place})"));
            let kind = self.storage(&disk.storage).map_or("", |storage| storage.kind);
            if is_saved && !matches!(kind, "zfspool" | "btrfs") {
                faults.push((volume, "non-migratable snapshot exists".to_owned()));
            } else if !MOVABLE.contains(&kind) {
                faults.push((volume, format!("storage type '{kind}' not supported")));
            } else if let Some(base) = disk.base() {
                faults.push((volume, format!("clone of '{base}'")));
            }
        }
        (found, faults)
    }

    /// All its disks on the other side.
    pub(super) fn send_all(&self, trip: &Trip) -> Result<Vec<Sent>, String> {
        let disks = self.guests.get(&trip.vmid).map(|guest| local_disks(self, guest)).unwrap_or_default();
        let send = |before: Disk| {
            let target = trip.storages.of(&before.storage);
            let failed = |why| format!("storage migration for '{}' to storage '{target}' failed - {why}", before.id());
            let (after, lines) = self.send(trip, &before, target).map_err(failed)?;
            Ok(Sent { before, after, lines })
        };
        disks.into_iter().map(send).collect()
    }

    /// One disk on the other side, and what is written about it.
    fn send(&self, trip: &Trip, disk: &Disk, target: &str) -> Result<(Disk, Vec<String>), String> {
        let from = self.active_storage(&disk.storage, &trip.from)?;
        let to = self.active_storage(target, &trip.to)?;
        let is_pool = |kind: &str| kind == "zfspool";
        if is_pool(from.kind) != is_pool(to.kind) {
            return Err(format!("cannot migrate from storage type '{}' to '{}'", from.kind, to.kind));
        }
        let size = self.guests.get(&trip.vmid).and_then(|guest| size_of(guest, disk)).unwrap_or(0);
        let made = self.allocate(trip.vmid, target, &trip.to, size, &Config::new());
        let made = match made {
            // The same name as here, where the kind of storage is the same.
            Ok(_) if from.kind == to.kind => Disk { storage: target.to_owned(), path: disk.path.clone() },
            made => made?,
        };
        let (volume, node) = (made.id(), &trip.to);
        let seconds = (size / 250_000_000).max(1);
        let copied = format!(
            "{size} bytes ({:.1} GB, {:.1} GiB) copied, {seconds} s",
            size as f64 / 1e9,
            size as f64 / (1u64 << 30) as f64
        );
        let lines = match from.kind {
            "zfspool" => vec![format!("full send of {}@__migration__ estimated size is {}", disk.path, size)],
            "lvm" | "lvmthin" => vec![format!("  Logical volume \"{}\" created.", made.name()), copied],
            _ => vec![copied],
        };
        let ends = [
            format!("[{node}] successfully imported '{volume}'"),
            format!("volume '{}' is '{volume}' on the target", disk.id()),
        ];
        Ok((made, lines.into_iter().chain(ends).collect()))
    }
}

/// Its disks that are only here.
fn local_disks(datacenter: &Datacenter, guest: &Guest) -> Vec<Disk> {
    let is_local = |disk: &Disk| datacenter.storage(&disk.storage).is_some_and(|storage| !storage.is_shared);
    disks_of(guest).into_iter().filter(is_local).collect()
}

fn size_of(guest: &Guest, disk: &Disk) -> Option<u64> {
    let id = disk.id();
    mounts(&guest.config).into_iter().find(|(_, mount)| mount.volume == id)?.1.size
}

/// The configuration names them as they are called there.
pub fn rename(guest: &mut Guest, sent: &[Sent]) {
    let configs = guest.snapshots.iter_mut().map(|snapshot| &mut snapshot.config);
    for config in configs.chain([&mut guest.config, &mut guest.pending]) {
        for value in config.values_mut() {
            let Some(text) = value.as_str() else { continue };
            let found = sent.iter().find(|sent| text.split(',').next() == Some(&sent.before.id()));
            if let Some(Sent { before, after, .. }) = found {
                *value = serde_json::json!(text.replacen(&before.id(), &after.id(), 1));
            }
        }
    }
}
