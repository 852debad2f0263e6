//! Disks that grow, go to another storage or to another container, or become the base of a template.

use serde_json::json;

use super::{Done, Worker, words};
use crate::sim::{
    datacenter::Datacenter,
    disks::Feature,
    work::unlocked,
    world::{
        guest::Guest,
        mount::{Disk, Mount, Source, mounts},
        options::stem,
    },
};

/// A disk that is to be so big.
#[derive(Debug, Clone)]
pub struct Growth {
    pub vmid: u32,
    pub slot: String,
    pub bytes: u64,
}

/// A disk on its way to another storage.
#[derive(Debug, Clone)]
pub struct Move {
    pub vmid: u32,
    pub slot: String,
    pub storage: String,
    pub is_deleted: bool,
}

impl Datacenter {
    pub(super) fn grow(&mut self, growth: &Growth, worker: Worker) -> Done {
        let Growth { vmid, slot, bytes } = growth;
        let guest = self.container(*vmid, worker.node)?;
        unlocked(guest)?;
        let mut mount = guest.mount(slot).ok_or("volume: property is missing and it is not optional")?;
        let disk = mount.disk().ok_or("unable to parse volume ID")?;
        self.active_storage(&disk.storage, worker.node)?;
        let before = mount.size.unwrap_or(0);
        if *bytes < before {
            return Err("unable to shrink disk size".into());
        }
        let lines = self.growing_lines(guest, &disk, before, *bytes);
        self.note_all(worker, lines);
        mount.size = Some(*bytes);
        self.set_mount(*vmid, slot, &mount);
        // What lies on it stays as much as it was.
        if let Some(guest) = self.guests.get_mut(vmid).filter(|_| slot == "rootfs" && *bytes > 0) {
            guest.profile.disk *= before as f64 / *bytes as f64;
        }
        Ok(())
    }

    fn growing_lines(&self, guest: &Guest, disk: &Disk, before: u64, after: u64) -> Vec<String> {
        let kind = self.storage(&disk.storage).map_or("", |storage| storage.kind);
        let path = self.image_file(disk);
        let gib = |bytes: u64| format!("{:.2} GiB ({} extents)", bytes as f64 / (1u64 << 30) as f64, bytes >> 22);
        let mut lines = match kind {
            "zfspool" => return Vec::new(),
            "lvm" | "lvmthin" => {
                let name = path.trim_start_matches("/dev/");
                vec![
                    format!("  Size of logical volume {name} changed from {} to {}.", gib(before), gib(after)),
                    format!("  Logical volume {name} successfully resized."),
                ]
            }
            _ => vec!["Image resized.".to_owned()],
        };
        let (old, new) = (before >> 12, after >> 12);
        if guest.is_running() {
            lines.push("resize2fs 1.47.2 (1-Jan-2025)".into());
            lines.push(format!("Filesystem at {path} is mounted on /tmp; on-line resizing required"));
            lines.push("old_desc_blocks = 1, new_desc_blocks = 1".into());
        } else {
            lines.push("e2fsck 1.47.2 (1-Jan-2025)".into());
            for (number, what) in CHECKS.iter().enumerate() {
                lines.push(format!("Pass {}: Checking {what}", number + 1));
            }
            lines.push(format!("{path}: 335/{} files (0.0% non-contiguous), {}/{old} blocks", old / 4, old / 20));
            lines.push("resize2fs 1.47.2 (1-Jan-2025)".into());
            lines.push(format!("Resizing the filesystem on {path} to {new} (4k) blocks."));
        }
        lines.push(format!("The filesystem on {path} is now {new} (4k) blocks long."));
        lines.push(String::new());
        lines
    }

    fn set_mount(&mut self, vmid: u32, slot: &str, mount: &Mount) {
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.config.insert(slot.to_owned(), json!(mount.text()));
        }
    }

    /// Makes a template of it.
    pub(super) fn freeze(&mut self, vmid: u32, worker: Worker) -> Done {
        let guest = self.container(vmid, worker.node)?;
        let found = mounts(&guest.config);
        if let Some((_, mount)) = found.iter().find(|(_, mount)| !self.can(Feature::Template, mount, None)) {
            return Err(format!("Template feature is not available for '{}'", mount.volume));
        }
        self.all_active(&guest.config, worker.node)?;
        for (slot, mut mount) in found {
            let Some(disk) = mount.disk() else { continue };
            let base = disk.as_base();
            if self.storage(&disk.storage).is_some_and(|storage| storage.kind == "lvmthin") {
                let (old, new) = (disk.name(), base.name());
                self.note(worker, format!("  Renamed \"{old}\" to \"{new}\" in volume group \"pve\""));
                self.note(worker, format!("  Logical volume pve/{new} changed."));
            }
            mount.volume = base.id();
            self.set_mount(vmid, &slot, &mount);
        }
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.config.insert("template".into(), json!(1));
        }
        Ok(())
    }

    pub(super) fn end_move(&mut self, order: &Move, worker: Worker) -> Done {
        let result = self.move_to_storage(order, worker);
        self.unlock_from(order.vmid, "disk");
        result
    }

    fn move_to_storage(&mut self, order: &Move, worker: Worker) -> Done {
        let Move { vmid, slot, storage, is_deleted } = order;
        let guest = self.container(*vmid, worker.node)?;
        let is_template = guest.is_template();
        let mut mount = guest.mount(slot).ok_or("volume: property is missing and it is not optional")?;
        if mount.source() != Source::Volume {
            return Err(format!("cannot copy volumes of type {}", mount.source().word()));
        }
        let old = mount.disk().ok_or("unable to parse volume ID")?;
        self.active_storage(&old.storage, worker.node)?;
        let bytes = mount.size.unwrap_or(0);
        let made = self.allocate(*vmid, storage, worker.node, bytes, &guest.config)?;
        let mut lines = self.making_lines(&made, bytes);
        lines.extend(words::copied(self.filled(*vmid, bytes)));
        self.note_all(worker, lines);
        let before = mount.clone();
        mount.volume = if is_template { made.as_base().id() } else { made.id() };
        self.set_mount(*vmid, slot, &mount);
        if *is_deleted {
            let lines = self.removing_lines(&[old]);
            self.note_all(worker, lines);
        } else if let Some(guest) = self.guests.get_mut(vmid) {
            guest.add_unused(&before);
        }
        Ok(())
    }

    /// What is written when disks are removed.
    pub fn removing_lines(&self, disks: &[Disk]) -> Vec<String> {
        let is_logical =
            |disk: &&Disk| self.storage(&disk.storage).is_some_and(|storage| matches!(storage.kind, "lvm" | "lvmthin"));
        let line = |disk: &Disk| format!("  Logical volume \"{}\" successfully removed.", disk.name());
        disks.iter().filter(is_logical).map(line).collect()
    }
}

const CHECKS: [&str; 5] = [
    "inodes, blocks, and sizes",
    "directory structure",
    "directory connectivity",
    "reference counts",
    "group summary information",
];

impl Guest {
    pub fn mount(&self, slot: &str) -> Option<Mount> {
        Mount::parse(slot, self.text(slot)?)
    }

    /// Whether a snapshot needs this volume.
    pub fn is_saved(&self, volume: &str) -> bool {
        self.snapshots.iter().flat_map(|snapshot| mounts(&snapshot.config)).any(|(_, mount)| mount.volume == volume)
    }

    /// Keeps a volume that nothing uses any more, under the first free number.
    pub fn add_unused(&mut self, mount: &Mount) {
        let taken = |number: &u32| self.config.contains_key(&format!("unused{number}"));
        let volume = Some(mount.volume.as_str());
        let is_known = self.config.iter().any(|(name, known)| stem(name) == "unused" && known.as_str() == volume);
        if let Some(number) = (0..256).find(|number| !taken(number)).filter(|_| !is_known) {
            self.config.insert(format!("unused{number}"), json!(mount.volume));
            self.unused_sizes.extend(mount.size.map(|size| (mount.volume.clone(), size)));
        }
    }
}
