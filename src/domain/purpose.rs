//! What a login may be good for on a host, in the operator's words, and what it lacks for that. What must hold: what was
//! not looked up is denied to nobody.

use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    See,
    Switch,
    Deploy,
    Console,
    Snapshot,
    BackUp,
    Clone,
    Migrate,
    Fetch,
    Schedule,
    Keep,
    NodeLog,
}

impl Purpose {
    pub const ALL: [Self; 12] = [
        Self::See,
        Self::Switch,
        Self::Deploy,
        Self::Console,
        Self::Snapshot,
        Self::BackUp,
        Self::Clone,
        Self::Migrate,
        Self::Fetch,
        Self::Schedule,
        Self::Keep,
        Self::NodeLog,
    ];

    /// Without these Proximity is of no use; the others each open one door more.
    pub fn is_basic(self) -> bool {
        matches!(self, Self::See | Self::Switch)
    }

    pub fn slug(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Switch => "switch",
            Self::Deploy => "deploy",
            Self::Console => "console",
            Self::Snapshot => "snapshot",
            Self::BackUp => "backup",
            Self::Clone => "clone",
            Self::Migrate => "migrate",
            Self::Fetch => "fetch",
            Self::Schedule => "schedule",
            Self::Keep => "ha",
            Self::NodeLog => "log",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::See => "seeing hosts, guests and storages",
            Self::Switch => "starting, stopping and restarting guests",
            Self::Deploy => "making, changing and removing containers",
            Self::Console => "consoles, and work inside containers",
            Self::Snapshot => "snapshots and going back to them",
            Self::BackUp => "backups and restores",
            Self::Clone => "clones",
            Self::Migrate => "moving guests to other nodes",
            Self::Fetch => "fetching templates and images from the network",
            Self::Schedule => "backup schedules that run without Proximity",
            Self::Keep => "keeping guests up with Proxmox HA",
            Self::NodeLog => "the logs of the nodes",
        }
    }
}

/// Something that our login may not do on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    pub purpose: Purpose,
    /// Privilege and path.
    pub missing: Vec<(&'static str, &'static str)>,
    /// Lines for a shell of the host, in their order, that allow it.
    pub grants: Arc<[String]>,
}

impl Denied {
    /// `VM.Backup at /vms`
    pub fn lacks(&self) -> String {
        let lacks: Vec<_> = self.missing.iter().map(|(privilege, path)| format!("{privilege} at {path}")).collect();
        lacks.join(", ")
    }
}
