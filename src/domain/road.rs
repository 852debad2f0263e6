//! The ways into a guest: by which of them a command can be run inside it, in the order in which they are tried, and why
//! one of them is shut. What must hold: a road that is shut says why, and what would open it.

use std::{fmt, sync::Arc};

/// A way to run something inside a guest, the best one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Road {
    /// The guest's console, through Proxmox's own API.
    Console,
    /// SSH into the guest.
    GuestSsh,
    /// SSH to its node, and `pct exec` there.
    HostSsh,
}

impl Road {
    pub const ALL: [Self; 3] = [Self::Console, Self::GuestSsh, Self::HostSsh];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::GuestSsh => "guest-ssh",
            Self::HostSsh => "host-ssh",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|road| road.slug() == slug)
    }

    /// Where room is short.
    pub fn short(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::GuestSsh => "ssh",
            Self::HostSsh => "node",
        }
    }

    /// For a line of a screen, such as `SSH into the guest`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::GuestSsh => "SSH into the guest",
            Self::HostSsh => "SSH to the node",
        }
    }
}

impl fmt::Display for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// One road, and whether it can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub road: Road,
    pub state: WayState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayState {
    /// With which credential, such as `token proximity@pve!deck`.
    Open {
        with: Arc<str>,
    },
    Shut {
        why: Arc<str>,
        remedy: Arc<str>,
    },
}

impl Way {
    pub fn open(road: Road, with: impl Into<Arc<str>>) -> Self {
        Self { road, state: WayState::Open { with: with.into() } }
    }

    pub fn shut(road: Road, why: impl Into<Arc<str>>, remedy: impl Into<Arc<str>>) -> Self {
        Self { road, state: WayState::Shut { why: why.into(), remedy: remedy.into() } }
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, WayState::Open { .. })
    }
}

/// How it stands with a road that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Well,
    /// A person sits at the console, or another script carries a file over it, and nobody types in between.
    MakesWay,
    /// It broke, and is looked for again.
    Broken(Arc<str>),
}

/// The columns and rows of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    pub columns: u16,
    pub rows: u16,
}
