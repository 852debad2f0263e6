//! Snapshots: taken, listed by their parents, rolled back to, removed. A template has none; what is not kept on a storage
//! that can is refused in the task.

use serde_json::json;

use super::{Done, Worker};
use crate::sim::{
    datacenter::Datacenter,
    disks::Feature,
    work::unlocked,
    world::{
        guest::{Config, Guest, Snapshot},
        mount::{Disk, mounts},
        options::stem,
    },
};

/// A snapshot that was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub vmid: u32,
    pub name: String,
    pub description: String,
}

/// A guest that is to be as it was.
#[derive(Debug, Clone)]
pub struct Rollback {
    pub vmid: u32,
    pub name: String,
    pub starts: bool,
}

/// What belongs to the guest as it is now and not to a snapshot of it.
fn is_of_now(name: &str) -> bool {
    matches!(name, "lock" | "description" | "parent") || stem(name) == "unused"
}

fn missing(name: &str) -> String {
    format!("snapshot '{name}' does not exist")
}

impl Datacenter {
    pub(super) fn take_snapshot(&mut self, wish: &Wish, worker: Worker) -> Done {
        let guest = self.container(wish.vmid, worker.node)?;
        if guest.is_template() {
            return Err("you can't take a snapshot if it's a template".into());
        }
        unlocked(guest)?;
        if guest.snapshot(&wish.name).is_some() {
            return Err(format!("snapshot name '{}' already used", wish.name));
        }
        if !self.all_can(Feature::Snapshot, &guest.config, None) {
            return Err("snapshot feature is not available".into());
        }
        if let Err(why) = self.all_active(&guest.config, worker.node) {
            self.note(worker, "snapshot create failed: starting cleanup");
            return Err(why);
        }
        self.lock(wish.vmid, "snapshot");
        Ok(())
    }

    pub(super) fn keep_snapshot(&mut self, wish: &Wish, worker: Worker) -> Done {
        let taken = self.now();
        let lines = self.thin_lines(wish.vmid, |disk| {
            vec![format!("  Logical volume \"snap_{}_{}\" created.", disk.name(), wish.name)]
        });
        self.note_all(worker, lines);
        let inside = self.consoles.inside(wish.vmid);
        let Some(guest) = self.guests.get_mut(&wish.vmid) else { return Ok(()) };
        let config = guest.config.iter().filter(|(name, _)| !is_of_now(name));
        let config: Config = config.map(|(name, value)| (name.clone(), value.clone())).collect();
        let parent = guest.text("parent").map(str::to_owned);
        let description = match wish.description.trim_end_matches('\n') {
            "" => String::new(),
            text => format!("{text}\n"),
        };
        guest.snapshots.push(Snapshot { name: wish.name.clone(), description, taken, config, parent, inside });
        guest.config.insert("parent".into(), json!(wish.name));
        guest.config.remove("lock");
        Ok(())
    }

    pub(super) fn begin_drop(&mut self, vmid: u32, name: &str, worker: Worker) -> Done {
        let guest = self.container(vmid, worker.node)?;
        let snapshot = guest.snapshot(name).ok_or_else(|| missing(name))?;
        self.all_active(&snapshot.config, worker.node)?;
        unlocked(guest)?;
        if guest.is_template() {
            return Err("you can't delete a snapshot if vm is a template".into());
        }
        self.lock(vmid, "snapshot-delete");
        Ok(())
    }

    pub(super) fn end_drop(&mut self, vmid: u32, name: &str, worker: Worker) -> Done {
        let lines = self.thin_lines(vmid, |disk| {
            vec![format!("  Logical volume \"snap_{}_{name}\" successfully removed.", disk.name())]
        });
        self.note_all(worker, lines);
        let Some(guest) = self.guests.get_mut(&vmid) else { return Ok(()) };
        guest.forget_snapshot(name);
        guest.config.remove("lock");
        Ok(())
    }

    pub(super) fn begin_rollback(&mut self, order: &Rollback, worker: Worker) -> Done {
        let Rollback { vmid, name, .. } = order;
        let guest = self.container(*vmid, worker.node)?;
        if guest.is_template() {
            return Err("you can't rollback if vm is a template".into());
        }
        let snapshot = guest.snapshot(name).ok_or_else(|| missing(name))?;
        self.all_active(&snapshot.config, worker.node)?;
        self.is_newest(guest, snapshot)?;
        unlocked(guest)?;
        let now = self.now();
        if let Some(guest) = self.guests.get_mut(vmid) {
            guest.end_run(now);
            guest.config.insert("lock".into(), json!("rollback"));
        }
        Ok(())
    }

    /// ZFS only goes back to the newest snapshot of a volume.
    fn is_newest(&self, guest: &Guest, snapshot: &Snapshot) -> Done {
        let later = guest.snapshots.iter().skip_while(|other| other.name != snapshot.name).skip(1);
        let blocking: Vec<_> = later.flat_map(|other| mounts(&other.config)).map(|(_, mount)| mount.volume).collect();
        for disk in mounts(&snapshot.config).into_iter().filter_map(|(_, mount)| mount.disk()) {
            let is_pool = self.storage(&disk.storage).is_some_and(|storage| storage.kind == "zfspool");
            if is_pool && blocking.contains(&disk.id()) {
                let (name, volume) = (&snapshot.name, disk.id());
                return Err(format!("can't rollback, '{name}' is not most recent snapshot on '{volume}'"));
            }
        }
        Ok(())
    }

    pub(super) fn end_rollback(&mut self, order: &Rollback, worker: Worker) -> Done {
        let vmid = order.vmid;
        let lines = self.thin_lines(vmid, |disk| {
            let name = disk.name();
            vec![
                format!("  Logical volume \"{name}\" successfully removed."),
                format!("  Logical volume \"{name}\" created."),
            ]
        });
        self.note_all(worker, lines);
        let Some(guest) = self.guests.get_mut(&vmid) else { return Ok(()) };
        let inside = guest.snapshot(&order.name).map(|snapshot| snapshot.inside.clone()).unwrap_or_default();
        guest.roll_back(&order.name);
        self.lay_inside(vmid, inside);
        if order.starts {
            self.start_after(vmid, worker.who);
        }
        Ok(())
    }

    /// What LVM writes about each thin volume of a guest.
    fn thin_lines(&self, vmid: u32, lines: impl Fn(&Disk) -> Vec<String>) -> Vec<String> {
        let Some(guest) = self.guests.get(&vmid) else { return Vec::new() };
        let disks = mounts(&guest.config).into_iter().filter_map(|(_, mount)| mount.disk());
        let is_thin = |disk: &Disk| self.storage(&disk.storage).is_some_and(|storage| storage.kind == "lvmthin");
        disks.filter(is_thin).flat_map(|disk| lines(&disk)).collect()
    }
}

impl Guest {
    pub fn snapshot(&self, name: &str) -> Option<&Snapshot> {
        self.snapshots.iter().find(|snapshot| snapshot.name == name)
    }

    /// Its children come to its own parent.
    fn forget_snapshot(&mut self, name: &str) {
        let Some(at) = self.snapshots.iter().position(|snapshot| snapshot.name == name) else { return };
        let parent = self.snapshots.remove(at).parent;
        for child in self.snapshots.iter_mut().filter(|child| child.parent.as_deref() == Some(name)) {
            child.parent.clone_from(&parent);
        }
        if self.text("parent") == Some(name) {
            match parent {
                Some(parent) => drop(self.config.insert("parent".into(), json!(parent))),
                None => drop(self.config.remove("parent")),
            }
        }
    }

    /// It is as it was then; disks it got since then are kept, but not used.
    fn roll_back(&mut self, name: &str) {
        let Some(snapshot) = self.snapshot(name).cloned() else { return };
        let before: Vec<String> = mounts(&snapshot.config).into_iter().map(|(_, mount)| mount.volume).collect();
        let since = mounts(&self.config).into_iter().filter(|(_, mount)| mount.disk().is_some());
        let since: Vec<_> = since.map(|(_, mount)| mount).filter(|mount| !before.contains(&mount.volume)).collect();
        self.config.retain(|option, _| option == "description" || stem(option) == "unused");
        self.config.extend(snapshot.config);
        self.config.insert("parent".into(), json!(name));
        self.pending.clear();
        since.iter().for_each(|mount| self.add_unused(mount));
    }
}
