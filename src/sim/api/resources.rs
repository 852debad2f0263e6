//! The one list that holds everything: guests, nodes, storages. It is asked for every few seconds, so it is written
//! straight to text; what the caller may not see is left out without a word.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Ask, Data, Outcome,
    rows::{Fill, GuestRow, LostGuestRow, NetworkRow, NodeNumbers, NodeRow, Rows, StorageRow},
};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        refusal::Refusal,
        volumes::Fills,
        world::{guest::Guest, load::Load, metrics::Usage, node::Node, storage::Storage},
    },
};

/// A guest of a node that has been silent longer than this is in an unknown state.
const SILENT_MS: i64 = 300_000;

pub fn resources(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let wanted = ask.given("type");
    let mut rows = Rows::default();
    let loads = guests(datacenter, ask, &mut rows)?;
    if wanted.is_none_or(|kind| kind == "node") {
        for node in &datacenter.nodes {
            rows.add(&node_row(datacenter, ask, node, loads.get(node.name.as_str()).copied().unwrap_or_default()))?;
        }
    }
    if wanted.is_none_or(|kind| kind == "storage") {
        storages(datacenter, ask, &mut rows)?;
    }
    if wanted.is_none_or(|kind| kind == "sdn") {
        networks(datacenter, ask, &mut rows)?;
    }
    Ok(Data::Written(rows.text()))
}

/// Lists the guests, and gives what they use by node, which the nodes' rows need.
fn guests<'a>(datacenter: &'a Datacenter, ask: &Ask, rows: &mut Rows) -> Result<HashMap<&'a str, Load>, Refusal> {
    let are_listed = ask.given("type").is_none_or(|kind| kind == "vm");
    let mut loads: HashMap<&str, Load> = HashMap::new();
    for guest in datacenter.guests.values() {
        let usage = datacenter.usage(guest);
        loads.entry(&guest.node).or_default().add(guest, datacenter.cores(guest), &usage);
        if !are_listed || !datacenter.may(&ask.who, &format!("/vms/{}", guest.vmid), "VM.Audit") {
            continue;
        }
        if is_silent(datacenter, &guest.node) {
            let id = format!("{}/{}", guest.kind.word(), guest.vmid);
            rows.add(&LostGuestRow {
                id,
                vmid: guest.vmid,
                kind: guest.kind.word(),
                node: &guest.node,
                status: "unknown",
            })?;
        } else {
            rows.add(&guest_row(datacenter, guest, &usage))?;
        }
    }
    Ok(loads)
}

/// A guest as a pool lists it.
pub fn member_of_guest(datacenter: &Datacenter, guest: &Guest) -> Value {
    // Rows are plain: writing them into memory does not fail.
    serde_json::to_value(guest_row(datacenter, guest, &datacenter.usage(guest))).unwrap_or_default()
}

/// A storage as a pool lists it: on the node that answers, or the first that has it.
pub fn member_of_storage(datacenter: &Datacenter, storage: &Storage) -> Value {
    let node = datacenter.here().filter(|node| storage.is_on(&node.name));
    let node = node.or_else(|| datacenter.nodes.iter().find(|node| storage.is_on(&node.name)));
    let row = node.map(|node| storage_row(datacenter, node, storage, &datacenter.fills()));
    serde_json::to_value(row).unwrap_or_default()
}

fn is_silent(datacenter: &Datacenter, node: &str) -> bool {
    let since: Option<Moment> = datacenter.node(node).and_then(|node| node.down_since);
    since.is_some_and(|since| datacenter.now().0 - since.0 > SILENT_MS)
}

fn guest_row<'a>(datacenter: &Datacenter, guest: &'a Guest, usage: &Usage) -> GuestRow<'a> {
    let listed = datacenter.listed_at(&guest.node);
    GuestRow {
        id: format!("{}/{}", guest.kind.word(), guest.vmid),
        vmid: guest.vmid,
        kind: guest.kind.word(),
        node: &guest.node,
        name: guest.name(),
        status: if guest.ran_at(listed) { "running" } else { "stopped" },
        template: u8::from(guest.is_template()),
        uptime: guest.uptime(listed),
        cpu: usage.cpu,
        maxcpu: datacenter.cores(guest),
        mem: usage.memory,
        memhost: 0,
        maxmem: guest.memory(),
        disk: usage.disk,
        maxdisk: guest.disk(),
        netin: usage.net_in,
        netout: usage.net_out,
        diskread: usage.read,
        diskwrite: usage.write,
        tags: guest.text("tags"),
        lock: guest.lock(),
        pool: guest.pool.as_deref(),
        hastate: datacenter.ha.state_of(guest),
    }
}

fn node_row<'a>(datacenter: &Datacenter, ask: &Ask, node: &'a Node, load: Load) -> NodeRow<'a> {
    let is_told = node.is_online() && datacenter.may(&ask.who, &format!("/nodes/{}", node.name), "Sys.Audit");
    let vitals = is_told.then(|| {
        let vitals = node.vitals(load, datacenter.seed, datacenter.now());
        NodeNumbers {
            uptime: vitals.uptime,
            cpu: vitals.cpu,
            maxcpu: node.cores,
            mem: vitals.memory,
            maxmem: node.memory,
            disk: vitals.root_used,
            maxdisk: node.root_total,
        }
    });
    let status = if node.is_online() { "online" } else { "offline" };
    NodeRow {
        id: format!("node/{}", node.name),
        kind: "node",
        node: &node.name,
        status,
        level: "",
        cgroup_mode: 1,
        vitals,
    }
}

fn storages(datacenter: &Datacenter, ask: &Ask, rows: &mut Rows) -> Result<(), Refusal> {
    let fills = datacenter.fills();
    for node in &datacenter.nodes {
        for storage in
            datacenter.storages.iter().filter(|storage| storage.is_on(&node.name) && sees(datacenter, ask, storage))
        {
            rows.add(&storage_row(datacenter, node, storage, &fills))?;
        }
    }
    Ok(())
}

/// Who may put something on a storage, or look after it, sees it.
pub fn sees(datacenter: &Datacenter, ask: &Ask, storage: &Storage) -> bool {
    let held = datacenter.rights(&ask.who, &format!("/storage/{}", storage.name)).held;
    held.has("Datastore.Audit") || held.has("Datastore.AllocateSpace")
}

fn storage_row<'a>(datacenter: &Datacenter, node: &'a Node, storage: &'a Storage, fills: &Fills<'a>) -> StorageRow<'a> {
    let is_there = node.is_online() && storage.outage().is_none();
    let fill = is_there.then(|| Fill { disk: datacenter.used_on(storage, &node.name, fills), maxdisk: storage.total });
    StorageRow {
        id: format!("storage/{}/{}", node.name, storage.name),
        kind: "storage",
        storage: storage.name,
        node: &node.name,
        status: if is_there { "available" } else { "unknown" },
        plugintype: storage.kind,
        content: storage.content,
        shared: u8::from(storage.is_shared),
        fill,
    }
}

fn networks(datacenter: &Datacenter, ask: &Ask, rows: &mut Rows) -> Result<(), Refusal> {
    let held = datacenter.rights(&ask.who, "/sdn/zones/localnetwork").held;
    if !held.has("SDN.Audit") && !held.has("SDN.Use") {
        return Ok(());
    }
    for node in datacenter.nodes.iter().filter(|node| node.is_online()) {
        rows.add(&NetworkRow {
            id: format!("network/{}/zone/localnetwork", node.name),
            kind: "network",
            network_type: "zone",
            network: "localnetwork",
            node: &node.name,
            status: "ok",
        })?;
    }
    Ok(())
}
