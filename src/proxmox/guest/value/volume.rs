//! Where the content of a disk comes from.

use std::{fmt, str::FromStr};

use super::{DiskSize, NotReadable, Word};

/// A volume of a storage, such as `local:101/vm-101-disk-0.raw`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VolumeName {
    pub storage: Word,
    pub name: Word,
}

impl FromStr for VolumeName {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let parts = || {
            let (storage, name) = text.split_once(':')?;
            let is_storage = !storage.contains(['/', ' ']);
            Some(Self { storage: Word::new(storage).ok().filter(|_| is_storage)?, name: Word::new(name).ok()? })
        };
        parts().ok_or_else(|| NotReadable { what: "volume", text: text.to_owned() })
    }
}

impl fmt::Display for VolumeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.storage, self.name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A volume that is yet to be made.
    Fresh {
        storage: Word,
        size: DiskSize,
    },
    Volume(VolumeName),
    /// A folder or a device of the node itself; only root@pam may set one.
    Path(Word),
}

impl Source {
    /// The storage it lies on; a path of the node lies on none.
    pub fn storage(&self) -> Option<&Word> {
        match self {
            Self::Fresh { storage, .. } => Some(storage),
            Self::Volume(volume) => Some(&volume.storage),
            Self::Path(_) => None,
        }
    }
}

impl FromStr for Source {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        if text.starts_with('/') {
            let path = Word::new(text).map_err(|_| NotReadable { what: "path", text: text.to_owned() })?;
            return Ok(Self::Path(path));
        }
        let volume: VolumeName = text.parse()?;
        Ok(match fresh(&volume) {
            Some(size) => Self::Fresh { storage: volume.storage, size },
            None => Self::Volume(volume),
        })
    }
}

/// `local:8` asks for a new disk of 8 GiB.
fn fresh(volume: &VolumeName) -> Option<DiskSize> {
    let number = volume.name.as_str();
    let is_number = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number.then(|| format!("{number}G").parse().ok()).flatten()
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fresh { storage, size } => write!(f, "{storage}:{}", size.in_gib()),
            Self::Volume(volume) => volume.fmt(f),
            Self::Path(path) => path.fmt(f),
        }
    }
}
