//! Which Proxmox VE a node runs, and what that one can do. What must hold: what a node can is decided by its version and
//! never by trying, node by node, because a cluster that is being updated runs several.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{Ability, Client, ClientError, call::Asked};
use crate::domain::ids::NodeName;

/// How long a node is believed to run what it ran.
const AFRESH: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// As Proxmox says it, such as `9.2.11`.
    pub text: Arc<str>,
    pub major: u16,
    pub minor: u16,
    pub patch: u16,
}

impl Version {
    /// Reads `9.2.11`, `7.4-17` and also `pve-manager/9.2.11/14a22df3`.
    pub fn read(text: &str) -> Option<Self> {
        let number = text.split('/').find(|part| part.starts_with(|first: char| first.is_ascii_digit()))?;
        let mut parts = number.split(['.', '-', '~', '+']).map_while(|part| part.parse().ok());
        let (major, minor) = (parts.next()?, parts.next().unwrap_or(0));
        Some(Self { text: number.into(), major, minor, patch: parts.next().unwrap_or(0) })
    }

    pub fn is_at_least(&self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    pub fn can(&self, ability: Ability) -> bool {
        ability.is_in(self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What the nodes of a host were found to run, and when.
#[derive(Default)]
pub(super) struct NodeVersions(Mutex<HashMap<NodeName, (Instant, Version)>>);

impl NodeVersions {
    fn get(&self, node: &NodeName) -> Option<Version> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(node).filter(|(at, _)| at.elapsed() < AFRESH).map(|(_, version)| version.clone())
    }

    fn put(&self, node: &NodeName, version: Version) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(node.clone(), (Instant::now(), version));
    }
}

impl Client {
    /// What `node` runs, as it was told within the last minutes.
    pub async fn version_of(&self, node: &NodeName) -> Result<Version, ClientError> {
        match self.0.node_versions.get(node) {
            Some(version) => Ok(version),
            None => self.ask_version_of(node).await,
        }
    }

    /// What `node` runs now.
    pub(super) async fn ask_version_of(&self, node: &NodeName) -> Result<Version, ClientError> {
        let version = self.read_version(&Asked::get(&["nodes", node.as_str(), "version"])).await?;
        self.0.node_versions.put(node, version.clone());
        Ok(version)
    }

    /// Whether `node` can do it, for a parameter that is left out where it cannot.
    pub async fn can(&self, node: &NodeName, ability: Ability) -> Result<bool, ClientError> {
        Ok(self.version_of(node).await?.can(ability))
    }

    /// Stops with the reason where `node` cannot do it.
    pub async fn require(&self, node: &NodeName, ability: Ability) -> Result<(), ClientError> {
        let version = self.version_of(node).await?;
        if version.can(ability) {
            return Ok(());
        }
        Err(ClientError::NotOnThisVersion { node: node.clone(), ability, version: version.text })
    }
}
