//! The one list that holds everything: guests, nodes, storages. It is asked for every few seconds, so it is written
//! straight to text; what the caller may not see is left out without a word.

use std::collections::HashMap;

use serde::Serialize;

use super::{Ask, Data, Outcome};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        refusal::Refusal,
        world::{guest::Guest, load::Load, metrics::Usage, node::Node, storage::Storage},
    },
};

/// A guest of a node that has been silent longer than this is in an unknown state.
const SILENT_MS: i64 = 300_000;

#[derive(Serialize)]
struct GuestRow<'a> {
    id: String,
    vmid: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    node: &'a str,
    name: String,
    status: &'static str,
    template: u8,
    uptime: u64,
    cpu: f64,
    maxcpu: u32,
    mem: u64,
    memhost: u64,
    maxmem: u64,
    disk: u64,
    maxdisk: u64,
    netin: u64,
    netout: u64,
    diskread: u64,
    diskwrite: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<&'a str>,
}

#[derive(Serialize)]
struct LostGuestRow<'a> {
    id: String,
    vmid: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    node: &'a str,
    status: &'static str,
}

#[derive(Serialize)]
struct NodeRow<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    node: &'a str,
    status: &'static str,
    level: &'static str,
    #[serde(rename = "cgroup-mode")]
    cgroup_mode: u8,
    #[serde(flatten)]
    vitals: Option<NodeNumbers>,
}

#[derive(Serialize)]
struct NodeNumbers {
    uptime: u64,
    cpu: f64,
    maxcpu: u32,
    mem: u64,
    maxmem: u64,
    disk: u64,
    maxdisk: u64,
}

#[derive(Serialize)]
struct StorageRow<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    storage: &'a str,
    node: &'a str,
    status: &'static str,
    plugintype: &'a str,
    content: &'a str,
    shared: u8,
    #[serde(flatten)]
    fill: Option<Fill>,
}

#[derive(Serialize)]
struct Fill {
    disk: u64,
    maxdisk: u64,
}

#[derive(Serialize)]
struct NetworkRow<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "network-type")]
    network_type: &'static str,
    network: &'static str,
    node: &'a str,
    status: &'static str,
}

pub fn resources(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let wanted = ask.given("type");
    let mut rows = Rows::default();
    let loads = guests(datacenter, ask, wanted.is_none_or(|kind| kind == "vm"), &mut rows)?;
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

#[derive(Default)]
struct Rows(Vec<u8>);

impl Rows {
    fn add(&mut self, row: &impl Serialize) -> Result<(), Refusal> {
        self.0.push(if self.0.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut self.0, row).map_err(|why| Refusal::died(why.to_string()))
    }

    fn text(mut self) -> String {
        if self.0.is_empty() {
            self.0.push(b'[');
        }
        self.0.push(b']');
        String::from_utf8(self.0).unwrap_or_default()
    }
}

/// Lists the guests, and gives what they use by node, which the nodes' rows need.
fn guests<'a>(
    datacenter: &'a Datacenter,
    ask: &Ask,
    are_listed: bool,
    rows: &mut Rows,
) -> Result<HashMap<&'a str, Load>, Refusal> {
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

fn is_silent(datacenter: &Datacenter, node: &str) -> bool {
    let since: Option<Moment> = datacenter.node(node).and_then(|node| node.down_since);
    since.is_some_and(|since| datacenter.now().0 - since.0 > SILENT_MS)
}

fn guest_row<'a>(datacenter: &Datacenter, guest: &'a Guest, usage: &Usage) -> GuestRow<'a> {
    GuestRow {
        id: format!("{}/{}", guest.kind.word(), guest.vmid),
        vmid: guest.vmid,
        kind: guest.kind.word(),
        node: &guest.node,
        name: guest.name(),
        status: if guest.is_running() { "running" } else { "stopped" },
        template: u8::from(guest.is_template()),
        uptime: guest.uptime(datacenter.heard_at(&guest.node)),
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
    for node in &datacenter.nodes {
        for storage in
            datacenter.storages.iter().filter(|storage| storage.is_on(&node.name) && sees(datacenter, ask, storage))
        {
            rows.add(&storage_row(datacenter, node, storage))?;
        }
    }
    Ok(())
}

/// Who may put something on a storage, or look after it, sees it.
pub fn sees(datacenter: &Datacenter, ask: &Ask, storage: &Storage) -> bool {
    let held = datacenter.rights(&ask.who, &format!("/storage/{}", storage.name)).held;
    held.has("Datastore.Audit") || held.has("Datastore.AllocateSpace")
}

fn storage_row<'a>(datacenter: &Datacenter, node: &'a Node, storage: &'a Storage) -> StorageRow<'a> {
    let seconds = datacenter.now().0 as f64 / 1000.0;
    let fill = node
        .is_online()
        .then(|| Fill { disk: storage.used(datacenter.seed, &node.name, seconds), maxdisk: storage.total });
    StorageRow {
        id: format!("storage/{}/{}", node.name, storage.name),
        kind: "storage",
        storage: storage.name,
        node: &node.name,
        status: if node.is_online() { "available" } else { "unknown" },
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
