//! A second datacenter that is like the first one at this moment. What must hold: neither feels anything of what happens to
//! the other; of what runs inside guests only the files are carried over, as if every guest had just been started.

use super::{console::Consoles, datacenter::Datacenter, ssh::Talks};

impl Datacenter {
    pub fn twin(&self) -> Self {
        Self {
            nodes: self.nodes.clone(),
            guests: self.guests.clone(),
            storages: self.storages.clone(),
            access: self.access.clone(),
            tickets: self.tickets.clone(),
            tasks: self.tasks.clone(),
            faults: self.faults.clone(),
            identities: self.identities.clone(),
            jobs: self.jobs.clone(),
            pools: self.pools.clone(),
            ha: self.ha.clone(),
            options: self.options.clone(),
            firewalls: self.firewalls.clone(),
            weighed: self.weighed.clone(),
            routine: self.routine.clone(),
            consoles: Consoles::left(&self.consoles),
            talks: Talks::default(),
            cluster: self.cluster.clone(),
            ..*self
        }
    }
}
