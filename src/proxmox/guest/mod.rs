//! Everything about guests: how they are, how they are made, changed, copied, moved and removed. What must hold: an
//! order is sent once, and nothing optional goes to a node whose version does not know it.

pub(super) mod addresses;
mod change;
mod clone;
pub(super) mod config;
mod create;
pub(super) mod detail;
mod ids;
mod journey;
pub(super) mod migrate;
mod new;
mod now;
mod obstacle;
mod obstacles;
mod options;
pub(super) mod pending;
mod place;
mod power;
mod remove;
mod rollback;
mod since;
pub(super) mod snapshot;
mod template;
pub(super) mod value;
mod volume;

pub use change::{Changed, ConfigChange, Setting, Unapplied};
pub use clone::{CloneKind, CloneOrder};
pub use config::{ConfigView, ContainerConfig, Digest};
pub(in crate::proxmox) use create::Order;
pub use create::{Newcomer, Tried};
pub use journey::{Luggage, Running};
pub use migrate::{Migration, Preconditions, StorageMap};
pub use new::{AfterCreation, Description, NewContainer, Privilege, Program};
pub use now::GuestNow;
pub use obstacle::Obstacle;
pub use obstacles::{Journey, copies, obstacles};
pub use options::Presence;
pub use pending::PendingChange;
pub use place::{Place, StoragePlace};
pub use power::{Insistence, UnderWay, is_already_so, task_type};
pub use remove::Removal;
pub use rollback::{AfterRollback, Feature, SnapshotRemoval};
pub use snapshot::{Snapshot, SnapshotName, Snapshots};
pub use value::*;
pub use volume::{Original, Resize, VolumeMove};

use crate::domain::{fleet::GuestKind, ids::NodeName};

/// Proxmox's name for a kind of guest, in paths.
pub(super) fn segment(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Container => "lxc",
        GuestKind::Machine => "qemu",
    }
}

/// The path of a container and what lies below it.
fn lxc<'a>(node: &'a NodeName, vmid: &'a str, below: &[&'a str]) -> Vec<&'a str> {
    [&["nodes", node.as_str(), "lxc", vmid], below].concat()
}
