//! One thing that stands in the way of a migration, as the operator reads it.

use std::fmt;

use super::{DiskSize, Slot};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::NodeName,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    SameNode,
    Runs,
    Locked(String),
    OtherArch { own: String, theirs: String },
    HaForbids { by: Vec<String> },
    BindMount { slot: Slot, path: String },
    NoStorage { slot: Slot, storage: String },
    StorageOff { slot: Slot, storage: String },
    NoContainers { slot: Slot, storage: String },
    Immovable { slot: Slot, kind: String },
    LinkedClone { slot: Slot, volume: String },
    Snapshots { slot: Slot, kind: String },
    NoBridge { net: u8, bridge: String },
    LittleMemory { needed: DiskSize, free: DiskSize },
    LittleSpace { storage: String, needed: DiskSize, free: DiskSize },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameNode => write!(f, "it is on this node already"),
            Self::Runs => write!(f, "it runs, and a container cannot move while it does"),
            Self::Locked(lock) => write!(f, "Proxmox holds it locked for: {lock}"),
            Self::OtherArch { own, theirs } => write!(f, "the node is {theirs}, the container comes from {own}"),
            Self::HaForbids { by } if by.is_empty() => write!(f, "an HA rule keeps it off this node"),
            Self::HaForbids { by } => write!(f, "an HA rule keeps it off this node, because of {}", by.join(", ")),
            Self::BindMount { slot, path } => write!(f, "{slot} is the folder {path} of its node"),
            Self::NoStorage { slot, storage } => write!(f, "{slot} lies on {storage}, which the node does not have"),
            Self::StorageOff { storage, .. } => write!(f, "the storage {storage} is not online there"),
            Self::NoContainers { storage, .. } => write!(f, "the storage {storage} does not take containers there"),
            Self::Immovable { slot, kind } => write!(f, "{slot} lies on a storage of the kind {kind}, which stays"),
            Self::LinkedClone { slot, .. } => write!(f, "{slot} is a linked clone, which stays with its template"),
            Self::Snapshots { slot, kind } => write!(f, "{slot} has snapshots, which do not travel from {kind}"),
            Self::NoBridge { net, bridge } => write!(f, "net{net} hangs on {bridge}, which the node does not have"),
            Self::LittleMemory { needed, free } => {
                write!(f, "it needs {needed} of memory, and the node has {} free", free.rounded())
            }
            Self::LittleSpace { storage, needed, free } => {
                write!(f, "its disks need {needed} on {storage}, and {} are free", free.rounded())
            }
        }
    }
}

impl Obstacle {
    pub fn remedy(&self) -> String {
        match self {
            Self::SameNode => "choose another node".into(),
            Self::Runs => "let it be restarted on the way, or stop it first".into(),
            Self::Locked(_) => "wait until that task has ended".into(),
            Self::OtherArch { .. } => "choose a node of the same architecture".into(),
            Self::HaForbids { .. } => "change the rule in Proxmox (Datacenter, HA), or choose another node".into(),
            Self::BindMount { slot, .. } => format!("take {slot} out, or mark it as shared if the folder is on both"),
            Self::NoStorage { .. } | Self::StorageOff { .. } | Self::LittleSpace { .. } => {
                "choose another storage there for its disks".into()
            }
            Self::NoContainers { storage, .. } => {
                format!("add the content `Container` to {storage} in Proxmox (Datacenter, Storage), or choose another")
            }
            Self::Immovable { slot, .. } => format!("move {slot} to another storage of its node first"),
            Self::LinkedClone { .. } => "make a full clone of it, and move that one".into(),
            Self::Snapshots { .. } => "remove its snapshots first".into(),
            Self::NoBridge { net, bridge } => format!("make {bridge} there, or put net{net} on another bridge"),
            Self::LittleMemory { .. } => "stop a guest there, or choose another node".into(),
        }
    }

    /// The same for the operator; `name` is what he calls the guest.
    pub fn into_fault(self, name: &str, target: &NodeName) -> Fault {
        let what = format!("{name} cannot move to {target}");
        Fault::lasting(FaultCode::Refused, what, self.to_string(), self.remedy())
    }
}
