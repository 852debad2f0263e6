//! Everything about guests: how they are, how they are made, changed, copied, moved and removed. What must hold: an
//! order is sent once, and nothing optional goes to a node whose version does not know it.

pub(super) mod addresses;
pub(super) mod detail;
mod now;
mod power;
pub(super) mod value;

pub use now::GuestNow;
pub use power::{is_already_so, task_type};
pub use value::*;

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
