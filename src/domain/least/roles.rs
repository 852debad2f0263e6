//! The roles of our own, each the same on every host of a version. What must hold: the name of a role says what is in it,
//! so two Proximities on one host never want different things of the same name.

use std::collections::BTreeSet;

use super::{Fetching, Holding};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Guests,
    Moves,
    Pool,
    Disks,
    Templates,
    Fetches,
    Bridges,
    Network,
    Audit,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Guests => "ProximityGuests",
            Self::Moves => "ProximityMoves",
            Self::Pool => "ProximityPool",
            Self::Disks => "ProximityStorage",
            Self::Templates => "ProximityTemplates",
            Self::Fetches => "ProximityFetches",
            Self::Bridges => "ProximityBridges",
            Self::Network => "ProximityNetwork",
            Self::Audit => "ProximityAudit",
        }
    }

    fn wants(self) -> &'static [&'static str] {
        match self {
            Self::Guests => &[
                "VM.Allocate",
                "VM.Audit",
                "VM.Backup",
                "VM.Clone",
                "VM.Config.CPU",
                "VM.Config.Disk",
                "VM.Config.Memory",
                "VM.Config.Network",
                "VM.Config.Options",
                "VM.Console",
                "VM.PowerMgmt",
                "VM.Snapshot",
            ],
            Self::Moves => &["VM.Migrate"],
            Self::Pool => &["Pool.Audit"],
            Self::Disks => &["Datastore.AllocateSpace", "Datastore.Audit"],
            Self::Templates => &["Datastore.Audit"],
            Self::Fetches => &["Datastore.AllocateTemplate", "Datastore.Audit"],
            Self::Bridges => &["SDN.Use"],
            Self::Network => &["Sys.AccessNetwork"],
            Self::Audit => &["Sys.Audit"],
        }
    }

    /// Those of them that the host knows.
    pub(super) fn privileges(self, known: &BTreeSet<String>) -> BTreeSet<String> {
        let more = (self == Self::Pool && is_before_nine(known)).then_some(&"Pool.Allocate");
        let wants = self.wants().iter().chain(more);
        wants.filter(|name| known.contains(**name)).map(|name| (*name).to_owned()).collect()
    }
}

/// Nothing comes into a pool there without the right to change it. Proxmox VE 9 took this privilege away.
fn is_before_nine(known: &BTreeSet<String>) -> bool {
    known.contains("VM.Monitor")
}

/// Disks and backups take space; templates are only looked at, or fetched.
pub(super) fn of_storage(holds: &BTreeSet<Holding>, fetches: Fetching) -> Vec<Role> {
    let takes_space = holds.contains(&Holding::Disks) || holds.contains(&Holding::Backups);
    let of_templates = holds.contains(&Holding::Templates).then_some(match fetches {
        Fetching::Allowed => Role::Fetches,
        Fetching::Left => Role::Templates,
    });
    takes_space.then_some(Role::Disks).into_iter().chain(of_templates).collect()
}
