//! Where a running guest is found on the network, the best address first.

use std::sync::Arc;

use serde::Deserialize;

use super::lxc;
use crate::{
    domain::ids::{NodeName, Vmid},
    proxmox::{
        Ability, Client, ClientError,
        call::Asked,
        wire::{
            interfaces::{Address, Interface},
            list::List,
        },
    },
};

/// The guest agent's own answer stands in the answer of Proxmox.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::proxmox) struct AgentSaid<'a> {
    #[serde(borrow)]
    pub result: List<Interface<'a>>,
}

impl Client {
    /// Where a running container is found, `address/prefix`; empty while it is stopped, and on a node before Proxmox
    /// VE 8.1, which cannot tell.
    pub async fn addresses(&self, node: &NodeName, vmid: Vmid) -> Result<Vec<Arc<str>>, ClientError> {
        // A node that keeps its version to itself is judged by the one we talk to.
        let version = match self.version_of(node).await {
            Ok(version) => Some(version),
            Err(_) => self.known_version().await,
        };
        if version.is_some_and(|version| !version.can(Ability::Interfaces)) {
            return Ok(Vec::new());
        }
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["interfaces"]));
        let answer = self.call(&asked).await?;
        let interfaces: List<Interface<'_>> = answer.read(&asked.call)?;
        Ok(reachable(&interfaces.0))
    }

    /// The same of a virtual machine. Its guest agent must run; where it does not, Proxmox refuses.
    pub async fn machine_addresses(&self, node: &NodeName, vmid: Vmid) -> Result<Vec<Arc<str>>, ClientError> {
        let id = vmid.to_string();
        let asked = Asked::get(&["nodes", node.as_str(), "qemu", &id, "agent", "network-get-interfaces"]);
        let answer = self.call(&asked).await?;
        let said: AgentSaid<'_> = answer.read(&asked.call)?;
        Ok(reachable(&said.result.0))
    }
}

/// Leaves out what nobody reaches from outside: loopback, the bridges of Docker, link-local addresses.
pub(in crate::proxmox) fn reachable(interfaces: &[Interface<'_>]) -> Vec<Arc<str>> {
    let outward = interfaces.iter().filter(|interface| {
        let name = interface.name.as_deref().unwrap_or_default();
        name != "lo" && !["docker", "br-", "veth"].iter().any(|inner| name.starts_with(inner))
    });
    let mut found: Vec<String> = outward.flat_map(of_interface).collect();
    found.retain(|address| !["127.0.0.", "169.254.", "fe80:", "::1/"].iter().any(|local| address.starts_with(local)));
    // The old Internet first: that is what a homelab types.
    found.sort_by_key(|address| address.contains(':'));
    found.into_iter().map(Arc::from).collect()
}

fn of_interface(interface: &Interface<'_>) -> Vec<String> {
    let with_prefix = |listed: &Address<'_>| {
        let address = listed.address.as_deref()?;
        Some(listed.prefix.as_deref().map_or_else(|| address.to_owned(), |prefix| format!("{address}/{prefix}")))
    };
    let listed: Vec<_> = interface.addresses.0.iter().filter_map(with_prefix).collect();
    if !listed.is_empty() {
        return listed;
    }
    [&interface.inet, &interface.inet6].into_iter().filter_map(|address| Some(address.as_deref()?.to_owned())).collect()
}
