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

/// A disk that another container gets.
#[derive(Debug, Clone)]
pub struct Handover {
    pub vmid: u32,
    pub slot: String,
    pub target: u32,
    pub target_slot: String,
    pub digests: (Option<String>, Option<String>),
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
        let lines = self.growing_lines(&disk, guest.is_running(), before, *bytes);
        self.say_all(worker, lines);
        mount.size = Some(*bytes);
        self.set_mount(*vmid, slot, &mount);
        Ok(())
    }

    fn growing_lines(&self, disk: &Disk, is_running: bool, before: u64, after: u64) -> Vec<String> {
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
        if is_running {
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
                self.say(worker, format!("  Renamed \"{old}\" to \"{new}\" in volume group \"pve\""));
                self.say(worker, format!("  Logical volume pve/{new} changed."));
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
        self.say_all(worker, lines);
        let before = mount.clone();
        mount.volume = if is_template { made.as_base().id() } else { made.id() };
        self.set_mount(*vmid, slot, &mount);
        if *is_deleted {
            let lines = self.removing_lines(&[old]);
            self.say_all(worker, lines);
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

    pub(super) fn hand_over(&mut self, order: &Handover, worker: Worker) -> Done {
        let (mut mount, disk) = self.may_hand_over(order)?;
        let Handover { vmid, slot, target, target_slot, .. } = order;
        self.say(worker, format!("moving volume '{slot}' from container '{vmid}' to '{target}'"));
        let empty = Default::default();
        let mut renamed = self.allocate(*target, &disk.storage, worker.node, mount.size.unwrap_or(1), &empty)?;
        if let Some(base) = disk.base() {
            renamed.path = format!("{base}/{}", renamed.path);
        }
        if let Some(guest) = self.guests.get_mut(vmid) {
            guest.config.remove(slot);
        }
        self.say(worker, format!("removing volume '{slot}' from container '{vmid}' config"));
        mount.volume = renamed.id();
        let is_unused = stem(target_slot) == "unused";
        let text = if is_unused { mount.volume } else { mount.text() };
        if let Some(guest) = self.guests.get_mut(target) {
            guest.config.insert(target_slot.clone(), json!(text));
        }
        self.say(worker, format!("target container '{target}' updated with '{target_slot}'"));
        Ok(())
    }

    /// What speaks against giving a disk away, in Proxmox's order.
    pub fn may_hand_over(&self, order: &Handover) -> Result<(Mount, Disk), String> {
        let Handover { vmid, slot, target, target_slot, digests } = order;
        if slot == "rootfs" || target_slot == "rootfs" {
            return Err("Cannot move to/from 'rootfs'".into());
        }
        let is_unused = |slot: &str| stem(slot) == "unused";
        if is_unused(slot) && !is_unused(target_slot) {
            return Err("Moving an unused volume to a used one is not possible".into());
        }
        let source = self.guests.get(vmid).ok_or_else(|| format!("could not find CT {vmid}"))?;
        let getter = self.guests.get(target).ok_or_else(|| format!("could not find CT {target}"))?;
        let (from, to) = (&source.node, &getter.node);
        if from != to {
            return Err(format!("Both containers need to be on the same node ({from} != {to})"));
        }
        unlocked(source)?;
        unlocked(getter)?;
        if source.is_template() || getter.is_template() {
            return Err("Can't move volumes from or to template CT".into());
        }
        for (guest, digest) in [(source, &digests.0), (getter, &digests.1)] {
            if digest.as_ref().is_some_and(|digest| *digest != crate::sim::api::config_digest(guest)) {
                let text = crate::sim::refusal::MODIFIED;
                return Err(format!("Container {}: {text}", guest.vmid));
            }
        }
        let missing = format!("volume '{slot}' for container '{vmid}' does not exist");
        let mount = source.mount(slot).ok_or(missing)?;
        if getter.config.contains_key(target_slot) {
            return Err(format!("Target volume key '{target_slot}' is already in use for container '{target}'"));
        }
        self.may_leave(source, slot, mount)
    }

    fn may_leave(&self, source: &Guest, slot: &str, mount: Mount) -> Result<(Mount, Disk), String> {
        if source.is_saved(&mount.volume) {
            return Err("Cannot move volume used by a snapshot to another container".into());
        }
        let disk = mount.disk().filter(|_| self.can(Feature::Rename, &mount, None));
        let disk = disk.ok_or("Storage does not support moving of this disk to another container")?;
        if source.is_running() && stem(slot) != "unused" {
            return Err("Cannot move in-use volume while the source CT is running - detach or shutdown first".into());
        }
        Ok((mount, disk))
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
