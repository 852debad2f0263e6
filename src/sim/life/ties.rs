//! What else knows a guest: HA, backup jobs, access rules. Whoever removes a guest asks here.

use super::Worker;
use crate::sim::datacenter::Datacenter;

impl Datacenter {
    /// Whether HA looks after a guest.
    pub fn is_managed(&self, vmid: u32) -> bool {
        self.managed.contains(&vmid)
    }

    /// HA looks after it from now on.
    pub fn manage(&mut self, vmid: u32) {
        self.managed.insert(vmid);
    }

    /// Takes a removed guest out of everything that names it.
    pub fn purge(&mut self, vmid: u32, worker: Worker) {
        self.note(worker, format!("purging CT {vmid} from related configurations.."));
        if self.managed.remove(&vmid) {
            self.note(worker, format!("NOTE: removed CT {vmid} from HA resource configuration."));
        }
    }

    /// Access rules for it always go.
    pub fn forget_rights(&mut self, vmid: u32) {
        let place = format!("/vms/{vmid}");
        self.access.grants.retain(|grant| grant.path != place);
    }
}
