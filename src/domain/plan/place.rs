//! What must be so before a plan begins: rights, room, networks. The check step asks the host for each of it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    app::Method,
    ids::{GuestKey, HostId, NodeKey, NodeName},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footing {
    pub host: HostId,
    pub node: Option<NodeKey>,
    pub rights: Vec<Right>,
    pub rooms: Vec<Room>,
    /// A bridge, and the VLAN on it.
    pub bridge: Option<(String, Option<u16>)>,
    /// A name that no other app has.
    pub name: Option<String>,
    /// MiB that are to be free.
    pub memory: Option<u64>,
    pub method: Option<Method>,
    /// A fixed address that nobody may have yet.
    pub address: Option<String>,
    /// The guest that all is about, where there is one: it must be there and not locked.
    pub guest: Option<GuestKey>,
    /// Its storages must be able to take a snapshot.
    pub wants_snapshot: bool,
    /// Nothing may stand in the way of that guest to this node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves_to: Option<NodeName>,
    /// What the guest is called, in a plan that is about several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

impl Footing {
    pub fn on(host: HostId) -> Self {
        Self {
            host,
            node: None,
            rights: Vec::new(),
            rooms: Vec::new(),
            bridge: None,
            name: None,
            memory: None,
            method: None,
            address: None,
            guest: None,
            wants_snapshot: false,
            moves_to: None,
            of: None,
        }
    }

    /// Whom it is about.
    pub fn called(&self) -> &str {
        self.of.as_deref().unwrap_or("it")
    }

    pub fn of_guest(guest: GuestKey) -> Self {
        Self { guest: Some(guest.clone()), ..Self::on(guest.host) }
    }
}

/// A privilege and where Proxmox asks for it; a pool may stand in for a guest's own path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Right {
    pub privilege: String,
    /// Any of these will do.
    pub paths: Vec<String>,
}

/// Room that is needed on a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub storage: String,
    /// Proxmox's word, such as `rootdir`, `vztmpl`, `backup`.
    pub content: String,
    /// GiB; zero where it is not known.
    pub gib: u64,
}
