//! What else knows a guest: HA, backup jobs, its pool, its firewall, access rules. Whoever removes a guest asks here.

use super::Worker;
use crate::sim::{
    datacenter::Datacenter,
    ha::{Service, sid},
};

impl Datacenter {
    /// Whether HA has a guest among those it knows, also one that it leaves alone.
    pub fn is_known_to_ha(&self, vmid: u32) -> bool {
        self.guests.get(&vmid).is_some_and(|guest| self.ha.services.contains_key(&sid(guest)))
    }

    /// HA looks after it from now on.
    pub fn manage(&mut self, vmid: u32) {
        let Some(guest) = self.guests.get(&vmid) else { return };
        let state = if guest.is_running() { "started" } else { "stopped" };
        self.ha.services.insert(sid(guest), Service { state: state.into(), ..Service::default() });
        self.ha.wake(self.now());
    }

    /// Takes a removed guest out of everything that names it.
    pub fn purge(&mut self, vmid: u32, worker: Worker) {
        self.note(worker, format!("purging CT {vmid} from related configurations.."));
        self.forget_in_jobs(vmid);
        if self.is_known_to_ha(vmid) {
            self.ha.forget(&format!("ct:{vmid}"));
            self.note(worker, format!("NOTE: removed CT {vmid} from HA resource configuration."));
        }
    }

    /// A guest is gone, and with it what is its own: its place in a pool, its firewall, its files, the access rules for it.
    pub fn forget(&mut self, vmid: u32) {
        self.guests.remove(&vmid);
        self.firewalls.remove(&vmid);
        self.consoles.forget(vmid);
        let place = format!("/vms/{vmid}");
        self.access.grants.retain(|grant| grant.path != place);
    }
}
