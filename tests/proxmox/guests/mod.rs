//! Guests and their tasks, typed, against a host that answers with words taken from recordings.

mod changing;
mod finding;
mod legal;
mod living;
mod making;
mod moving;
mod values;
mod watching;

use proximity::domain::{
    app::{Marker, Method},
    ids::{AppId, NodeName},
};
use proximity::proxmox::guest::{Description, DiskSize, NewContainer, RootDisk, Word};

pub fn node() -> NodeName {
    NodeName::new("pve1")
}

pub fn word(text: &str) -> Word {
    text.parse().unwrap()
}

pub fn marker(operation: i64) -> Marker {
    Marker {
        operation: Some(operation),
        recipe: Some("jellyfin".into()),
        version: Some("10.9.11".into()),
        method: Some(Method::Compose),
        ..Marker::of(AppId::new("jellyfin-3f9a2c"))
    }
}

/// One that carries our line of operation 17.
pub fn container() -> NewContainer {
    let root = RootDisk::new(word("local"), DiskSize::gib(8));
    NewContainer {
        description: Description { marker: Some(marker(17)), notes: "for the living room".into() },
        ..NewContainer::new("local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst".parse().unwrap(), "jellyfin", root)
    }
}

/// The name of a task of type `kind` on `id`, by the login of the tests.
pub fn upid(kind: &str, id: &str, began: i64) -> String {
    format!("UPID:pve1:00001C8D:00056AC1:{began:08X}:{kind}:{id}:admin@pve!deck:")
}
