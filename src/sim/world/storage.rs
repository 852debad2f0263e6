//! Storages: where disks, templates and backups are. One that is shared has the same fill on every node.

use std::sync::Arc;

use super::guest::Config;
use crate::sim::{
    hash::{mix, wander},
    shell::Inside,
};

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
    pub condition: Condition,
}

/// What is wrong with a storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    #[default]
    Fine,
    /// Not a byte more fits.
    Full,
    /// Nobody answers where it should be.
    Offline,
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
    /// What a backup holds; nothing for a template.
    pub saved: Option<Arc<Saved>>,
    /// What an OCI image says of itself; nothing for other templates.
    pub image: Option<Arc<Image>>,
    /// The one node it lies on, of a storage that is not shared; nothing where every node has it.
    pub node: Option<String>,
    /// What a backup server knows of it besides.
    pub seal: Option<Seal>,
}

/// What a backup server says of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Fingerprint of the key it was encrypted with.
    pub key: Option<String>,
    /// Whether the last verification found it whole; nothing before there was one.
    pub is_whole: Option<bool>,
}

impl Volume {
    /// A file that nothing more is known of.
    pub fn plain(content: &'static str, path: String, format: &'static str, size: u64, made: i64) -> Self {
        let (vmid, notes, saved, image, node, seal) = (None, None, None, None, None, None);
        Self { content, path, format, size, made, vmid, notes, is_protected: false, saved, image, node, seal }
    }

    pub fn is_on(&self, node: &str) -> bool {
        self.node.as_deref().is_none_or(|one| one == node)
    }
}

/// An OCI image as its maker left it: what a container made of it takes over.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Image {
    /// As it was asked for: `docker.io/library/nginx:1.27`.
    pub reference: String,
    /// Entrypoint and command, word by word.
    pub entrypoint: Vec<String>,
    /// `NAME=value`
    pub env: Vec<String>,
    /// Who its process runs as: a name or a number, perhaps `user:group`; empty for root.
    pub user: String,
    pub workdir: String,
    /// Folders that it wants kept.
    pub volumes: Vec<String>,
    pub ports: Vec<u16>,
    /// The system its os-release names, such as `alpine`; empty where there is none.
    pub system: String,
}

/// A container as its backup holds it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Saved {
    pub config: Config,
    /// Bytes that come out of it.
    pub unpacked: u64,
    pub damage: Damage,
    pub inside: Inside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Damage {
    #[default]
    None,
    /// It ends too early: the configuration can be read, the files cannot.
    Truncated,
    /// Not even the configuration can be read.
    Garbage,
}

impl Storage {
    pub fn is_on(&self, node: &str) -> bool {
        self.nodes.is_empty() || self.nodes.iter().any(|one| one == node)
    }

    pub fn takes(&self, content: &str) -> bool {
        self.content.split(',').any(|one| one == content)
    }

    /// Where its files lie on a node.
    pub fn folder(&self) -> String {
        self.option("path").map_or_else(|| format!("/mnt/pve/{}", self.name), str::to_owned)
    }

    /// Whether what lies on it are files with names of their own, as templates and archives need it.
    pub fn is_of_files(&self) -> bool {
        matches!(self.kind, "dir" | "btrfs" | "nfs" | "cifs" | "cephfs")
    }

    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// A volume as a node sees it.
    pub fn volume(&self, node: &str, path: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.path == path && volume.is_on(node))
    }

    /// What it breathes around; what guests and backups have added since the beginning comes on top.
    pub fn breath(&self, seed: u64, node: &str, seconds: f64) -> u64 {
        let place = if self.is_shared { 0 } else { node.bytes().fold(0, |sum, byte| mix(sum, u64::from(byte))) };
        let own = self.name.bytes().fold(place, |sum, byte| mix(sum, u64::from(byte)));
        let share = (self.fill + 0.01 * wander(mix(seed, own), seconds, 3_600.0)).clamp(0.0, 0.995);
        (self.total as f64 * share) as u64 & !4095
    }

    /// Why it cannot be used now, in the words of its kind.
    pub fn outage(&self) -> Option<String> {
        if self.condition != Condition::Offline {
            return None;
        }
        let (name, option) = (self.name, |key: &str| self.option(key).unwrap_or_default());
        Some(match self.kind {
            "pbs" => format!(
                "{name}: error fetching datastores - 500 Can't connect to {}:8007 (No route to host)",
                option("server")
            ),
            "dir" | "btrfs" => format!(
                "unable to activate storage '{name}' - directory '{}' does not exist or is unreachable",
                option("path")
            ),
            "lvmthin" | "lvm" => format!("no such volume group '{}'", option("vgname")),
            "zfspool" => format!(
                "could not activate storage '{name}', zfs error: cannot import '{}': no such pool available",
                option("pool")
            ),
            _ => format!("storage '{name}' is not online"),
        })
    }
}
