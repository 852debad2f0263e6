//! Networks of a node: what a guest can be hung on.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    domain::ids::NodeName,
    proxmox::{
        Ability, Client, ClientError,
        call::Asked,
        wire::{
            lenient::Text,
            list::List,
            network::{InterfaceRow, NameServers, VnetRow},
        },
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    pub name: Arc<str>,
    /// `bridge`, `bond`, `eth`, `vlan`, `OVSBridge`, `vnet`, …
    pub kind: Arc<str>,
    pub is_active: bool,
    pub starts_on_boot: bool,
    /// `address/prefix`
    pub address: Option<Arc<str>>,
    pub address6: Option<Arc<str>>,
    pub gateway: Option<Arc<str>>,
    pub gateway6: Option<Arc<str>>,
    /// What hangs on a bridge.
    pub ports: BTreeSet<Arc<str>>,
    pub is_vlan_aware: bool,
    pub comment: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgeKind {
    Linux,
    OpenVswitch,
    /// A network of the software-defined ones, the same on all nodes.
    Vnet,
}

/// What a guest's network card can be hung on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    pub kind: BridgeKind,
    pub interface: Interface,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vnet {
    pub name: Arc<str>,
    pub zone: Arc<str>,
    pub alias: Option<Arc<str>>,
    pub tag: Option<u32>,
    pub is_vlan_aware: bool,
}

impl Interface {
    fn read(row: &InterfaceRow<'_>) -> Option<Self> {
        let text = |text: &Text<'_>| text.as_deref().map(|text| Arc::from(text.trim_end()));
        let with_prefix = |cidr: &Text<'_>, address: &Text<'_>, mask: &Text<'_>| {
            text(cidr).or_else(|| Some(format!("{}/{}", address.as_deref()?, mask.as_deref()?).into()))
        };
        let ports = row.bridge_ports.as_deref().or(row.ovs_ports.as_deref()).unwrap_or_default();
        Some(Self {
            name: text(&row.iface)?,
            kind: text(&row.kind)?,
            is_active: row.active.is_set(),
            starts_on_boot: row.autostart.is_set(),
            address: with_prefix(&row.cidr, &row.address, &row.netmask),
            address6: with_prefix(&row.cidr6, &row.address6, &row.netmask6),
            gateway: text(&row.gateway),
            gateway6: text(&row.gateway6),
            ports: ports.split([' ', ',']).filter(|port| !port.is_empty()).map(Arc::from).collect(),
            is_vlan_aware: row.bridge_vlan_aware.is_set(),
            comment: text(&row.comments),
        })
    }
}

impl Bridge {
    fn read(row: &InterfaceRow<'_>) -> Option<Self> {
        let kind = match row.kind.as_deref()? {
            "bridge" => BridgeKind::Linux,
            "OVSBridge" => BridgeKind::OpenVswitch,
            "vnet" => BridgeKind::Vnet,
            _ => return None,
        };
        Interface::read(row).map(|interface| Self { kind, interface })
    }

    /// Whether a guest on it may have a VLAN tag of its own.
    pub fn takes_tags(&self) -> bool {
        match self.kind {
            // Proxmox makes a bridge for each tag where the bridge itself knows none.
            BridgeKind::Linux | BridgeKind::OpenVswitch => true,
            BridgeKind::Vnet => self.interface.is_vlan_aware,
        }
    }
}

impl Client {
    /// All there are, by name.
    pub async fn interfaces(&self, node: &NodeName) -> Result<Vec<Interface>, ClientError> {
        let mut found = self.network(node, None, Interface::read).await?;
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// What guests can be hung on, by name. From version 8 on only what our rights let us use.
    pub async fn bridges_of(&self, node: &NodeName) -> Result<Vec<Bridge>, ClientError> {
        let mut found = self.network(node, Some("any_bridge"), Bridge::read).await?;
        found.sort_by(|one, other| one.interface.name.cmp(&other.interface.name));
        Ok(found)
    }

    async fn network<T>(
        &self,
        node: &NodeName,
        kind: Option<&str>,
        read: impl Fn(&InterfaceRow<'_>) -> Option<T>,
    ) -> Result<Vec<T>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "network"]).with_some("type", kind);
        let answer = self.call(&asked).await?;
        let rows: List<InterfaceRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(read).collect())
    }

    /// The software-defined networks, by name.
    /// The name servers that a node asks, and its containers where nothing else is said. Needs `Sys.Audit` on the node.
    pub async fn name_servers(&self, node: &NodeName) -> Result<Vec<String>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "dns"]);
        let answer = self.call(&asked).await?;
        let said: NameServers = answer.read(&asked.call)?;
        Ok([said.dns1, said.dns2, said.dns3].into_iter().flatten().filter(|server| !server.is_empty()).collect())
    }

    pub async fn vnets(&self) -> Result<Vec<Vnet>, ClientError> {
        self.require_here(Ability::Sdn).await?;
        let asked = Asked::get(&["cluster", "sdn", "vnets"]);
        let answer = self.call(&asked).await?;
        let rows: List<VnetRow<'_>> = answer.read(&asked.call)?;
        let vnet = |row: &VnetRow<'_>| {
            Some(Vnet {
                name: row.vnet.as_deref()?.into(),
                zone: row.zone.as_deref()?.into(),
                alias: row.alias.as_deref().map(Arc::from),
                tag: row.tag.fits(),
                is_vlan_aware: row.vlanaware.is_set(),
            })
        };
        let mut vnets: Vec<_> = rows.0.iter().filter_map(vnet).collect();
        vnets.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(vnets)
    }
}
