//! The one list that holds everything: guests, nodes, storages. It is asked for every few seconds, so it is written
//! straight to text; what the caller may not see is left out without a word.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Ask, Data, Outcome,
    rows::{Fill, GuestRow, LostGuestRow, NetworkRow, NodeNumbers, NodeRow, Rows, StorageRow},
};
use crate::sim::{
    datacenter::Datacenter,
    refusal::Refusal,
    volumes::Fills,
    world::{
        access::Who,
        guest::Guest,
        load::{Load, Place},
        metrics::{Usage, usage},
        node::Node,
        storage::Storage,
    },
};

/// A guest of a node that has been silent longer than this is in an unknown state.
const SILENT_MS: i64 = 300_000;

pub fn resources(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let wanted = ask.given("type");
    let mut rows = Rows::default();
    let places = guests(datacenter, ask, &mut rows)?;
    if wanted.is_none_or(|kind| kind == "node") {
        for node in &datacenter.nodes {
            let load = places.get(node.name.as_str()).map_or_else(Load::default, |place| place.load);
            rows.add(&node_row(datacenter, ask, node, load))?;
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
fn guests<'a>(datacenter: &'a Datacenter, ask: &Ask, rows: &mut Rows) -> Result<HashMap<&'a str, Place>, Refusal> {
    let are_listed = ask.given("type").is_none_or(|kind| kind == "vm");
    let mut places: HashMap<&str, Place> = HashMap::new();
    let mut sight = Sight::of(datacenter, &ask.who);
    for guest in datacenter.guests.values() {
        let place = places.entry(&guest.node).or_insert_with(|| datacenter.place(&guest.node));
        let usage = usage(guest, datacenter.seed, place.heard);
        place.load.add(guest, guest.cores(place.cores), &usage);
        if are_listed && sight.reaches(guest) {
            list(datacenter, guest, &usage, place, rows)?;
        }
    }
    Ok(places)
}

fn list(datacenter: &Datacenter, guest: &Guest, usage: &Usage, place: &Place, rows: &mut Rows) -> Result<(), Refusal> {
    if datacenter.now().0 - place.heard.0 <= SILENT_MS {
        return rows.add(&guest_row(datacenter, guest, usage, place));
    }
    let kind = guest.kind.word();
    let id = format!("{kind}/{}", guest.vmid);
    rows.add(&LostGuestRow { id, vmid: guest.vmid, kind, node: &guest.node, status: "unknown" })
}

/// Which guests somebody sees. Where no grant names a guest, all guests of a pool are seen alike.
struct Sight<'a> {
    datacenter: &'a Datacenter,
    who: &'a Who,
    are_named: bool,
    by_pool: HashMap<Option<&'a str>, bool>,
}

impl<'a> Sight<'a> {
    fn of(datacenter: &'a Datacenter, who: &'a Who) -> Self {
        let are_named = datacenter.access.grants.iter().any(|grant| grant.path.starts_with("/vms/"));
        Self { datacenter, who, are_named, by_pool: HashMap::new() }
    }

    fn reaches(&mut self, guest: &'a Guest) -> bool {
        let look = || self.datacenter.may(self.who, &format!("/vms/{}", guest.vmid), "VM.Audit");
        match self.are_named {
            true => look(),
            false => *self.by_pool.entry(guest.pool.as_deref()).or_insert_with(look),
        }
    }
}

/// A guest as a pool lists it.
pub fn member_of_guest(datacenter: &Datacenter, guest: &Guest) -> Value {
    // Rows are plain: writing them into memory does not fail.
    let place = datacenter.place(&guest.node);
    serde_json::to_value(guest_row(datacenter, guest, &datacenter.usage(guest), &place)).unwrap_or_default()
}

/// A storage as a pool lists it: on the node that answers, or the first that has it.
pub fn member_of_storage(datacenter: &Datacenter, storage: &Storage) -> Value {
    let node = datacenter.here().filter(|node| storage.is_on(&node.name));
    let node = node.or_else(|| datacenter.nodes.iter().find(|node| storage.is_on(&node.name)));
    let row = node.map(|node| storage_row(datacenter, node, storage, &datacenter.fills()));
    serde_json::to_value(row).unwrap_or_default()
}

fn guest_row<'a>(datacenter: &Datacenter, guest: &'a Guest, usage: &Usage, place: &Place) -> GuestRow<'a> {
    GuestRow {
        id: format!("{}/{}", guest.kind.word(), guest.vmid),
        vmid: guest.vmid,
        kind: guest.kind.word(),
        node: &guest.node,
        name: guest.name(),
        status: if guest.ran_at(place.listed) { "running" } else { "stopped" },
        template: u8::from(guest.is_template()),
        uptime: guest.uptime(place.listed),
        cpu: usage.cpu,
        maxcpu: guest.cores(place.cores),
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
