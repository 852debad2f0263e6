//! How the storages of a host are set up, for all its nodes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{ContentKind, Retention};
use crate::{
    domain::ids::{NodeName, StorageName},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            lenient::switch,
            list::{List, Pairs},
        },
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageConfig {
    pub name: StorageName,
    pub kind: Arc<str>,
    pub content: BTreeSet<ContentKind>,
    /// Where it is; nothing means on every node.
    pub nodes: Option<BTreeSet<NodeName>>,
    pub is_disabled: bool,
    /// Set by hand or by the nature of its kind.
    pub is_shared: bool,
    /// What is kept of backups by itself.
    pub retention: Option<Retention>,
    /// How many protected backups a guest may have; `-1` is any number.
    pub max_protected: Option<i64>,
    /// For a change that must not overwrite another one.
    pub digest: Option<Arc<str>>,
    /// What only some kinds have: `path`, `server`, `pool`, `datastore`, …
    pub particular: BTreeMap<String, String>,
}

/// Kinds that are the same from every node, whatever is set.
const SHARED: [&str; 9] = ["nfs", "cifs", "cephfs", "rbd", "pbs", "iscsi", "iscsidirect", "zfs", "esxi"];

impl StorageConfig {
    fn read(pairs: Pairs) -> Option<Self> {
        let mut left: BTreeMap<_, _> = pairs.0.into_iter().collect();
        let name = StorageName::new(left.remove("storage").filter(|name| !name.is_empty())?);
        let kind: Arc<str> = left.remove("type").unwrap_or_default().into();
        let is_set = |text: Option<String>| text.as_deref().and_then(switch) == Some(true);
        let nodes = left
            .remove("nodes")
            .map(|nodes| nodes.split([',', ';', ' ']).filter(|node| !node.is_empty()).map(NodeName::new).collect());
        Some(Self {
            content: ContentKind::read_all(&left.remove("content").unwrap_or_default()),
            nodes,
            is_disabled: is_set(left.remove("disable")),
            is_shared: is_set(left.remove("shared")) || SHARED.contains(&&*kind),
            retention: left.remove("prune-backups").as_deref().map(Retention::read),
            max_protected: left.remove("max-protected-backups").and_then(|text| text.parse().ok()),
            digest: left.remove("digest").map(Arc::from),
            name,
            kind,
            particular: left,
        })
    }

    pub fn is_on(&self, node: &NodeName) -> bool {
        !self.is_disabled && self.nodes.as_ref().is_none_or(|nodes| nodes.contains(node))
    }
}

impl Client {
    /// By name.
    pub async fn storage_configs(&self) -> Result<Vec<StorageConfig>, ClientError> {
        let asked = Asked::get(&["storage"]);
        let answer = self.call(&asked).await?;
        let rows: List<Pairs> = answer.read(&asked.call)?;
        let mut found: Vec<_> = rows.0.into_iter().filter_map(StorageConfig::read).collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    pub async fn storage_config(&self, storage: &StorageName) -> Result<StorageConfig, ClientError> {
        let asked = Asked::get(&["storage", storage.as_str()]);
        let answer = self.call(&asked).await?;
        let said: Pairs = answer.read(&asked.call)?;
        StorageConfig::read(said).ok_or(ClientError::Rubbish { call: asked.call, why: "it names no storage".into() })
    }
}
