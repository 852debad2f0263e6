//! The places for disks in a container's configuration.

use std::{fmt, str::FromStr};

use super::NotReadable;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    Root,
    Mount(u8),
    /// A volume that belongs to the container and is not mounted.
    Unused(u8),
}

impl FromStr for Slot {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let numbered = |prefix: &str| numbered(text, prefix);
        match text {
            "rootfs" => Some(Self::Root),
            _ => numbered("mp").map(Self::Mount).or_else(|| numbered("unused").map(Self::Unused)),
        }
        .ok_or_else(|| NotReadable { what: "place of a disk", text: text.to_owned() })
    }
}

/// The number in `mp12`; `mp012` and `mp+1` are none.
pub(in crate::proxmox::guest) fn numbered(text: &str, prefix: &str) -> Option<u8> {
    let digits = text.strip_prefix(prefix)?;
    let number: u8 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("rootfs"),
            Self::Mount(number) => write!(f, "mp{number}"),
            Self::Unused(number) => write!(f, "unused{number}"),
        }
    }
}
