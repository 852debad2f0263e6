//! Where the content of a disk comes from.

use std::{fmt, str::FromStr};

use super::{DiskSize, NotReadable, Word};
use crate::proxmox::storage::VolumeId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A volume that is yet to be made.
    Fresh { storage: Word, size: DiskSize },
    /// Such as `local:101/vm-101-disk-0.raw`; in words, as it stands among the properties of a disk.
    Volume { storage: Word, path: Word },
    /// A folder or a device of the node itself; only root@pam may set one.
    Path(Word),
}

impl Source {
    /// The storage it lies on; a path of the node lies on none.
    pub fn storage(&self) -> Option<&Word> {
        match self {
            Self::Fresh { storage, .. } | Self::Volume { storage, .. } => Some(storage),
            Self::Path(_) => None,
        }
    }
}

impl FromStr for Source {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let unreadable = |what| NotReadable { what, text: text.to_owned() };
        if text.starts_with('/') {
            return Word::new(text).map(Self::Path).map_err(|_| unreadable("path"));
        }
        let volume: VolumeId = text.parse().map_err(|_| unreadable("volume"))?;
        let word = |part: &str| Word::new(part).map_err(|_| unreadable("volume"));
        let (storage, path) = (word(volume.storage().as_str())?, word(volume.path())?);
        Ok(match fresh(volume.path()) {
            Some(size) => Self::Fresh { storage, size },
            None => Self::Volume { storage, path },
        })
    }
}

/// `local:8` asks for a new disk of 8 GiB.
fn fresh(path: &str) -> Option<DiskSize> {
    let is_number = path.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number.then(|| format!("{path}G").parse().ok()).flatten()
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fresh { storage, size } => write!(f, "{storage}:{}", size.in_gib()),
            Self::Volume { storage, path } => write!(f, "{storage}:{path}"),
            Self::Path(path) => path.fmt(f),
        }
    }
}
