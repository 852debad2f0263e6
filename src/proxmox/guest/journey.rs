//! A container that may leave its node, with all that is to be known of it. What must hold: it only looks, and what may not
//! be asked is no obstacle.

use super::{ConfigView, ContainerConfig, Journey, Obstacle, Place, StorageMap, copies, obstacles};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{NodeName, Vmid},
    },
    proxmox::{Client, ClientError, guest::Preconditions},
};

#[derive(Debug, Clone)]
pub struct Luggage {
    pub vmid: Vmid,
    pub config: ContainerConfig,
    pub has_snapshots: bool,
}

impl Luggage {
    /// What is copied when it leaves this place, by storage of the target.
    pub fn copied(&self, from: &Place) -> Vec<(String, u64)> {
        copies(&self.config, from, &StorageMap::Same)
    }

    /// Bytes that must be free where it runs.
    pub fn memory(&self) -> u64 {
        self.config.memory.unwrap_or(512).saturating_mul(1 << 20)
    }
}

/// Whether a container runs while it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    Yes,
    No,
}

impl Client {
    pub async fn luggage(&self, node: &NodeName, vmid: Vmid) -> Result<Luggage, ClientError> {
        let (config, snapshots) =
            tokio::join!(self.container_config(node, vmid, &ConfigView::Current), self.snapshots(node, vmid));
        let has_snapshots = match snapshots {
            Ok(snapshots) => !snapshots.taken.is_empty(),
            // What we may not see is no obstacle.
            Err(ClientError::Forbidden { .. }) => false,
            Err(error) => return Err(error),
        };
        Ok(Luggage { vmid, config: config?, has_snapshots })
    }

    /// What stands in the way from one place to the other, where it may be restarted for it, and which HA resources would
    /// go along.
    pub async fn in_the_way(
        &self,
        luggage: &Luggage,
        running: Running,
        from: &Place,
        to: &Place,
    ) -> Result<(Vec<Obstacle>, Vec<String>), ClientError> {
        let said = match self.migration_preconditions(&from.node, luggage.vmid, &to.node).await {
            Ok(said) => said,
            Err(lost) if Fault::from(lost.clone()).code == FaultCode::Unreachable => return Err(lost),
            // One that is locked, or in a cluster without quorum, has none, and that is told anyway.
            Err(_) => None,
        };
        let along = said.as_ref().map(|said: &Preconditions| said.dependent.clone()).unwrap_or_default();
        let journey = Journey {
            config: &luggage.config,
            is_running: running == Running::Yes,
            restarts: true,
            has_snapshots: luggage.has_snapshots,
            from,
            to,
            storages: &StorageMap::Same,
            preconditions: said.as_ref(),
        };
        Ok((obstacles(&journey), along))
    }
}
