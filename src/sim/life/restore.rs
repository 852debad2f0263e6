//! A container comes back from its backup, as a new one or over the old one. Over the old one means: once the archive's
//! configuration could be read the old one is lost, whatever happens then.

use serde_json::{Value, json};

use super::{
    Done, Worker,
    archives::{AS_MAPPED_USERS, cut_off, overflow, raw_lines, tar_command, unreadable},
    making::Afterwards,
};
use crate::sim::{
    backup::tar_size,
    console::marked_ports,
    datacenter::Datacenter,
    refusal::Refusal,
    world::{
        access::Who,
        guest::Config,
        mount::{Mount, Source, mounts},
        options::{fresh_mac, stem},
        storage::{Damage, Saved},
    },
};

/// A restore that was asked for.
#[derive(Debug, Clone)]
pub struct Restore {
    pub vmid: u32,
    pub archive: String,
    /// Where volumes go that are not given one by one.
    pub storage: String,
    pub mounts: Vec<(String, Mount)>,
    /// Options that are given; they go before those of the backup.
    pub options: Config,
    pub unprivileged: Option<bool>,
    pub has_fresh_macs: bool,
    /// There was one of that id.
    pub is_over: bool,
    pub ignores_errors: bool,
    pub then: Afterwards,
    pub who: Who,
}

impl Datacenter {
    /// Reads the archive's configuration and makes the disks.
    pub(super) fn recover(&mut self, order: &Restore, worker: Worker) -> Done {
        self.note(worker, format!("recovering backed-up configuration from '{}'", order.archive));
        let fail = |why: String| Err(format!("unable to restore CT {} - {why}", order.vmid));
        let saved = match self.read_archive(order, worker) {
            Ok(saved) => saved,
            Err(why) => {
                self.drop_unbegun(order);
                return fail(why);
            }
        };
        // From here on the old one is lost.
        if let Err(why) = self.replace(order, &saved, worker) {
            self.remove_unmade(order.vmid);
            return fail(why);
        }
        self.note(worker, format!("restoring '{}' now..", order.archive));
        self.note(worker, format!("extracting archive '{}'", self.archive_file(&order.archive)));
        Ok(())
    }

    fn read_archive(&mut self, order: &Restore, worker: Worker) -> Result<Saved, String> {
        let storage = order.archive.split(':').next().unwrap_or_default();
        self.active_storage(storage, worker.node)?;
        let saved = self.saved(&order.archive, worker.node)?;
        if saved.damage == Damage::Garbage {
            self.note_all(worker, unreadable(&order.archive));
            return Err("ERROR: archive contains no configuration file".into());
        }
        self.may_restore(order, &saved)?;
        Ok(saved)
    }

    /// Rights that only the archive's configuration asks for.
    fn may_restore(&self, order: &Restore, saved: &Saved) -> Done {
        let text = |refusal: Refusal| format!("{} {}", refusal.status, refusal.message);
        for (name, value) in saved.config.iter().filter(|(name, _)| stem(name) == "net") {
            if !order.options.contains_key(name) {
                self.may_use_bridge(&order.who, value.as_str().unwrap_or_default()).map_err(text)?;
            }
        }
        let was_unprivileged = self.guests.get(&order.vmid).is_none_or(|guest| guest.is_set("unprivileged"));
        let is_privileged = !self.will_be_unprivileged(order, saved);
        if is_privileged && (!order.is_over || was_unprivileged) && !self.may(&order.who, "/", "Sys.Modify") {
            return Err("403 Permission check failed (/, Sys.Modify)".into());
        }
        Ok(())
    }

    fn will_be_unprivileged(&self, order: &Restore, saved: &Saved) -> bool {
        order.unprivileged.unwrap_or(saved.config.get("unprivileged") == Some(&json!(1)))
    }

    /// New disks first, and then the old container goes.
    fn replace(&mut self, order: &Restore, saved: &Saved, worker: Worker) -> Done {
        let wanted = self.wanted_mounts(order, saved)?;
        let (volumes, kept): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(_, mount)| mount.source() == Source::Volume);
        let mut made = self.make_disks(order.vmid, &volumes, worker)?;
        made.extend(kept.into_iter().map(|(slot, mount)| (slot, json!(mount.text()))));
        let Some(guest) = self.guests.get_mut(&order.vmid) else { return Ok(()) };
        let old = guest.clone();
        guest.config = Config::from([("lock".to_owned(), json!("create"))]);
        guest.pending.clear();
        guest.snapshots.clear();
        guest.config.extend(made);
        if order.is_over {
            self.free_to_go(&old)?;
            let lines = self.removing_lines(&crate::sim::disks::disks_of(&old));
            self.note_all(worker, lines);
        }
        Ok(())
    }

    /// The volumes as they were asked for, or as the backup had them, all on one storage.
    fn wanted_mounts(&self, order: &Restore, saved: &Saved) -> Result<Vec<(String, Mount)>, String> {
        if !order.mounts.is_empty() {
            return Ok(order.mounts.clone());
        }
        let mut found = mounts(&saved.config);
        if !found.iter().any(|(slot, _)| slot == "rootfs") {
            return Err("rootfs configuration could not be recovered, please check and specify manually!".into());
        }
        for (slot, mount) in &mut found {
            if mount.source() != Source::Volume {
                if !order.who.is_root() {
                    let word = mount.source().word();
                    return Err(format!("restoring '{slot}' to {word} mount is only possible for root"));
                }
                continue;
            }
            let size = mount.size.take();
            let size = size.ok_or_else(|| format!("unable to detect disk size - please specify {slot} (size)"))?;
            mount.volume = format!("{}:{}", order.storage, size as f64 / (1u64 << 30) as f64);
        }
        Ok(found)
    }

    /// The files are there: the two configurations become one.
    pub(super) fn end_restore(&mut self, order: &Restore, worker: Worker) -> Done {
        let vmid = order.vmid;
        if self.guests.get(&vmid).and_then(|guest| guest.lock()) != Some("create") {
            return Err(format!("unable to restore CT {vmid} - Lost 'create' config lock, aborting."));
        }
        let saved = self.saved(&order.archive, worker.node).unwrap_or_default();
        if let Err(why) = self.extract(order, &saved, worker) {
            self.remove_unmade(vmid);
            return Err(format!("unable to restore CT {vmid} - {why}"));
        }
        self.note(worker, "merging backed-up and given configuration..");
        let lost = self.merge(order, &saved, worker);
        self.unlock_from(vmid, "create");
        self.finish(vmid, &order.then, worker);
        if lost { Err("WARNINGS: 1".into()) } else { Ok(()) }
    }

    fn extract(&mut self, order: &Restore, saved: &Saved, worker: Worker) -> Done {
        let root = self.guests.get(&order.vmid).map_or(0, |guest| guest.disk());
        // What came out of a root was never more than fitted into it.
        let before =
            mounts(&saved.config).into_iter().find(|(slot, _)| slot == "rootfs").and_then(|(_, root)| root.size);
        let unpacked = saved.unpacked.min(before.map_or(saved.unpacked, |size| size / 10 * 8));
        let failed = match () {
            () if saved.damage == Damage::Truncated => cut_off(&order.archive),
            () if unpacked > root && root > 0 => overflow(),
            () => Vec::new(),
        };
        if failed.is_empty() || order.ignores_errors {
            self.note_all(worker, failed);
            let speed = tar_size(unpacked.clamp(1 << 20, 167 << 20) as f64);
            self.note(worker, format!("Total bytes read: {unpacked} ({}, {speed}/s)", tar_size(unpacked as f64)));
            return Ok(());
        }
        self.note_all(worker, failed);
        let users = if self.will_be_unprivileged(order, saved) { AS_MAPPED_USERS } else { "" };
        Err(format!("command '{}' failed: exit code 2", tar_command(order.vmid, &order.archive, users)))
    }

    /// Says whether something was lost on the way.
    fn merge(&mut self, order: &Restore, saved: &Saved, worker: Worker) -> bool {
        let (is_root, unprivileged) = (order.who.is_root(), self.will_be_unprivileged(order, saved));
        let own = crate::sim::hash::mix(self.seed ^ u64::from(order.vmid), self.now().0 as u64);
        let mut config = order.options.clone();
        if unprivileged {
            config.insert("unprivileged".into(), json!(1));
        }
        let mut lost = Vec::new();
        for (name, value) in saved.config.iter().filter(|(name, _)| !is_left_out(name)) {
            match name.as_str() {
                "lxc" if !is_root => lost = raw_lines(value),
                "features" if !is_root && !unprivileged && saved.config.get("unprivileged") == Some(&json!(1)) => {
                    self.note(worker, "changing from unprivileged to privileged, skipping features");
                }
                _ if order.has_fresh_macs && stem(name) == "net" => {
                    config.insert(name.clone(), json!(fresh_mac(value.as_str().unwrap_or_default(), name, own)));
                }
                _ => drop(config.entry(name.clone()).or_insert_with(|| value.clone())),
            }
        }
        for (name, value) in
            [("hostname", json!(format!("CT{}", order.vmid))), ("memory", json!(512)), ("swap", json!(512))]
        {
            config.entry(name.to_owned()).or_insert(value);
        }
        let has_lost = !lost.is_empty();
        if has_lost {
            self.note(worker, "WARN: skipping custom lxc options, restore manually as root:");
            self.note(worker, RULER);
            self.note_all(worker, lost);
            self.note(worker, RULER);
        }
        let image = self.image_of(&config);
        if let Some(guest) = self.guests.get_mut(&order.vmid) {
            guest.image = image.or(guest.image.take());
            guest.config.extend(config);
        }
        let ports = saved.config.get("description").and_then(Value::as_str).and_then(marked_ports);
        self.lay_inside(order.vmid, saved.inside.clone().carried(ports));
        if saved.config.get("template") == Some(&json!(1)) {
            self.note(worker, "Convert restored container to template...");
            // What a storage cannot keep as a base stays an ordinary container.
            let _ = self.freeze(order.vmid, worker);
        }
        has_lost
    }

    /// It had not touched anything yet: an old one is free again, a new one is gone.
    pub(super) fn drop_unbegun(&mut self, order: &Restore) {
        match order.is_over {
            true => self.unlock_from(order.vmid, "create"),
            false => self.remove_unmade(order.vmid),
        }
    }
}

const RULER: &str = "--------------------------------";
/// Options that a restore does not take from a backup.
fn is_left_out(name: &str) -> bool {
    matches!(name, "digest" | "rootfs" | "snapshots" | "unprivileged" | "parent" | "template" | "lock")
        || matches!(stem(name), "mp" | "unused")
}
