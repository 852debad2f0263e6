//! Names of things. A vmid or a node name alone identifies nothing: two hosts may both have node `pve` and guest 100,
//! so whatever must be found again carries its host.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id! {
    /// A host the operator added, by the name he gave it; it never changes, whatever the host's addresses do.
    HostId
}
text_id! {
    /// One machine of a host, as Proxmox names it.
    NodeName
}
text_id! {
    /// A storage of a host, as Proxmox names it.
    StorageName
}
text_id! {
    /// An app's stable id, such as `jellyfin-3f9a2c`. It outlives vmid and node: an update or a restore may change both.
    AppId
}
impl AppId {
    /// What stands for an app while one of its backups is tried; no app of the operator's.
    pub fn scratch_of(app: &Self) -> Self {
        Self::new(format!("{SCRATCH}{app}"))
    }

    pub fn is_scratch(&self) -> bool {
        self.as_str().starts_with(SCRATCH) || self.as_str().ends_with("-carrier")
    }
}

const SCRATCH: &str = "proof-";

text_id! {
    /// Proxmox's name for one of its tasks. Its parts are read by the client; here it is only handed on.
    Upid
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vmid(pub u32);

impl fmt::Display for Vmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of an operation in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OperationId(pub i64);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a guest is known by, written `host/vmid`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GuestKey {
    pub host: HostId,
    pub vmid: Vmid,
}

impl fmt::Display for GuestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.vmid)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAGuestKey;

impl FromStr for GuestKey {
    type Err = NotAGuestKey;

    fn from_str(text: &str) -> Result<Self, NotAGuestKey> {
        let (host, vmid) = text.rsplit_once('/').ok_or(NotAGuestKey)?;
        let vmid = vmid.parse().map_err(|_| NotAGuestKey)?;
        if host.is_empty() {
            return Err(NotAGuestKey);
        }
        Ok(Self { host: HostId::new(host), vmid: Vmid(vmid) })
    }
}

/// `host/node`, as the command line writes it; the host's name comes first and may hold no slash.
impl FromStr for NodeKey {
    type Err = NotANodeKey;

    fn from_str(text: &str) -> Result<Self, NotANodeKey> {
        match text.split_once('/') {
            Some((host, node)) if !host.is_empty() && !node.is_empty() && !node.contains('/') => {
                Ok(Self { host: HostId::new(host), node: NodeName::new(node) })
            }
            _ => Err(NotANodeKey),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANodeKey;

/// What a node is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeKey {
    pub host: HostId,
    pub node: NodeName,
}
