//! How a host's picture is written down: rows of our own, so that a change of the fleet's types is never a change of
//! the file by accident. Trails and rates are not kept: they would draw a line over the time nobody looked.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{
    fleet::{Guest, GuestKind, Listing, Node, NodeStatus, Power, Storage, Traffic, Usage},
    ids::{GuestKey, HostId, NodeKey, NodeName, Vmid},
    trail::Trail,
};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Facts {
    pub cluster: Option<Arc<str>>,
    pub version: Option<Arc<str>>,
    pub listing: Listing,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NodeRow {
    name: NodeName,
    status: NodeStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cores: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<UsageRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk: Option<UsageRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uptime: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Arc<str>>,
}

/// Used, total.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct UsageRow(u64, u64);

impl From<Usage> for UsageRow {
    fn from(usage: Usage) -> Self {
        Self(usage.used, usage.total)
    }
}

impl From<UsageRow> for Usage {
    fn from(UsageRow(used, total): UsageRow) -> Self {
        Self { used, total }
    }
}

impl From<&Node> for NodeRow {
    fn from(node: &Node) -> Self {
        Self {
            name: node.key.node.clone(),
            status: node.status,
            cpu: node.cpu,
            cores: node.cores,
            memory: node.memory.map(Into::into),
            disk: node.disk.map(Into::into),
            uptime: node.uptime,
            version: node.version.clone(),
        }
    }
}

impl NodeRow {
    pub(super) fn of(self, host: &HostId) -> Node {
        Node {
            key: NodeKey { host: host.clone(), node: self.name },
            status: self.status,
            cpu: self.cpu,
            cores: self.cores,
            memory: self.memory.map(Into::into),
            disk: self.disk.map(Into::into),
            uptime: self.uptime,
            version: self.version,
            cpu_trail: Trail::default(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StorageRow {
    node: NodeName,
    name: Arc<str>,
    kind: Arc<str>,
    shared: bool,
    available: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<UsageRow>,
    content: Arc<str>,
}

impl From<&Storage> for StorageRow {
    fn from(storage: &Storage) -> Self {
        Self {
            node: storage.node.clone(),
            name: storage.name.clone(),
            kind: storage.kind.clone(),
            shared: storage.shared,
            available: storage.available,
            usage: storage.usage.map(Into::into),
            content: storage.content.clone(),
        }
    }
}

impl StorageRow {
    pub(super) fn of(self, host: &HostId) -> Storage {
        Storage {
            host: host.clone(),
            node: self.node,
            name: self.name,
            kind: self.kind,
            shared: self.shared,
            available: self.available,
            usage: self.usage.map(Into::into),
            content: self.content,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GuestRow {
    vmid: Vmid,
    kind: GuestKind,
    name: Arc<str>,
    node: NodeName,
    power: Power,
    #[serde(default, skip_serializing_if = "is_false")]
    template: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cores: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<UsageRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk: Option<UsageRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uptime: Option<u64>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl From<&Guest> for GuestRow {
    fn from(guest: &Guest) -> Self {
        Self {
            vmid: guest.vmid(),
            kind: guest.kind,
            name: guest.name.clone(),
            node: guest.node.clone(),
            power: guest.power,
            template: guest.is_template,
            lock: guest.lock.clone(),
            tags: guest.tags.clone(),
            pool: guest.pool.clone(),
            cpu: guest.cpu,
            cores: guest.cores,
            memory: guest.memory.map(Into::into),
            disk: guest.disk.map(Into::into),
            uptime: guest.uptime,
        }
    }
}

impl GuestRow {
    pub(super) fn of(self, host: &HostId) -> Guest {
        Guest {
            key: GuestKey { host: host.clone(), vmid: self.vmid },
            kind: self.kind,
            name: self.name,
            node: self.node,
            power: self.power,
            is_template: self.template,
            lock: self.lock,
            tags: self.tags,
            pool: self.pool,
            cpu: self.cpu,
            cores: self.cores,
            memory: self.memory.map(Into::into),
            disk: self.disk.map(Into::into),
            uptime: self.uptime,
            traffic: Traffic::default(),
            cpu_trail: Trail::default(),
        }
    }
}
