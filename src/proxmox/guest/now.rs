//! How a guest is at this very moment.

use std::sync::Arc;

use super::segment;
use crate::{
    domain::{
        fleet::{GuestKind, Power},
        ids::{NodeName, Vmid},
    },
    proxmox::{Client, ClientError, call::Asked, wire::resources::GuestStatus},
};

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
