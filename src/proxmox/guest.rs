//! One guest: its configuration, its addresses, and how it is at this very moment.

use std::{sync::Arc, time::Duration};

use super::{
    Client, ClientError,
    call::Asked,
    detail::{container, machine, reachable},
    wire::{
        config::Config,
        interfaces::Interface,
        list::{List, Pairs},
        resources::GuestStatus,
    },
};
use crate::domain::{
    detail::GuestDetail,
    fleet::{GuestKind, Power},
    ids::{GuestKey, NodeName, Vmid},
};

/// A guest that just starts may keep its network answer back for half a minute; its back is shown before that.
const ADDRESS_PATIENCE: Duration = Duration::from_secs(4);

/// How a guest is now, asked for directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestNow {
    pub power: Power,
    pub lock: Option<Arc<str>>,
    pub uptime: Option<u64>,
    /// The HA manager has the say over its power.
    pub is_ha_managed: bool,
}

impl Client {
    /// The back of a unit. Addresses are left out where they cannot be had.
    pub async fn guest_detail(
        &self,
        key: &GuestKey,
        node: &NodeName,
        kind: GuestKind,
    ) -> Result<GuestDetail, ClientError> {
        let (config, addresses) = tokio::join!(self.config(node, kind, key.vmid), async {
            match kind {
                GuestKind::Container => {
                    let asking = self.addresses(node, key.vmid);
                    tokio::time::timeout(ADDRESS_PATIENCE, asking).await.unwrap_or(Ok(Vec::new())).unwrap_or_default()
                }
                GuestKind::Machine => Vec::new(),
            }
        });
        let config = config?;
        Ok(match kind {
            GuestKind::Container => container(key, &config, addresses),
            GuestKind::Machine => machine(key, &config),
        })
    }

    async fn config(&self, node: &NodeName, kind: GuestKind, vmid: Vmid) -> Result<Config, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), segment(kind), &vmid.to_string(), "config"]);
        let answer = self.call(&asked).await?;
        Ok(answer.read::<Pairs>(&asked.call)?.into())
    }

    /// Where a running container is found, `address/prefix`, the best first; empty while it is stopped, and before
    /// Proxmox VE 8.1, which cannot tell.
    pub async fn addresses(&self, node: &NodeName, vmid: Vmid) -> Result<Vec<Arc<str>>, ClientError> {
        if self.known_version().await.is_some_and(|version| !version.is_at_least(8, 1)) {
            return Ok(Vec::new());
        }
        let asked = Asked::get(&["nodes", node.as_str(), "lxc", &vmid.to_string(), "interfaces"]);
        let answer = self.call(&asked).await?;
        let interfaces: List<Interface<'_>> = answer.read(&asked.call)?;
        Ok(reachable(&interfaces.0))
    }

    /// How a guest is now; its listing may lag by ten seconds.
    pub async fn guest_now(&self, node: &NodeName, kind: GuestKind, vmid: Vmid) -> Result<GuestNow, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), segment(kind), &vmid.to_string(), "status", "current"]);
        let answer = self.call(&asked).await?;
        let said: GuestStatus<'_> = answer.read(&asked.call)?;
        let power = match (said.status.as_deref(), said.qmpstatus.as_deref()) {
            (_, Some("paused" | "suspended")) => Power::Paused,
            (Some("running"), _) => Power::Running,
            (Some("stopped"), _) => Power::Stopped,
            _ => Power::Unknown,
        };
        Ok(GuestNow {
            power,
            lock: said.lock.as_deref().map(Arc::from),
            uptime: said.uptime.0.filter(|_| power == Power::Running),
            is_ha_managed: said.ha.managed.is_set(),
        })
    }
}

/// Proxmox's name for a kind of guest, in paths.
pub(super) fn segment(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Container => "lxc",
        GuestKind::Machine => "qemu",
    }
}
