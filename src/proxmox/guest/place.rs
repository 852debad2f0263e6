//! What a node has for a container that would come to it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    domain::ids::NodeName,
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            lenient::{Flag, Int, Text},
            list::{List, Pairs, object},
        },
    },
};

/// A storage as one node has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoragePlace {
    pub name: String,
    /// Such as `dir` or `zfspool`.
    pub kind: String,
    pub takes_containers: bool,
    pub is_active: bool,
    pub is_shared: bool,
    /// Bytes
    pub free: Option<u64>,
}

/// What a node has for a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub node: NodeName,
    pub storages: Vec<StoragePlace>,
    pub bridges: BTreeSet<String>,
    pub arch: Option<String>,
    /// Bytes
    pub free_memory: Option<u64>,
}

impl Place {
    pub(super) fn storage(&self, name: &str) -> Option<&StoragePlace> {
        self.storages.iter().find(|storage| storage.name == name)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StorageRow<'a> {
    #[serde(borrow)]
    storage: Text<'a>,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    content: Text<'a>,
    active: Flag,
    enabled: Flag,
    shared: Flag,
    avail: Int,
}

impl StorageRow<'_> {
    /// Nothing for one that belongs to other nodes: it is told all the same.
    fn place(&self) -> Option<StoragePlace> {
        if self.enabled.0 == Some(false) {
            return None;
        }
        Some(StoragePlace {
            name: self.storage.as_deref()?.to_owned(),
            kind: self.kind.as_deref().unwrap_or_default().to_owned(),
            takes_containers: self.content.as_deref().unwrap_or_default().split(',').any(|kind| kind == "rootdir"),
            is_active: self.active.is_set(),
            is_shared: self.shared.is_set(),
            free: self.avail.0,
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BridgeRow<'a> {
    #[serde(borrow)]
    iface: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NodeSaid {
    #[serde(deserialize_with = "object")]
    memory: MemorySaid,
    #[serde(rename = "current-kernel")]
    kernel: Pairs,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MemorySaid {
    free: Int,
    available: Int,
}

impl Client {
    /// What a node has for a container that would come to it. What we may not see stays unknown.
    pub async fn place(&self, node: &NodeName) -> Result<Place, ClientError> {
        let (storages, bridges, said) = tokio::join!(self.storage_places(node), self.bridges(node), self.about(node));
        let said = said.unwrap_or_default();
        let machine = said.kernel.0.iter().find(|(name, _)| name == "machine").map(|(_, machine)| machine.as_str());
        Ok(Place {
            node: node.clone(),
            storages: storages?,
            bridges: bridges?,
            arch: machine.map(|machine| if machine == "x86_64" { "amd64" } else { machine }.to_owned()),
            free_memory: said.memory.available.0.or(said.memory.free.0),
        })
    }

    async fn storage_places(&self, node: &NodeName) -> Result<Vec<StoragePlace>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "storage"]).with("enabled", 1);
        let answer = self.call(&asked).await?;
        let rows: List<StorageRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(StorageRow::place).collect())
    }

    async fn bridges(&self, node: &NodeName) -> Result<BTreeSet<String>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "network"]).with("type", "any_bridge");
        let answer = self.call(&asked).await?;
        let rows: List<BridgeRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(|row| row.iface.as_deref().map(str::to_owned)).collect())
    }

    /// Refused without Sys.Audit on the node.
    async fn about(&self, node: &NodeName) -> Result<NodeSaid, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "status"]);
        let answer = self.call(&asked).await?;
        answer.read(&asked.call)
    }
}
