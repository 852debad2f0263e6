//! Which Proxmox VE answers; what it can do is decided by this and never by trying.

use std::{fmt, sync::Arc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// As Proxmox says it, such as `9.2.11`.
    pub text: Arc<str>,
    pub major: u16,
    pub minor: u16,
}

impl Version {
    /// Reads `9.2.11`, `7.4-17` and also `pve-manager/9.2.11/14a22df3`.
    pub fn read(text: &str) -> Option<Self> {
        let number = text.split('/').find(|part| part.starts_with(|first: char| first.is_ascii_digit()))?;
        let mut parts = number.split(['.', '-', '~', '+']).map_while(|part| part.parse().ok());
        Some(Self { text: number.into(), major: parts.next()?, minor: parts.next().unwrap_or(0) })
    }

    pub fn is_at_least(&self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
