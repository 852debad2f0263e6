//! What tasks do when their time has come, and the refusals that only show then. A task that waited for another one
//! finds the guest as that one left it.

use super::{
    datacenter::Datacenter,
    refusal::no_config_text,
    volumes::disks,
    world::{
        guest::{Guest, Kind},
        storage::Volume,
        task::{Archive, Work},
    },
};

/// Of one guest on one storage, so that a datacenter may run for weeks.
const KEPT_ARCHIVES: usize = 100;

type Result = std::result::Result<(), String>;

impl Datacenter {
    /// `who` began the task on `node`, as its UPID has it.
    pub fn carry_out(&mut self, work: &Work, node: &str, who: &str) -> Result {
        match work {
            Work::Start(vmid) => self.start(*vmid, node),
            Work::Stop(vmid) => self.stop(*vmid, node),
            Work::Make { vmid, starts, pool } => {
                self.unlock(*vmid);
                if let Some(guest) = self.guests.get_mut(vmid) {
                    guest.pool = pool.clone();
                }
                if *starts {
                    self.start_after(*vmid, who);
                }
                Ok(())
            }
            Work::Unmake { vmid, why } => {
                self.guests.remove(vmid);
                Err(why.clone())
            }
            Work::Destroy(vmid) => {
                self.guests.remove(vmid);
                Ok(())
            }
            Work::Lock(vmid) => {
                if let Some(guest) = self.guests.get_mut(vmid) {
                    guest.config.insert("lock".into(), "backup".into());
                }
                Ok(())
            }
            Work::Unlock { vmid, archive } => {
                self.unlock(*vmid);
                archive.iter().for_each(|archive| self.keep(archive.clone()));
                Ok(())
            }
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
            Work::Discard { storage, path } => self.discard(storage, path, node),
            Work::Prune(pruning) => self.prune(pruning),
            Work::TellHa { sid, wish } => self.tell_ha(sid, wish),
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
    fn discard(&mut self, storage: &str, path: &str, node: &str) -> Result {
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
        match known.volume(node, path) {
            Some(volume) if volume.is_protected => {
                return Err(format!("cannot remove protected volume '{path}' on '{storage}'"));
            }
            Some(_) => {}
            None => {
                let text = format!("disk image '{}' does not exist", known.path_of(path));
                self.say(text);
            }
        }
        if let Some(known) = self.storages.iter_mut().find(|known| known.name == storage) {
            known.volumes.retain(|volume| !(volume.path == path && volume.is_on(node)));
        }
        self.say(format!("Removed volume '{storage}:{path}'"));
        Ok(())
    }

    /// Cleans up after a step that will not be done any more.
    pub fn give_up(&mut self, work: &Work) {
        match work {
            Work::Unlock { vmid, .. } => self.unlock(*vmid),
            Work::Make { vmid, .. } | Work::Unmake { vmid, .. } => drop(self.guests.remove(vmid)),
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
        let Archive { storage, volume } = archive;
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
    fn start_after(&mut self, vmid: u32, who: &str) {
        let Some(guest) = self.guests.get(&vmid) else { return };
        let (node, lasts) = (guest.node.clone(), guest.temper.start_ms as i64);
        self.begin(&node, "vzstart", &vmid.to_string(), who, lasts, Work::Start(vmid));
    }

    fn start(&mut self, vmid: u32, node: &str) -> Result {
        let (now, pid) = (self.now(), self.next_process());
        let guest = self.guests.get(&vmid).ok_or_else(|| no_config_text(node, "lxc", vmid))?;
        startable(guest)?;
        let bridges = self.node(&guest.node).map(|node| node.bridges.clone()).unwrap_or_default();
        if let Some((_, bridge)) = guest.bridges().find(|(_, bridge)| !bridges.contains(bridge)) {
            return Err(format!("bridge '{bridge}' does not exist"));
        }
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.begin_run(now, pid);
        }
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

pub fn unlocked(guest: &Guest) -> Result {
    match guest.lock() {
        Some(lock) => Err(format!("{} is locked ({lock})", guest.kind.label())),
        None => Ok(()),
    }
}
