//! What the back of a unit shows: a guest's configuration and addresses, asked for when somebody looks.

use std::sync::Arc;

use super::{ids::GuestKey, road::Way};

#[derive(Debug, Clone, PartialEq)]
pub struct GuestDetail {
    pub key: GuestKey,
    pub hostname: Option<Arc<str>>,
    pub ostype: Option<Arc<str>>,
    pub arch: Option<Arc<str>>,
    pub cores: Option<u32>,
    /// MiB
    pub memory: Option<u64>,
    /// MiB
    pub swap: Option<u64>,
    pub is_unprivileged: Option<bool>,
    pub starts_on_boot: bool,
    pub is_protected: bool,
    pub features: Option<Arc<str>>,
    pub volumes: Vec<Volume>,
    pub networks: Vec<Network>,
    /// Names and values as Proxmox keeps them; the deck masks what looks like a secret.
    pub environment: Vec<(Arc<str>, Arc<str>)>,
    pub description: Option<Arc<str>>,
    /// `address/prefix`, the first one is the best; empty while it is stopped.
    pub addresses: Vec<Arc<str>>,
    /// The roads into it, the best one first; empty where nobody looked.
    pub roads: Vec<Way>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// `rootfs`, `mp0`, …
    pub slot: Arc<str>,
    /// Where the guest sees it.
    pub path: Arc<str>,
    pub storage: Option<Arc<str>>,
    /// As Proxmox writes it, such as `8G`.
    pub size: Option<Arc<str>>,
    pub is_backed_up: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// `eth0`
    pub name: Arc<str>,
    pub bridge: Option<Arc<str>>,
    pub mac: Option<Arc<str>>,
    /// `dhcp`, `manual` or `address/prefix`
    pub ip: Option<Arc<str>>,
    pub gateway: Option<Arc<str>>,
    pub vlan: Option<u16>,
}
