//! What tasks do when their time has come, and the refusals that only show then. A task that waited for another one
//! finds the guest as that one left it.

use super::{
    datacenter::Datacenter,
    disks::disks_of,
    life::Worker,
    refusal::no_config_text,
    volumes::disks,
    world::{
        guest::{Guest, Kind},
        storage::Volume,
        task::{Archive, Removal, Work},
    },
};

/// Of one guest on one storage, so that a datacenter may run for weeks.
const KEPT_ARCHIVES: usize = 100;

type Result = std::result::Result<(), String>;

impl Datacenter {
    pub fn carry_out(&mut self, work: &Work, worker: Worker) -> Result {
        match work {
            Work::Start(vmid) => self.start_now(*vmid, worker),
            Work::Stop(vmid) => self.stop(*vmid, worker.node),
            Work::Destroy(removal) => self.destroy(*removal, worker),
            Work::Lock(vmid) => {
                self.lock(*vmid, "backup");
                Ok(())
            }
            Work::Unlock { vmid, archive } => {
                self.unlock(*vmid);
                archive.iter().for_each(|archive| self.keep(archive.clone()));
                Ok(())
            }
            Work::Life(step) => self.live(step, worker),
            Work::Halt(vmid) => {
                let now = self.now();
                self.guests.get_mut(vmid).into_iter().for_each(|guest| guest.end_run(now));
                Ok(())
            }
            Work::Resume(vmid) => {
                self.resume(*vmid);
                Ok(())
            }
            Work::Put(archive) => {
                self.keep(archive.clone());
                Ok(())
            }
            Work::Discard { storage, path } => self.discard(storage, path, worker),
            Work::Prune(pruning) => self.prune(pruning, worker),
            Work::TellHa { sid, demand } => self.tell_ha(sid, demand),
            Work::Carry { vmid, to } => {
                if let Some(guest) = self.guests.get_mut(vmid) {
                    guest.node = to.clone();
                }
                Ok(())
            }
            Work::Settled(result) => result.clone(),
        }
    }

    /// A guest that was stopped for its backup runs again.
    fn resume(&mut self, vmid: u32) {
        let (now, pid) = (self.now(), self.next_process());
        if let Some(guest) = self.guests.get_mut(&vmid).filter(|guest| !guest.is_running()) {
            guest.begin_run(now, pid);
        }
    }

    /// Takes a volume away. One that is not there is gone already, and that is fine.
    fn discard(&mut self, storage: &str, path: &str, worker: Worker) -> Result {
        let Some(known) = self.storages.iter().find(|known| known.name == storage) else {
            return Err(format!("storage '{storage}' does not exist"));
        };
        if let Some(why) = known.outage() {
            return Err(why);
        }
        if self.guests.values().flat_map(disks).any(|disk| disk.storage == storage && disk.path == path) {
            return Err(match known.kind {
                "lvmthin" | "lvm" => {
                    let name = format!("{}/{path}", known.option("vgname").unwrap_or_default());
                    format!("lvremove '{name}' error:   Logical volume {name} in use.")
                }
                "zfspool" => format!("zfs error: cannot destroy '{storage}/{path}': dataset is busy"),
                _ => format!("unable to remove '{path}': volume is in use"),
            });
        }
        match known.volume(worker.node, path) {
            Some(volume) if volume.is_protected => {
                return Err(format!("cannot remove protected volume '{path}' on '{storage}'"));
            }
            Some(_) => {}
            None => {
                let text = format!("disk image '{}' does not exist", known.path_of(path));
                self.note(worker, text);
            }
        }
        if let Some(known) = self.storages.iter_mut().find(|known| known.name == storage) {
            known.volumes.retain(|volume| !(volume.path == path && volume.is_on(worker.node)));
        }
        self.note(worker, format!("Removed volume '{storage}:{path}'"));
        Ok(())
    }

    /// Cleans up after a step that will not be done any more.
    pub fn give_up(&mut self, work: &Work) {
        match work {
            Work::Unlock { vmid, .. } => self.unlock(*vmid),
            Work::Life(step) => self.forgo(step),
            Work::Resume(vmid) => self.resume(*vmid),
            Work::Start(_)
            | Work::Stop(_)
            | Work::Destroy(_)
            | Work::Lock(_)
            | Work::Settled(_)
            | Work::Halt(_)
            | Work::Put(_)
            | Work::Discard { .. }
            | Work::Prune(_)
            | Work::TellHa { .. }
            | Work::Carry { .. } => {}
        }
    }

    /// Puts an archive on its storage; one of the same name is replaced, and of too many of one guest the oldest goes.
    fn keep(&mut self, archive: Archive) {
        let Archive { storage, mut volume } = archive;
        self.spoil(&mut volume);
        let Some(storage) = self.storages.iter_mut().find(|known| known.name == storage) else { return };
        storage.volumes.retain(|known| known.path != volume.path || known.node != volume.node);
        let of_guest = |known: &&Volume| known.vmid == volume.vmid && !known.is_protected;
        if volume.vmid.is_some() && storage.volumes.iter().filter(of_guest).count() >= KEPT_ARCHIVES {
            let oldest =
                storage.volumes.iter().filter(of_guest).min_by_key(|known| known.made).map(|known| known.path.clone());
            storage.volumes.retain(|known| Some(&known.path) != oldest.as_ref());
        }
        storage.volumes.push(volume);
    }

    /// The start that was asked for with the create is a task of its own.
    pub fn start_after(&mut self, vmid: u32, who: &str) {
        let Some(guest) = self.guests.get(&vmid) else { return };
        let (node, lasts) = (guest.node.clone(), guest.temper.start_ms as i64);
        self.begin(&node, "vzstart", &vmid.to_string(), who, lasts, Work::Start(vmid));
    }

    fn start_now(&mut self, vmid: u32, worker: Worker) -> Result {
        let guest = self.guests.get(&vmid).ok_or_else(|| no_config_text(worker.node, "lxc", vmid))?;
        startable(guest)?;
        let node = guest.node.clone();
        self.start(vmid, &node, worker)?;
        self.lease(vmid, worker)
    }

    /// Removes a container with its disks; a running one only by force.
    fn destroy(&mut self, removal: Removal, worker: Worker) -> Result {
        let Removal { vmid, is_forced, purges } = removal;
        let guest = self.guests.get(&vmid).ok_or_else(|| no_config_text(worker.node, "lxc", vmid))?;
        removable(guest)?;
        if guest.is_running() && !is_forced {
            return Err(format!("unable to destroy CT {vmid} - container is running"));
        }
        self.free_to_go(guest)?;
        let mut lines = Vec::new();
        if guest.is_running() {
            lines.push(format!("forced to stop CT {vmid} before destroying!"));
        }
        lines.extend(self.removing_lines(&disks_of(guest)));
        self.note_all(worker, lines);
        if purges {
            self.purge(vmid, worker);
        }
        self.forget(vmid);
        Ok(())
    }

    fn stop(&mut self, vmid: u32, node: &str) -> Result {
        let now = self.now();
        let guest = self.guests.get_mut(&vmid).ok_or_else(|| no_config_text(node, "lxc", vmid))?;
        unlocked(guest)?;
        if !guest.is_running() && guest.kind == Kind::Container {
            return Err(format!("CT {vmid} not running"));
        }
        guest.end_run(now);
        Ok(())
    }
}

/// What `start` looks at before it begins, in Proxmox's order.
pub fn startable(guest: &Guest) -> Result {
    if guest.is_template() {
        let word = if guest.kind == Kind::Container { "CT" } else { "vm" };
        return Err(format!("you can't start a {word} if it's a template"));
    }
    unlocked(guest)?;
    match guest.is_running() {
        true => Err(format!("{} {} already running", guest.kind.label(), guest.vmid)),
        false => Ok(()),
    }
}

/// What speaks against removing a guest.
pub fn removable(guest: &Guest) -> Result {
    if guest.is_set("protection") {
        return Err(format!("can't remove CT {} - protection mode enabled", guest.vmid));
    }
    unlocked(guest)
}

pub fn unlocked(guest: &Guest) -> Result {
    match guest.lock() {
        Some(lock) => Err(format!("{} is locked ({lock})", guest.kind.label())),
        None => Ok(()),
    }
}
