//! A container that a plan will make, as far as a plan says it: no wire format, no secret.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::app::Marker;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGuest {
    /// The template or image it is made of, `storage:vztmpl/file`.
    pub template: String,
    pub hostname: String,
    pub cores: u32,
    /// MiB
    pub memory: u64,
    /// MiB
    pub swap: u64,
    /// Storage and GiB.
    pub root: (String, u64),
    pub mounts: Vec<NewMount>,
    pub card: Card,
    pub nameserver: Option<String>,
    pub search_domain: Option<String>,
    pub pool: Option<String>,
    /// Its operation is filled in when that has a number.
    pub marker: Marker,
    pub notes: String,
    pub tags: Vec<String>,
    pub inside: Inside,
    pub starts_on_boot: bool,
    pub timezone: Option<String>,
    pub ostype: Option<String>,
}

/// What its console leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inside {
    /// A shell, by which Proximity works inside it.
    Shell,
    /// What its image says.
    Image,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMount {
    pub storage: String,
    /// GiB
    pub size: u64,
    pub path: String,
    pub is_backed_up: bool,
}

/// Its network card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub bridge: String,
    pub vlan: Option<u16>,
    /// Chosen with the plan, so that what is made anew keeps its address.
    pub mac: String,
    pub address: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Address {
    #[default]
    Dhcp,
    Fixed {
        /// Without its prefix.
        ip: String,
        prefix: u8,
        gateway: Option<String>,
    },
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dhcp => f.write_str("dhcp"),
            Self::Fixed { ip, prefix, .. } => write!(f, "{ip}/{prefix}"),
        }
    }
}
