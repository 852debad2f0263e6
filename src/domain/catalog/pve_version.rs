//! A version of Proxmox VE as recipes name it: `9.1`. What must hold: 9.10 comes after 9.9.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PveVersion {
    pub major: u16,
    pub minor: u16,
}

impl PveVersion {
    /// Of what a node says it runs: `9.2.11`, `8.4-1`.
    pub fn of(said: &str) -> Option<Self> {
        let mut parts = said.split(['.', '-', '~', '+']).map_while(|part| part.parse().ok());
        Some(Self { major: parts.next()?, minor: parts.next().unwrap_or(0) })
    }
}

impl TryFrom<String> for PveVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        let version = parts.map(|(major, minor)| Self { major, minor }).filter(|version| version.to_string() == text);
        version.ok_or_else(|| format!("`{text}` is no version of Proxmox VE; write it as in `9.1`"))
    }
}

impl From<PveVersion> for String {
    fn from(version: PveVersion) -> Self {
        version.to_string()
    }
}

impl fmt::Display for PveVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
