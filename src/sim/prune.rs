//! Taking backups away by a retention. Protected ones and those with a name of their own are never touched.

use std::collections::BTreeMap;

use super::{
    datacenter::Datacenter,
    life::Worker,
    retention::Keep,
    world::storage::{Storage, Volume},
};

/// Which backups are looked at.
#[derive(Debug, Clone)]
pub struct Group {
    pub node: String,
    /// Nothing for those of all guests.
    pub vmid: Option<u32>,
    pub is_machine: Option<bool>,
}

/// A task's order to take backups away.
#[derive(Debug, Clone)]
pub struct Pruning {
    pub storage: String,
    pub group: Group,
    pub keep: Keep,
    /// What the lines of the log begin with; within a backup there is one more, with the count.
    pub voice: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Keep,
    Remove,
    Protected,
    /// It is not named as a backup is: nobody knows when it was made.
    Renamed,
}

impl Mark {
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::Protected => "protected",
            Self::Renamed => "renamed",
        }
    }
}

impl Storage {
    /// Backups with what a retention would do to each.
    pub fn marks(&self, group: &Group, keep: Keep) -> Vec<(&Volume, Mark)> {
        let is_meant = |volume: &&Volume| {
            volume.content == "backup"
                && volume.is_on(&group.node)
                && group.vmid.is_none_or(|vmid| volume.vmid == Some(vmid))
                && group.is_machine.is_none_or(|is_machine| volume.is_of_machine() == is_machine)
        };
        let mut rows: Vec<(&Volume, Mark)> =
            self.volumes.iter().filter(is_meant).map(|volume| (volume, Mark::Renamed)).collect();
        let mut guests: BTreeMap<(bool, Option<u32>), Vec<usize>> = BTreeMap::new();
        for (at, (volume, _)) in rows.iter().enumerate().filter(|(_, (volume, _))| volume.has_plain_name()) {
            guests.entry((volume.is_of_machine(), volume.vmid)).or_default().push(at);
        }
        for places in guests.values() {
            // Protected ones are marked already, and the rules pass them by.
            let open: Vec<usize> = places.iter().copied().filter(|at| !rows[*at].0.is_protected).collect();
            let times: Vec<i64> = open.iter().map(|at| rows[*at].0.made).collect();
            for (at, is_kept) in open.iter().zip(keep.kept(&times)) {
                rows[*at].1 = if is_kept { Mark::Keep } else { Mark::Remove };
            }
        }
        for row in rows.iter_mut().filter(|(volume, _)| volume.is_protected) {
            row.1 = Mark::Protected;
        }
        rows
    }
}

impl Volume {
    pub fn is_of_machine(&self) -> bool {
        self.path.starts_with("backup/vzdump-qemu-") || self.path.starts_with("backup/vm/")
    }

    /// `vzdump-lxc-100-2026_11_20-09_49_16.tar.zst`, or a snapshot of a backup server.
    fn has_plain_name(&self) -> bool {
        let name = self.path.trim_start_matches("backup/");
        if name.starts_with("ct/") || name.starts_with("vm/") {
            return true;
        }
        let stamp = name.splitn(4, '-').nth(3).and_then(|rest| rest.split('.').next()).unwrap_or_default();
        let shape: String = stamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        name.starts_with("vzdump-") && shape == "0000_00_00-00_00_00"
    }
}

impl Datacenter {
    /// Takes away what a retention does not keep, and tells the task of each.
    pub fn prune(&mut self, pruning: &Pruning, worker: Worker) -> Result<(), String> {
        let Pruning { storage, group, keep, voice } = pruning;
        let Some(known) = self.storages.iter_mut().find(|known| known.name == storage) else {
            return Err(format!("storage '{storage}' does not exist"));
        };
        if let Some(why) = known.outage() {
            return Err(why);
        }
        let marks = known.marks(group, *keep);
        let gone: Vec<String> =
            marks.iter().filter(|(_, mark)| *mark == Mark::Remove).map(|(volume, _)| volume.path.clone()).collect();
        known.volumes.retain(|volume| !(gone.contains(&volume.path) && volume.is_on(&group.node)));
        for path in &gone {
            self.note(worker, format!("{voice}removing backup '{storage}:{path}'"));
        }
        if !voice.is_empty() {
            let why = if gone.is_empty() { "" } else { " not covered by keep-retention policy" };
            self.note(worker, format!("{voice}pruned {} backup(s){why}", gone.len()));
        }
        Ok(())
    }
}
