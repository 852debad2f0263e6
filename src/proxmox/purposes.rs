//! What a login may be good for, which privileges each purpose takes, and where. The names differ between versions:
//! Proxmox refuses a role with a privilege it does not know, so each is named only where it exists.

use super::{Ability, Version};
use crate::domain::purpose::Purpose;

/// Where a privilege is wanted: the path it is granted at, and below which ones it counts as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Everything,
    Guests,
    Storages,
    Bridges,
    Nodes,
}

impl Place {
    pub fn path(self) -> &'static str {
        match self {
            Self::Everything => "/",
            Self::Guests => "/vms",
            Self::Storages => "/storage",
            Self::Bridges => "/sdn/zones/localnetwork",
            Self::Nodes => "/nodes",
        }
    }

    /// A login that is confined to a pool or a few storages is good for those.
    pub(super) fn branches(self) -> &'static [&'static str] {
        match self {
            Self::Everything => &[],
            Self::Guests => &["/vms", "/pool"],
            Self::Storages => &["/storage", "/pool"],
            Self::Bridges => &["/sdn/zones"],
            Self::Nodes => &["/nodes"],
        }
    }

    /// For the name of a role.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Everything => "all",
            Self::Guests => "guests",
            Self::Storages => "storages",
            Self::Bridges => "bridges",
            Self::Nodes => "nodes",
        }
    }
}

const DEPLOY: &[&str] = &[
    "VM.Allocate",
    "VM.Audit",
    "VM.PowerMgmt",
    "VM.Config.Disk",
    "VM.Config.CPU",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
];

impl Purpose {
    /// What a host of this version asks for.
    pub fn needs(self, version: &Version) -> Vec<(&'static str, Place)> {
        use Place::{Bridges, Everything, Guests, Nodes, Storages};
        let at = |place, names: &[&'static str]| names.iter().map(|name| (*name, place)).collect::<Vec<_>>();
        match self {
            Self::See => {
                [at(Guests, &["VM.Audit"]), at(Everything, &["Sys.Audit"]), at(Storages, &["Datastore.Audit"])].concat()
            }
            Self::Switch => at(Guests, &["VM.PowerMgmt"]),
            Self::Deploy => {
                let bridges: &[_] = if version.can(Ability::BridgeRights) { &["SDN.Use"] } else { &[] };
                [
                    at(Guests, DEPLOY),
                    at(Storages, &["Datastore.AllocateSpace", "Datastore.Audit"]),
                    at(Bridges, bridges),
                ]
                .concat()
            }
            Self::Console => at(Guests, &["VM.Console"]),
            Self::Snapshot => at(Guests, &["VM.Snapshot"]),
            Self::BackUp => [at(Guests, &["VM.Backup"]), at(Storages, &["Datastore.AllocateSpace"])].concat(),
            Self::Clone => {
                [at(Guests, &["VM.Clone", "VM.Allocate"]), at(Storages, &["Datastore.AllocateSpace"])].concat()
            }
            Self::Migrate => at(Guests, &["VM.Migrate"]),
            Self::Fetch if version.can(Ability::NetworkRight) => {
                [at(Storages, &["Datastore.AllocateTemplate"]), at(Nodes, &["Sys.AccessNetwork"])].concat()
            }
            Self::Fetch => {
                [at(Storages, &["Datastore.AllocateTemplate"]), at(Everything, &["Sys.Audit", "Sys.Modify"])].concat()
            }
            Self::Schedule => {
                [at(Everything, &["Sys.Audit", "Sys.Modify"]), at(Storages, &["Datastore.Allocate"])].concat()
            }
            Self::Keep => at(Everything, &["Sys.Audit", "Sys.Console"]),
            Self::NodeLog => at(Nodes, &["Sys.Audit", "Sys.Syslog"]),
        }
    }
}
