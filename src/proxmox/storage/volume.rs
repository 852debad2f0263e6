//! The name of a volume: `storage:path`. What must hold: what is read is written again letter by letter.

use std::{fmt, str::FromStr, sync::Arc};

use crate::domain::{
    fleet::GuestKind,
    ids::{StorageName, Vmid},
};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VolumeId {
    storage: StorageName,
    path: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a volume: that is a storage and a path, such as local:vztmpl/debian.tar.zst")]
pub struct NotAVolume(pub String);

impl VolumeId {
    pub fn new(storage: StorageName, path: impl Into<Arc<str>>) -> Self {
        Self { storage, path: path.into() }
    }

    /// A template that lies in `storage` under this file name.
    pub fn template(storage: StorageName, file: &str) -> Self {
        Self::new(storage, format!("vztmpl/{file}"))
    }

    pub fn storage(&self) -> &StorageName {
        &self.storage
    }

    /// Within the storage.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whose backup it is, by its name: `backup/vzdump-lxc-100-…` in a folder, `backup/ct/100/…` in a backup server.
    pub fn backup_of(&self) -> Option<(GuestKind, Vmid)> {
        let name = self.path.strip_prefix("backup/")?;
        let (kind, rest) = match name.strip_prefix("vzdump-") {
            Some(rest) => rest.split_once('-')?,
            None => name.split_once('/')?,
        };
        let kind = match kind {
            "lxc" | "ct" => GuestKind::Container,
            "qemu" | "vm" => GuestKind::Machine,
            _ => return None,
        };
        let id = rest.split(['-', '/']).next()?.parse().ok()?;
        Some((kind, Vmid(id)))
    }
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.storage, self.path)
    }
}

impl FromStr for VolumeId {
    type Err = NotAVolume;

    fn from_str(text: &str) -> Result<Self, NotAVolume> {
        let (storage, path) = text.split_once(':').ok_or_else(|| NotAVolume(text.into()))?;
        let is_name = storage.starts_with(|first: char| first.is_ascii_alphabetic())
            && storage.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        if !is_name || path.is_empty() || path.starts_with('/') {
            return Err(NotAVolume(text.into()));
        }
        Ok(Self::new(StorageName::new(storage), path))
    }
}
