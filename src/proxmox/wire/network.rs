//! Networks: interfaces of a node, software-defined ones of the host.

use serde::Deserialize;

use super::lenient::{Flag, Int, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct InterfaceRow<'a> {
    #[serde(borrow)]
    pub iface: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    pub active: Flag,
    pub autostart: Flag,
    #[serde(borrow)]
    pub cidr: Text<'a>,
    #[serde(borrow)]
    pub address: Text<'a>,
    #[serde(borrow)]
    pub netmask: Text<'a>,
    #[serde(borrow)]
    pub cidr6: Text<'a>,
    #[serde(borrow)]
    pub address6: Text<'a>,
    #[serde(borrow)]
    pub netmask6: Text<'a>,
    #[serde(borrow)]
    pub gateway: Text<'a>,
    #[serde(borrow)]
    pub gateway6: Text<'a>,
    #[serde(borrow)]
    pub bridge_ports: Text<'a>,
    #[serde(borrow)]
    pub ovs_ports: Text<'a>,
    pub bridge_vlan_aware: Flag,
    #[serde(borrow)]
    pub comments: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VnetRow<'a> {
    #[serde(borrow)]
    pub vnet: Text<'a>,
    #[serde(borrow)]
    pub zone: Text<'a>,
    #[serde(borrow)]
    pub alias: Text<'a>,
    pub tag: Int,
    pub vlanaware: Flag,
}

/// What `/nodes/{node}/dns` says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NameServers {
    pub dns1: Option<String>,
    pub dns2: Option<String>,
    pub dns3: Option<String>,
}
