//! Moving a container to another node of its cluster.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{StoragePlace, Word, lxc, obstacles::Place};
use crate::{
    domain::ids::{NodeName, Upid, Vmid},
    proxmox::{
        Ability, Client, ClientError,
        call::Asked,
        wire::{
            lenient::{Flag, Int, Text},
            list::{List, Pairs, object},
        },
    },
};

/// Where the disks go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StorageMap {
    /// To storages of the same names.
    #[default]
    Same,
    All(Word),
    /// From and to.
    Each(Vec<(Word, Word)>),
}

impl StorageMap {
    /// Where what lies on `storage` ends up.
    pub fn target<'a>(&'a self, storage: &'a str) -> &'a str {
        match self {
            Self::Same => storage,
            Self::All(target) => target.as_str(),
            Self::Each(pairs) => {
                pairs.iter().find(|(from, _)| from.as_str() == storage).map_or(storage, |(_, to)| to.as_str())
            }
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Same => None,
            Self::All(target) => Some(target.to_string()),
            Self::Each(pairs) => {
                Some(pairs.iter().map(|(from, to)| format!("{from}:{to}")).collect::<Vec<_>>().join(","))
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    pub target: NodeName,
    /// A running container cannot move while it runs: it is shut down, moved and started again.
    pub restarts: bool,
    /// How many seconds it has for its shutdown.
    pub timeout: Option<u32>,
    pub storages: StorageMap,
}

/// What Proxmox itself says of where a container may go, since 9.0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preconditions {
    pub is_running: bool,
    /// Nothing where HA has no say.
    pub allowed: Option<BTreeSet<NodeName>>,
    /// The node, and the HA resources in its way.
    pub refused: Vec<(NodeName, Vec<String>)>,
    /// HA resources that would have to move along.
    pub dependent: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::proxmox) struct PreconditionsSaid {
    running: Flag,
    #[serde(rename = "allowed-nodes")]
    allowed: serde_json::Value,
    #[serde(rename = "not-allowed-nodes")]
    refused: serde_json::Value,
    #[serde(rename = "dependent-ha-resources")]
    dependent: serde_json::Value,
}

impl PreconditionsSaid {
    pub fn read(self) -> Preconditions {
        let refused = self.refused.as_object().into_iter().flatten().map(|(node, blocked)| {
            let by = blocked["blocking-ha-resources"].as_array().into_iter().flatten();
            (NodeName::new(node.as_str()), by.filter_map(|one| one["sid"].as_str()).map(str::to_owned).collect())
        });
        let refused = refused.collect();
        let allowed = self.allowed.is_array().then(|| texts(&self.allowed).map(NodeName::new).collect());
        Preconditions {
            is_running: self.running.is_set(),
            allowed,
            refused,
            dependent: texts(&self.dependent).map(str::to_owned).collect(),
        }
    }
}

fn texts(list: &serde_json::Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str)
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
    shared: Flag,
    avail: Int,
}

impl StorageRow<'_> {
    fn place(&self) -> Option<StoragePlace> {
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
    pub async fn begin_migration(
        &self,
        node: &NodeName,
        vmid: Vmid,
        migration: &Migration,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::post(&lxc(node, &vmid.to_string(), &["migrate"]))
            .with("target", &migration.target)
            .with_some("restart", migration.restarts.then_some(1))
            .with_some("timeout", migration.timeout.filter(|_| migration.restarts))
            .with_some("target-storage", migration.storages.text());
        self.begin(&asked).await
    }

    /// What Proxmox says of a migration; nothing before 9.0, which cannot tell.
    pub async fn migration_preconditions(
        &self,
        node: &NodeName,
        vmid: Vmid,
        target: &NodeName,
    ) -> Result<Option<Preconditions>, ClientError> {
        if !self.can(node, Ability::MigratePreconditions).await? {
            return Ok(None);
        }
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["migrate"])).with("target", target);
        let answer = self.call(&asked).await?;
        Ok(Some(answer.read::<PreconditionsSaid>(&asked.call)?.read()))
    }

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
