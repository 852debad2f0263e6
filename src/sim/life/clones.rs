//! Copies of a container. The source is locked while its files are copied; the copy is there from the start, locked,
//! and gone again when anything fails.

use serde_json::json;

use super::{Done, Worker, words};
use crate::sim::{
    console::marked_ports,
    datacenter::Datacenter,
    shell::Inside,
    world::{
        guest::Config,
        mount::{Mount, mounts},
    },
};

/// A copy that is being made.
#[derive(Debug, Clone)]
pub struct Copy {
    pub source: u32,
    pub vmid: u32,
    /// As they are copied: the slot, and what lies in it at the source.
    pub volumes: Vec<(String, Mount)>,
    pub is_full: bool,
    pub snapshot: Option<String>,
    /// Where the disks go, if not where the source's are.
    pub storage: Option<String>,
    /// Another node it ends up on.
    pub target: Option<String>,
    pub pool: Option<String>,
    pub was_running: bool,
}

/// Bytes a second that are copied.
const SPEED: u64 = 250_000_000;
const LONGEST_MS: i64 = 120_000;

/// How long it takes to copy so many bytes.
pub fn copying_ms(bytes: u64, limit_kib: Option<u64>) -> i64 {
    match limit_kib.filter(|limit| *limit > 0) {
        Some(limit) => 400 + (bytes / (limit * 1_024)) as i64 * 1_000,
        None => 400 + ((bytes * 1_000 / SPEED) as i64).min(LONGEST_MS),
    }
}

impl Datacenter {
    /// Bytes that files take on a guest's volume.
    pub fn filled(&self, vmid: u32, size: u64) -> u64 {
        let share = self.guests.get(&vmid).map_or(0.5, |guest| guest.profile.disk);
        (size as f64 * share) as u64
    }

    pub(super) fn end_clone(&mut self, copy: &Copy, worker: Worker) -> Done {
        let result = self.copy_volumes(copy, worker);
        self.unlock_from(copy.source, "disk");
        match result {
            Ok(config) => {
                if let Some(guest) = self.guests.get_mut(&copy.vmid) {
                    guest.config.extend(config);
                    guest.config.remove("lock");
                    guest.pool.clone_from(&copy.pool);
                    guest.node = copy.target.clone().unwrap_or_else(|| guest.node.clone());
                }
                let description = self.guests.get(&copy.source).and_then(|source| source.text("description"));
                let inside = self.copied_inside(copy).carried(description.and_then(marked_ports));
                self.lay_inside(copy.vmid, inside);
                Ok(())
            }
            Err(why) => {
                self.remove_unmade(copy.vmid);
                Err(format!("clone failed: {why}"))
            }
        }
    }

    fn copy_volumes(&mut self, copy: &Copy, worker: Worker) -> Result<Config, String> {
        let source = self.container(copy.source, worker.node)?;
        if source.is_running() != copy.was_running {
            return Err("unexpected state change".into());
        }
        let mut config = Config::new();
        for (slot, mount) in &copy.volumes {
            let Some(disk) = mount.disk() else { continue };
            self.active_storage(&disk.storage, worker.node)?;
            let mut mount = mount.clone();
            let old = disk.id();
            if copy.is_full {
                self.note(worker, format!("create full clone of mountpoint {slot} ({old})"));
                self.copy_one(copy, &mut mount, &config, worker)?;
            } else {
                self.note(worker, format!("create linked clone of mount point {slot} ({old})"));
                self.link(copy, &mut mount, &config, worker)?;
            }
            config.insert(slot.clone(), json!(mount.text()));
        }
        Ok(config)
    }

    fn copied_inside(&self, copy: &Copy) -> Inside {
        let Some(name) = &copy.snapshot else { return self.consoles.inside(copy.source) };
        let snapshot = self.guests.get(&copy.source).and_then(|source| source.snapshot(name));
        snapshot.map(|snapshot| snapshot.inside.clone()).unwrap_or_default()
    }

    fn copy_one(&mut self, copy: &Copy, mount: &mut Mount, taken: &Config, worker: Worker) -> Done {
        let Some(disk) = mount.disk() else { return Ok(()) };
        let bytes = mount.size.unwrap_or(0);
        let storage = copy.storage.as_deref().unwrap_or(&disk.storage);
        let made = self.allocate(copy.vmid, storage, worker.node, bytes, taken)?;
        let lines = self.making_lines(&made, bytes);
        self.note_all(worker, lines);
        let is_btrfs = self.storage(&disk.storage).is_some_and(|storage| storage.kind == "btrfs");
        if copy.snapshot.is_some() && disk.is_subvolume() && is_btrfs {
            return Err("cannot mount subvol snapshots for storage type 'btrfs'".into());
        }
        let filled = self.filled(copy.source, bytes);
        self.note_all(worker, words::copied(filled));
        mount.volume = made.id();
        Ok(())
    }

    fn link(&mut self, copy: &Copy, mount: &mut Mount, taken: &Config, worker: Worker) -> Done {
        let Some(disk) = mount.disk() else { return Ok(()) };
        let bytes = mount.size.unwrap_or(0);
        let mut made = self.allocate(copy.vmid, &disk.storage, worker.node, bytes, taken)?;
        match self.storage(&disk.storage).map(|storage| storage.kind) {
            Some("lvmthin") => self.note(worker, format!("  Logical volume \"{}\" created.", made.name())),
            // Only these tell by their name what they are a link of.
            Some("zfspool" | "rbd") => made.path = format!("{}/{}", disk.name(), made.path),
            _ => {}
        }
        mount.volume = made.id();
        Ok(())
    }

    pub(super) fn drop_clone(&mut self, copy: &Copy) {
        self.unlock_from(copy.source, "disk");
        self.remove_unmade(copy.vmid);
    }

    /// How long a copy of these volumes takes.
    pub fn copy_lasts(&self, source: u32, volumes: &[(String, Mount)], limit_kib: Option<u64>) -> i64 {
        let bytes: u64 = volumes.iter().map(|(_, mount)| self.filled(source, mount.size.unwrap_or(0))).sum();
        copying_ms(bytes, limit_kib)
    }
}

/// The volumes of a configuration that a copy is made of.
pub fn to_copy(config: &Config) -> Vec<(String, Mount)> {
    mounts(config)
}
