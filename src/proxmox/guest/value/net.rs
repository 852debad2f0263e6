//! `netN`: a network card of a container.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use super::{
    NotReadable, Others, Word,
    parts::{Parts, Switch, Written},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Net {
    /// As the container calls it, such as `eth0`.
    pub name: Word,
    pub bridge: Option<Word>,
    /// Proxmox makes one up where none is given.
    pub mac: Option<Word>,
    pub ip: Option<Ip4>,
    pub gateway: Option<Ipv4Addr>,
    pub ip6: Option<Ip6>,
    pub gateway6: Option<Ipv6Addr>,
    pub vlan: Option<u16>,
    pub mtu: Option<u16>,
    pub has_firewall: bool,
    pub is_unplugged: bool,
    /// The node sets its address, not the container; since 9.1.
    pub is_host_managed: Option<bool>,
    pub others: Others,
}

impl Net {
    /// A card on `bridge` that gets its address by DHCP.
    pub fn new(name: Word, bridge: Word) -> Self {
        Self {
            name,
            bridge: Some(bridge),
            mac: None,
            ip: Some(Ip4::Dhcp),
            gateway: None,
            ip6: None,
            gateway6: None,
            vlan: None,
            mtu: None,
            has_firewall: false,
            is_unplugged: false,
            is_host_managed: None,
            others: Others::default(),
        }
    }
}

impl FromStr for Net {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let mut parts = Parts::read(text, "name");
        let name = parts.take("name").ok_or_else(|| NotReadable { what: "network card", text: text.to_owned() })?;
        Ok(Self {
            name,
            bridge: parts.take("bridge"),
            mac: parts.take("hwaddr"),
            ip: parts.take("ip"),
            gateway: parts.take("gw"),
            ip6: parts.take("ip6"),
            gateway6: parts.take("gw6"),
            vlan: parts.take("tag"),
            mtu: parts.take("mtu"),
            has_firewall: parts.take_switch("firewall"),
            is_unplugged: parts.take_switch("link_down"),
            is_host_managed: parts.take::<Switch>("host-managed").map(|said| said.0),
            others: parts.rest(),
        })
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written::default()
            .with("name", &self.name)
            .with_some("bridge", self.bridge.as_ref())
            .with_some("hwaddr", self.mac.as_ref())
            .with_some("ip", self.ip)
            .with_some("gw", self.gateway)
            .with_some("ip6", self.ip6)
            .with_some("gw6", self.gateway6)
            .with_some("tag", self.vlan)
            .with_some("mtu", self.mtu)
            .with_switch("firewall", self.has_firewall)
            .with_switch("link_down", self.is_unplugged)
            .with_some("host-managed", self.is_host_managed.map(u8::from))
            .ends(&self.others, f)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ip4 {
    Dhcp,
    /// The container sets it itself.
    Manual,
    Fixed(Ipv4Addr, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ip6 {
    /// By the router's advertisements.
    Auto,
    Dhcp,
    Manual,
    Fixed(Ipv6Addr, u8),
}

/// `10.0.0.2/24`
fn fixed<A: FromStr>(text: &str, longest: u8) -> Result<(A, u8), NotReadable> {
    let read = || {
        let (address, prefix) = text.split_once('/')?;
        Some((address.parse().ok()?, prefix.parse().ok().filter(|prefix| *prefix <= longest)?))
    };
    read().ok_or_else(|| NotReadable { what: "address with its prefix", text: text.to_owned() })
}

impl FromStr for Ip4 {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        Ok(match text {
            "dhcp" => Self::Dhcp,
            "manual" => Self::Manual,
            _ => fixed(text, 32).map(|(address, prefix)| Self::Fixed(address, prefix))?,
        })
    }
}

impl fmt::Display for Ip4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dhcp => f.write_str("dhcp"),
            Self::Manual => f.write_str("manual"),
            Self::Fixed(address, prefix) => write!(f, "{address}/{prefix}"),
        }
    }
}

impl FromStr for Ip6 {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        Ok(match text {
            "auto" => Self::Auto,
            "dhcp" => Self::Dhcp,
            "manual" => Self::Manual,
            _ => fixed(text, 128).map(|(address, prefix)| Self::Fixed(address, prefix))?,
        })
    }
}

impl fmt::Display for Ip6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Dhcp => f.write_str("dhcp"),
            Self::Manual => f.write_str("manual"),
            Self::Fixed(address, prefix) => write!(f, "{address}/{prefix}"),
        }
    }
}
