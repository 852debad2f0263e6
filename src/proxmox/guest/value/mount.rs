//! `rootfs` and `mpN`: the disks of a container.

use std::{fmt, str::FromStr};

use super::{
    DiskSize, NotReadable, Others, Source, Word,
    parts::{Parts, Written},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootDisk {
    pub source: Source,
    /// As Proxmox tells it; a disk that is yet to be made has its size in its source.
    pub size: Option<DiskSize>,
    pub others: Others,
}

impl RootDisk {
    /// A new disk.
    pub fn new(storage: Word, size: DiskSize) -> Self {
        Self { source: Source::Fresh { storage, size }, size: None, others: Others::default() }
    }
}

impl FromStr for RootDisk {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let mut parts = Parts::read(text, "volume");
        let source = parts.take("volume").ok_or_else(|| NotReadable { what: "disk", text: text.to_owned() })?;
        Ok(Self { source, size: parts.take("size"), others: parts.rest() })
    }
}

impl fmt::Display for RootDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written::default().main("volume", &self.source.to_string()).with_some("size", self.size).ends(&self.others, f)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    pub source: Source,
    /// Where the container sees it.
    pub path: Word,
    pub size: Option<DiskSize>,
    pub is_backed_up: bool,
    pub is_read_only: bool,
    /// The same path is there on every node, so it does not stand in the way of a migration.
    pub is_shared: bool,
    pub others: Others,
}

impl Mount {
    /// A new disk that goes into the container's backups.
    pub fn new(storage: Word, size: DiskSize, path: Word) -> Self {
        Self {
            source: Source::Fresh { storage, size },
            path,
            size: None,
            is_backed_up: true,
            is_read_only: false,
            is_shared: false,
            others: Others::default(),
        }
    }
}

impl FromStr for Mount {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let unreadable = || NotReadable { what: "mount point", text: text.to_owned() };
        let mut parts = Parts::read(text, "volume");
        Ok(Self {
            source: parts.take("volume").ok_or_else(unreadable)?,
            path: parts.take("mp").ok_or_else(unreadable)?,
            size: parts.take("size"),
            is_backed_up: parts.take_switch("backup"),
            is_read_only: parts.take_switch("ro"),
            is_shared: parts.take_switch("shared"),
            others: parts.rest(),
        })
    }
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written::default()
            .main("volume", &self.source.to_string())
            .with("mp", &self.path)
            .with_switch("backup", self.is_backed_up)
            .with_switch("ro", self.is_read_only)
            .with_switch("shared", self.is_shared)
            .with_some("size", self.size)
            .ends(&self.others, f)
    }
}
