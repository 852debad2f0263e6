//! A container goes to another node: a running one is shut down first and started again there. When it cannot go it is
//! started again where it was.

use std::collections::BTreeMap;

use super::{Done, Worker, luggage::rename};
use crate::{
    domain::moment::Moment,
    sim::{
        backup::{clock, span},
        datacenter::Datacenter,
        work::unlocked,
        world::mount::{Disk, Mount, Source, mounts},
    },
};

/// One migration.
#[derive(Debug, Clone)]
pub struct Trip {
    pub vmid: u32,
    pub from: String,
    pub to: String,
    pub way: Way,
    /// It may be shut down for it, in so many seconds.
    pub timeout: i64,
    pub storages: StorageMap,
    /// When it set out, and whether it ran then.
    pub began: Moment,
    pub was_running: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Offline,
    Online,
    Restart,
}

/// Which storage of the target takes what lies on which here.
#[derive(Debug, Clone, Default)]
pub struct StorageMap {
    pub entries: BTreeMap<String, String>,
    pub default: Option<String>,
}

impl StorageMap {
    pub fn of<'a>(&'a self, storage: &'a str) -> &'a str {
        self.entries.get(storage).or(self.default.as_ref()).map_or(storage, String::as_str)
    }
}

impl Datacenter {
    fn tell(&mut self, worker: Worker, text: &str) {
        let at = clock(self.now());
        text.lines().for_each(|line| self.note(worker, format!("{at} {line}")));
    }

    fn give_trip_up(&mut self, trip: &Trip, worker: Worker, why: &str) -> Done {
        let lasted = span(self.now().since(trip.began).as_secs() as i64);
        self.tell(worker, &format!("ERROR: migration aborted (duration {lasted}): {why}"));
        Err("migration aborted".into())
    }

    /// Looks whether it can go at all, and shuts it down.
    pub(super) fn depart(&mut self, trip: &Trip, worker: Worker) -> Done {
        if let Err(why) = self.may_depart(trip, worker) {
            return self.give_trip_up(trip, worker, &why);
        }
        if trip.was_running {
            self.tell(worker, &format!("shutdown CT {}", trip.vmid));
        }
        Ok(())
    }

    fn may_depart(&self, trip: &Trip, worker: Worker) -> Done {
        let guest = self.container(trip.vmid, worker.node)?;
        unlocked(guest)?;
        if guest.is_running() {
            match trip.way {
                Way::Online => return Err("lxc live migration is currently not implemented".into()),
                Way::Offline => return Err("running container can only be migrated in restart mode".into()),
                Way::Restart => {}
            }
        }
        for (slot, mount) in mounts(&guest.config) {
            self.may_take_along(trip, &slot, &mount)?;
        }
        match self.node(&trip.to).is_some_and(|node| node.is_online()) {
            true => Ok(()),
            false => Err("Can't connect to destination address using public key".into()),
        }
    }

    fn may_take_along(&self, trip: &Trip, slot: &str, mount: &Mount) -> Done {
        if mount.source() != Source::Volume {
            return match mount.part("shared") {
                Some("1") => Ok(()),
                _ => Err(format!("cannot migrate local {} mount point '{slot}'", mount.source().word())),
            };
        }
        let missing = || format!("can't determine assigned storage for mount point '{slot}'");
        let disk = mount.disk().ok_or_else(missing)?;
        let storage = self.storage_on(&disk.storage, &trip.from)?;
        let target = if storage.is_shared { &disk.storage } else { trip.storages.of(&disk.storage) };
        match self.storage_on(target, &trip.to)?.takes("rootdir") {
            true => Ok(()),
            false => Err(format!("{}: content type 'rootdir' is not available on storage '{target}'", mount.volume)),
        }
    }

    /// It is off now: its disks are copied.
    pub(super) fn unload(&mut self, trip: &Trip, worker: Worker) -> Done {
        let Some(guest) = self.guests.get(&trip.vmid) else { return Ok(()) };
        if trip.was_running && guest.temper.is_deaf {
            let (vmid, timeout) = (trip.vmid, trip.timeout);
            self.note(worker, format!("command 'lxc-stop -n {vmid} --nokill --timeout {timeout}' failed: exit code 1"));
            return self.give_trip_up(trip, worker, "container did not stop");
        }
        let now = self.now();
        let address = self.node(&trip.to).map_or_else(String::new, |node| node.ip.clone());
        if let Some(guest) = self.guests.get_mut(&trip.vmid) {
            guest.end_run(now);
        }
        self.tell(worker, &format!("starting migration of CT {} to node '{}' ({address})", trip.vmid, trip.to));
        self.lock(trip.vmid, "migrate");
        let (found, faults) = self.examine(trip);
        found.iter().for_each(|line| self.tell(worker, line));
        if faults.is_empty() {
            return match self.send_all(trip) {
                Ok(_) => Ok(()),
                Err(why) => self.stay(trip, worker, &why),
            };
        }
        for (volume, fault) in &faults {
            self.tell(worker, &format!("can't migrate local volume '{volume}': {fault}"));
        }
        self.stay(trip, worker, "can't migrate CT - check log")
    }

    /// It does not leave: the lock goes, and it runs again if it did.
    fn stay(&mut self, trip: &Trip, worker: Worker, why: &str) -> Done {
        self.tell(worker, &format!("ERROR: {why}"));
        self.tell(worker, "aborting phase 1 - cleanup resources");
        self.tell(worker, "start final cleanup");
        if trip.was_running {
            self.tell(worker, "start container on source node");
        }
        self.turn_back(trip);
        self.give_trip_up(trip, worker, why)
    }

    pub(super) fn turn_back(&mut self, trip: &Trip) {
        self.unlock_from(trip.vmid, "migrate");
        let (now, pid) = (self.now(), self.next_process());
        if let Some(guest) = self.guests.get_mut(&trip.vmid).filter(|guest| trip.was_running && !guest.is_running()) {
            guest.begin_run(now, pid);
        }
    }

    pub(super) fn arrive(&mut self, trip: &Trip, worker: Worker) -> Done {
        let sent = match self.send_all(trip) {
            Ok(sent) => sent,
            Err(why) => return self.stay(trip, worker, &why),
        };
        sent.iter().flat_map(|sent| &sent.lines).for_each(|line| self.tell(worker, line));
        let disks: Vec<Disk> = sent.iter().map(|sent| sent.before.clone()).collect();
        let lines = self.removing_lines(&disks);
        if let Some(guest) = self.guests.get_mut(&trip.vmid) {
            rename(guest, &sent);
            guest.node.clone_from(&trip.to);
        }
        self.note_all(worker, lines);
        self.tell(worker, "start final cleanup");
        self.unlock_from(trip.vmid, "migrate");
        self.start_there(trip, worker)
    }

    fn start_there(&mut self, trip: &Trip, worker: Worker) -> Done {
        let lasted = span(self.now().since(trip.began).as_secs() as i64);
        if trip.was_running {
            let (vmid, to) = (trip.vmid, &trip.to);
            let address = self.node(to).map_or_else(String::new, |node| node.ip.clone());
            self.tell(worker, "start container on target node");
            let keys = format!("-o 'HostKeyAlias={to}' -o 'UserKnownHostsFile=/etc/pve/nodes/{to}/ssh_known_hosts'");
            let line =
                format!("# /usr/bin/ssh -e none {keys} -o 'GlobalKnownHostsFile=none' root@{address} pct start {vmid}");
            self.tell(worker, &line);
            if let Err(why) = self.start(vmid, to, worker) {
                self.tell(worker, &why);
                self.tell(worker, &format!("ERROR: migration finished with problems (duration {lasted})"));
                return Err("migration problems".into());
            }
        }
        self.tell(worker, &format!("migration finished successfully (duration {lasted})"));
        Ok(())
    }
}
