//! A disk that another container gets: it takes the name of its new owner, and neither may need it where it was.

use serde_json::json;

use super::{Done, Worker};
use crate::sim::{
    datacenter::Datacenter,
    disks::Feature,
    work::unlocked,
    world::{
        guest::Guest,
        mount::{Disk, Mount},
        options::stem,
    },
};

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
    pub(super) fn hand_over(&mut self, order: &Handover, worker: Worker) -> Done {
        let (mut mount, disk) = self.may_hand_over(order)?;
        let Handover { vmid, slot, target, target_slot, .. } = order;
        self.note(worker, format!("moving volume '{slot}' from container '{vmid}' to '{target}'"));
        let empty = Default::default();
        let mut renamed = self.allocate(*target, &disk.storage, worker.node, mount.size.unwrap_or(1), &empty)?;
        if let Some(base) = disk.base() {
            renamed.path = format!("{base}/{}", renamed.path);
        }
        if let Some(guest) = self.guests.get_mut(vmid) {
            guest.config.remove(slot);
        }
        self.note(worker, format!("removing volume '{slot}' from container '{vmid}' config"));
        let folder = mount.part("mp").unwrap_or_default().to_owned();
        mount.volume = renamed.id();
        let is_unused = stem(target_slot) == "unused";
        let text = if is_unused { mount.volume } else { mount.text() };
        if let Some(guest) = self.guests.get_mut(target) {
            guest.config.insert(target_slot.clone(), json!(text));
        }
        self.note(worker, format!("target container '{target}' updated with '{target_slot}'"));
        if !is_unused {
            self.carry_volume(*vmid, *target, &folder);
        }
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
