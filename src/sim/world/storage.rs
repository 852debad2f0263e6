//! Storages: where disks, templates and backups are. One that is shared has the same fill on every node.

use crate::sim::hash::{mix, wander};

#[derive(Debug, Clone)]
pub struct Storage {
    pub name: &'static str,
    /// Proxmox's word: `dir`, `lvmthin`, `zfspool`, `nfs`, `pbs`.
    pub kind: &'static str,
    pub content: &'static str,
    /// Empty when every node has it.
    pub nodes: Vec<String>,
    pub is_shared: bool,
    pub total: u64,
    /// How full it is at the start, 0 to 1.
    pub fill: f64,
    /// What its configuration says besides, such as path or server.
    pub options: Vec<(&'static str, String)>,
    pub volumes: Vec<Volume>,
}

/// A template, an ISO image or a backup.
#[derive(Debug, Clone)]
pub struct Volume {
    pub content: &'static str,
    /// Behind the colon of its volume id.
    pub path: String,
    pub format: &'static str,
    pub size: u64,
    /// Seconds since 1970
    pub made: i64,
    pub vmid: Option<u32>,
    pub notes: Option<String>,
    pub is_protected: bool,
}

impl Storage {
    pub fn is_on(&self, node: &str) -> bool {
        self.nodes.is_empty() || self.nodes.iter().any(|one| one == node)
    }

    pub fn takes(&self, content: &str) -> bool {
        self.content.split(',').any(|one| one == content)
    }

    pub fn makes_snapshots(&self) -> bool {
        matches!(self.kind, "lvmthin" | "zfspool" | "btrfs" | "rbd")
    }

    /// It breathes a little; what guests and backups add is not counted.
    pub fn used(&self, seed: u64, node: &str, seconds: f64) -> u64 {
        let place = if self.is_shared { 0 } else { node.bytes().fold(0, |sum, byte| mix(sum, u64::from(byte))) };
        let own = self.name.bytes().fold(place, |sum, byte| mix(sum, u64::from(byte)));
        let share = (self.fill + 0.01 * wander(mix(seed, own), seconds, 3_600.0)).clamp(0.0, 0.995);
        (self.total as f64 * share) as u64 & !4095
    }
}
