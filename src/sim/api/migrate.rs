//! Moving a container to another node: what speaks against it at once, and what a client may ask before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome,
    allowed::Place,
    get, post,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, number, text},
    },
    datacenter::Datacenter,
    ha::{Demand, sid},
    life::{
        Step,
        travel::{StorageMap, Trip, Way},
    },
    refusal::Refusal,
    turns::Turn,
    work::unlocked,
    world::{
        guest::{Guest, Kind},
        mount::mounts,
        task::Work,
    },
};

const MIGRATE: Guard = Needs("/vms/{vmid}", "VM.Migrate");

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/lxc/{vmid}/migrate", MIGRATE, &[text("target").format(formats::node)], preconditions),
    post("/nodes/{node}/lxc/{vmid}/migrate", MIGRATE, RULES, migrate),
];

const RULES: &[Rule] = &[
    number("bwlimit").least(0),
    boolean("online"),
    boolean("restart"),
    text("target").format(formats::node).needed(),
    text("target-storage").format(formats::storage_pairs),
    integer("timeout"),
];

/// What a shutdown may take, in seconds.
const PATIENCE: i64 = 180;
/// What is done before and after the copying.
const MARGIN_MS: i64 = 1_200;

fn preconditions(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let guest = ask.guest(datacenter, Kind::Container)?;
    unlocked(guest).map_err(Refusal::died)?;
    let others: Vec<&String> =
        datacenter.nodes.iter().map(|node| &node.name).filter(|name| *name != ask.node()).collect();
    let running = u8::from(guest.is_running());
    if !datacenter.ha.is_managed(guest) {
        return Ok(json!({ "running": running, "allowed-nodes": others, "not-allowed-nodes": {} }).into());
    }
    let said = HaSaid::of(datacenter, &sid(guest));
    let blocking = |node: &String| said.blocking.get(node).filter(|blocking| !blocking.is_empty());
    let allowed: Vec<_> = others.iter().filter(|node| blocking(node).is_none()).collect();
    let refused: Map<String, Value> = others
        .iter()
        .filter_map(|node| Some(((*node).clone(), json!({ "blocking-ha-resources": blocking(node)? }))))
        .collect();
    Ok(json!({
        "running": running, "allowed-nodes": allowed, "not-allowed-nodes": refused,
        "dependent-ha-resources": said.dependent,
    })
    .into())
}

/// What the rules of HA say of a resource that would move.
#[derive(Default)]
struct HaSaid {
    /// By node.
    blocking: BTreeMap<String, Vec<Value>>,
    dependent: BTreeSet<String>,
}

impl HaSaid {
    fn of(datacenter: &Datacenter, own: &str) -> Self {
        let mut said = Self::default();
        let items = |rule: &BTreeMap<String, Value>, key: &str| -> Vec<String> {
            let text = rule.get(key).and_then(Value::as_str).unwrap_or_default();
            text.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect()
        };
        let is_strict = |rule: &&BTreeMap<String, Value>| rule.get("strict").and_then(Value::as_i64) == Some(1);
        for rule in datacenter.ha.rules_of(own, "node-affinity").filter(is_strict) {
            let named: Vec<String> = items(rule, "nodes");
            let named: Vec<&str> = named.iter().filter_map(|node| node.split(':').next()).collect();
            for node in datacenter.nodes.iter().filter(|node| !named.contains(&node.name.as_str())) {
                said.block(&node.name, own, "node-affinity");
            }
        }
        for rule in datacenter.ha.rules_of(own, "resource-affinity") {
            let others = items(rule, "resources").into_iter().filter(|other| other != own);
            for other in others {
                if rule.get("affinity").and_then(Value::as_str) == Some("positive") {
                    said.dependent.insert(other);
                } else if let Some(guest) = datacenter.guests.values().find(|guest| sid(guest) == other) {
                    said.block(&guest.node, &other, "resource-affinity");
                }
            }
        }
        said
    }

    fn block(&mut self, node: &str, by: &str, cause: &str) {
        self.blocking.entry(node.to_owned()).or_default().push(json!({ "sid": by, "cause": cause }));
    }
}

fn migrate(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let target = ask.text("target");
    if target == ask.node() {
        return Err(Refusal::parameter("target", "target is local node."));
    }
    datacenter.quorate()?;
    datacenter.known_node(target)?;
    let guest = ask.guest(datacenter, Kind::Container)?;
    let way = match (ask.is_set("online"), ask.is_set("restart")) {
        (true, _) => Way::Online,
        (false, true) => Way::Restart,
        (false, false) => Way::Offline,
    };
    if guest.is_running() && way == Way::Offline {
        return Err(Refusal::died("can't migrate running container without --online or --restart"));
    }
    let trip = Trip {
        vmid: guest.vmid,
        from: ask.node().to_owned(),
        to: target.to_owned(),
        way,
        timeout: ask.number("timeout").unwrap_or(PATIENCE),
        storages: storages(datacenter, ask, guest)?,
        began: datacenter.now(),
        was_running: guest.is_running(),
    };
    let who = ask.who.id();
    if datacenter.ha.is_managed(guest) {
        let demand = Demand::Move(target.to_owned());
        return Ok(json!(datacenter.ask_ha((guest.kind, trip.vmid), ask.node(), &who, demand)).into());
    }
    let turn = Turn { node: ask.node(), kind: Kind::Container, vmid: trip.vmid, name: "vzmigrate", who: &who };
    let (down, there) = lasts(datacenter, ask, guest, &trip);
    let steps = [
        (0, Work::Life(Step::Depart(trip.clone()))),
        (down, Work::Life(Step::Unload(trip.clone()))),
        (there, Work::Life(Step::Arrive(trip))),
    ];
    Ok(json!(datacenter.take_turn(&turn, &steps)).into())
}

/// When it is off, and when it is there.
fn lasts(datacenter: &Datacenter, ask: &Ask, guest: &Guest, trip: &Trip) -> (i64, i64) {
    let patience = trip.timeout.max(0) * 1_000;
    let down = match (trip.was_running, guest.temper.is_deaf) {
        (false, _) => 100,
        (true, true) => 2 * patience + 5_000,
        (true, false) => guest.temper.shutdown_ms as i64,
    };
    let limit = ask.given("bwlimit").and_then(|limit| limit.parse::<f64>().ok()).map(|limit| limit as u64);
    let is_local = |storage: &str| datacenter.storage(storage).is_some_and(|storage| !storage.is_shared);
    let local: Vec<_> = mounts(&guest.config)
        .into_iter()
        .filter(|(_, mount)| mount.disk().is_some_and(|disk| is_local(&disk.storage)))
        .collect();
    let copying = datacenter.copy_lasts(guest.vmid, &local, limit);
    let up = if trip.was_running { guest.temper.start_ms as i64 } else { 0 };
    (down, down + MARGIN_MS + copying + up)
}

/// `1`, one storage for all, or pairs.
fn storages(datacenter: &Datacenter, ask: &Ask, guest: &Guest) -> Result<StorageMap, Refusal> {
    let mut map = StorageMap::default();
    let Some(text) = ask.given("target-storage") else { return Ok(map) };
    let items: Vec<&str> = text.split([',', ';', ' ']).filter(|item| !item.is_empty()).collect();
    for item in &items {
        match item.split_once(':') {
            Some((from, to)) => drop(map.entries.insert(from.to_owned(), to.to_owned())),
            None if *item == "1" => {}
            None => map.default = Some((*item).to_owned()),
        }
    }
    if !items.contains(&"1") {
        datacenter.needs_at(&ask.who, Place::of(guest), "VM.Config.Disk")?;
    }
    for name in map.entries.values().chain(&map.default) {
        let storage = datacenter.storage_on(name, ask.text("target")).map_err(Refusal::died)?;
        datacenter.may_allocate_on(&ask.who, name)?;
        if !storage.takes("rootdir") {
            return Err(Refusal::died(format!("storage '{name}' does not support CT rootdirs")));
        }
    }
    Ok(map)
}
