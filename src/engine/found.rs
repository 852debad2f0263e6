//! What a host has for new apps: storages, bridges, pools, and what of that they would best go by. What must hold: what one
//! node does not tell hides nothing of the others.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::{FoundBridge, FoundStorage};
use crate::{
    domain::{
        fleet::{Node, NodeStatus},
        host::HostDefaults,
        ids::NodeName,
    },
    proxmox::{
        Client,
        cluster::{Bridge, BridgeKind},
        storage::{ContentKind, StorageNow, StorageSelection},
    },
};

/// Where snapshots cost nothing.
const SNAPSHOTS: [&str; 4] = ["lvmthin", "zfspool", "btrfs", "rbd"];
/// The pool that new apps come into, where there is one of this name.
pub(super) const POOL: &str = "proximity";

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    pub storages: Vec<FoundStorage>,
    pub bridges: Vec<FoundBridge>,
    pub pools: Vec<String>,
    /// Of software-defined networks, by name.
    zones: BTreeMap<String, String>,
}

/// Those that can be asked.
pub(super) fn online(nodes: &[Node]) -> Vec<NodeName> {
    let online = nodes.iter().filter(|node| node.status == NodeStatus::Online);
    online.map(|node| node.key.node.clone()).collect()
}

/// All questions go out together.
pub(super) async fn find(client: &Client, nodes: &[NodeName]) -> Found {
    let storages = join_all(nodes.iter().map(|node| client.storages(node, StorageSelection::All)));
    let bridges = join_all(nodes.iter().map(|node| client.bridges_of(node)));
    let (storages, bridges, pools, vnets) = tokio::join!(storages, bridges, client.pools(), client.vnets());
    let zones: BTreeMap<_, _> =
        vnets.unwrap_or_default().into_iter().map(|vnet| (vnet.name.to_string(), vnet.zone.to_string())).collect();
    let mut by_name = BTreeMap::new();
    for (node, told) in nodes.iter().zip(storages) {
        for storage in told.unwrap_or_default().into_iter().filter(|storage| storage.is_enabled) {
            add_storage(&mut by_name, node, &storage);
        }
    }
    let mut hung: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (node, told) in nodes.iter().zip(bridges) {
        // Where its zone is not told, nobody could be given the right to use it.
        let has_zone = |bridge: &Bridge| {
            bridge.kind != BridgeKind::Vnet || zones.contains_key(bridge.interface.name.as_ref() as &str)
        };
        for bridge in told.unwrap_or_default().into_iter().filter(has_zone) {
            hung.entry(bridge.interface.name.to_string()).or_default().push(node.to_string());
        }
    }
    Found {
        storages: by_name.into_values().collect(),
        bridges: hung.into_iter().map(|(name, nodes)| FoundBridge { name, nodes }).collect(),
        pools: pools.unwrap_or_default().into_iter().map(|pool| pool.name).collect(),
        zones,
    }
}

fn add_storage(found: &mut BTreeMap<String, FoundStorage>, node: &NodeName, storage: &StorageNow) {
    let holds = |kind| storage.content.contains(&kind);
    let seen = found.entry(storage.name.to_string()).or_insert_with(|| FoundStorage {
        name: storage.name.to_string(),
        kind: storage.kind.to_string(),
        nodes: Vec::new(),
        is_shared: storage.is_shared,
        holds_disks: holds(ContentKind::Containers),
        holds_backups: holds(ContentKind::Backups),
        holds_templates: holds(ContentKind::Templates),
        free: None,
        total: None,
    });
    seen.nodes.push(node.to_string());
    // What is unknown on one node is not less than what is known on another.
    if let Some(free) = storage.available
        && seen.free.is_none_or(|least| free < least)
    {
        seen.free = Some(free);
        seen.total = storage.usage.map(|usage| usage.total);
    }
}

/// The roomiest of those that most nodes have, for disks with snapshots that cost nothing; the bridge that most have.
pub(super) fn propose(found: &Found) -> HostDefaults {
    let best = |fits: fn(&FoundStorage) -> bool, first: fn(&FoundStorage) -> bool| {
        let rank = |storage: &&FoundStorage| (storage.nodes.len(), first(storage), storage.free);
        let fit = found.storages.iter().filter(|storage| fits(storage) && storage.free.is_some());
        fit.max_by_key(rank).map(|storage| storage.name.clone())
    };
    let most =
        |bridge: &&FoundBridge| (bridge.nodes.len(), bridge.name == "vmbr0", std::cmp::Reverse(bridge.name.clone()));
    HostDefaults {
        storage: best(|storage| storage.holds_disks, |storage| SNAPSHOTS.contains(&storage.kind.as_str())),
        backups: best(|storage| storage.holds_backups, |storage| storage.is_shared),
        templates: best(|storage| storage.holds_templates, |storage| storage.is_shared),
        bridge: found.bridges.iter().max_by_key(most).map(|bridge| bridge.name.clone()),
        pool: found.pools.iter().find(|pool| *pool == POOL).cloned(),
    }
}

impl Found {
    /// As rights name it.
    pub(super) fn with_zone(&self, bridge: &str) -> String {
        self.zones.get(bridge).map_or_else(|| bridge.to_owned(), |zone| format!("{zone}/{bridge}"))
    }

    /// Of its storages.
    pub(super) fn names(&self) -> Vec<String> {
        self.storages.iter().map(|storage| storage.name.clone()).collect()
    }
}
