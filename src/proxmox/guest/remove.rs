//! Removing a container for good. Its backups stay.

use super::lxc;
use crate::{
    domain::ids::{NodeName, Upid, Vmid},
    proxmox::{Client, ClientError, call::Asked},
};

/// How thoroughly. The default refuses whatever may be a mistake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removal {
    /// What runs is stopped; else it is refused.
    pub stops_it: bool,
    /// Backup jobs, replication and HA forget it; else it is refused where HA or replication know it.
    pub purges: bool,
    /// Volumes with its number that its configuration does not name go as well.
    pub takes_stray_disks: bool,
}

impl Client {
    pub async fn begin_removal(&self, node: &NodeName, vmid: Vmid, how: Removal) -> Result<Upid, ClientError> {
        let switch = |is_on: bool| is_on.then_some(1);
        let asked = Asked::delete(&lxc(node, &vmid.to_string(), &[]))
            .with_some("force", switch(how.stops_it))
            .with_some("purge", switch(how.purges))
            .with_some("destroy-unreferenced-disks", switch(how.takes_stray_disks));
        self.begin(&asked).await
    }
}
