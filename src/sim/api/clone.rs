//! Copying a container. Everything that speaks against it is said at once; what only copying shows is left to the task.

use std::{collections::BTreeMap, net::Ipv4Addr};

use serde_json::{Value, json};

use super::{Ask, Endpoint, Guard::Needs, Outcome, post, snapshots};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, number, text},
    },
    datacenter::Datacenter,
    disks::Feature,
    hash::mix,
    life::{
        Step,
        clones::{Copy, to_copy},
    },
    refusal::Refusal,
    work::unlocked,
    world::{
        guest::{Config, Guest, Kind},
        mount::{Mount, Source, is_mount},
        options::{fresh_mac, kept, stem},
        task::Work,
    },
};

pub const ENDPOINTS: &[Endpoint] =
    &[post("/nodes/{node}/lxc/{vmid}/clone", Needs("/vms/{vmid}", "VM.Clone"), CLONE, clone)];

const CLONE: &[Rule] = &[
    number("bwlimit").least(0),
    text("description"),
    boolean("full"),
    text("hostname").format(formats::dns_name),
    integer("newid").format(formats::vmid).least(100).most(999_999_999).needed(),
    text("pool").format(formats::pool_id),
    snapshots::NAME,
    text("storage").format(formats::storage_id),
    text("target").format(formats::node),
];

/// A link is made in no time.
const LINK_MS: i64 = 600;

fn clone(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let newid = ask.number("newid").unwrap_or(0) as u32;
    may_make(datacenter, ask, newid)?;
    datacenter.known_pool(ask.given("pool"))?;
    let target = ask.given("target").filter(|target| *target != ask.node() && *target != "localhost");
    places(datacenter, ask, target)?;
    datacenter.quorate()?;
    let source = ask.guest(datacenter, Kind::Container)?;
    unlocked(source).map_err(Refusal::died)?;
    datacenter.unused_id(newid)?;
    let copy = plan(datacenter, ask, source, newid, target)?;
    let guest = twin(datacenter, ask, source, &copy)?;
    let limit = ask.given("bwlimit").and_then(|limit| limit.parse::<f64>().ok()).map(|limit| limit as u64);
    let lasts = if copy.is_full { datacenter.copy_lasts(source.vmid, &copy.volumes, limit) } else { LINK_MS };
    datacenter.lock(copy.source, "disk");
    datacenter.guests.insert(newid, guest);
    let first = format!("creating a clone of container {} with ID {newid}", copy.source);
    let id = copy.source.to_string();
    let work = Work::Life(Step::Cloned(Box::new(copy)));
    let upid = datacenter.begin(ask.node(), "vzclone", &id, &ask.who.id(), lasts, work);
    let now = datacenter.now();
    if let Some(task) = datacenter.tasks.get_mut(&upid) {
        task.say(now, first);
    }
    Ok(json!(upid).into())
}

fn may_make(datacenter: &Datacenter, ask: &Ask, newid: u32) -> Result<(), Refusal> {
    let in_pool =
        ask.given("pool").is_some_and(|pool| datacenter.may(&ask.who, &format!("/pool/{pool}"), "VM.Allocate"));
    match in_pool || datacenter.may(&ask.who, &format!("/vms/{newid}"), "VM.Allocate") {
        true => Ok(()),
        false => Err(Refusal::forbidden("")),
    }
}

/// Node and storage that the copy is to go to.
fn places(datacenter: &Datacenter, ask: &Ask, target: Option<&str>) -> Result<(), Refusal> {
    if let Some(target) = target {
        datacenter.known_node(target)?;
    }
    let Some(storage) = ask.given("storage") else { return Ok(()) };
    datacenter.storage_on(storage, ask.node()).map_err(Refusal::died)?;
    let Some(target) = target else { return Ok(()) };
    match datacenter.storage_on(storage, target).map_err(Refusal::died)?.is_shared {
        true => Ok(()),
        false => Err(Refusal::died(format!("can't clone to non-shared storage '{storage}'"))),
    }
}

fn plan(datacenter: &Datacenter, ask: &Ask, source: &Guest, newid: u32, target: Option<&str>) -> Result<Copy, Refusal> {
    let is_full = ask.given("full").map_or(!source.is_template(), |full| full == "1");
    if !is_full && ask.given("storage").is_some() {
        return Err(Refusal::died("parameter 'storage' not allowed for linked clones"));
    }
    let config = config_of(ask, source)?;
    let copy = Copy {
        source: source.vmid,
        vmid: newid,
        volumes: to_copy(config),
        is_full,
        snapshot: ask.given("snapname").map(str::to_owned),
        storage: ask.given("storage").map(str::to_owned),
        target: target.map(str::to_owned),
        pool: ask.given("pool").map(str::to_owned),
        was_running: source.is_running(),
    };
    let mut is_shared = true;
    for (slot, mount) in &copy.volumes {
        is_shared &= may_copy(datacenter, ask, &copy, slot, mount)?;
    }
    match target {
        Some(target) if !is_shared => {
            Err(Refusal::died(format!("can't clone CT to node '{target}' (CT uses local storage)")))
        }
        _ => Ok(copy),
    }
}

/// The options that are copied: those of now, or of a snapshot.
fn config_of<'a>(ask: &Ask, source: &'a Guest) -> Result<&'a Config, Refusal> {
    match ask.given("snapname") {
        None => Ok(&source.config),
        Some(name) => source.snapshot(name).map(|snapshot| &snapshot.config).ok_or_else(|| snapshots::missing(name)),
    }
}

/// Says whether the copy's volume lies on a shared storage.
fn may_copy(datacenter: &Datacenter, ask: &Ask, copy: &Copy, slot: &str, mount: &Mount) -> Result<bool, Refusal> {
    let Some(disk) = mount.disk().filter(|_| mount.source() == Source::Volume) else {
        let word = mount.source().word();
        return Err(Refusal::died(format!("unable to clone mountpoint '{slot}' (type {word})")));
    };
    let name = copy.storage.as_ref().unwrap_or(&disk.storage);
    let storage = datacenter.storage(name);
    let storage = storage.ok_or_else(|| Refusal::died(format!("storage '{name}' does not exist")))?;
    datacenter.may_allocate_on(&ask.who, name)?;
    if copy.is_full && copy.was_running && copy.snapshot.is_none() {
        return Err(Refusal::died("Full clone of a running container is only possible from a snapshot"));
    }
    if !copy.is_full && !datacenter.can(Feature::Clone, mount, copy.snapshot.as_deref()) {
        return Err(Refusal::died(format!("Linked clone feature for '{}' is not available", mount.volume)));
    }
    Ok(storage.is_shared)
}

/// The copy as it is while its disks are still on their way.
fn twin(datacenter: &Datacenter, ask: &Ask, source: &Guest, copy: &Copy) -> Result<Guest, Refusal> {
    let own = mix(mix(datacenter.seed, u64::from(copy.vmid)), datacenter.now().0 as u64);
    let mut config = Config::new();
    for (name, value) in config_of(ask, source)? {
        match stem(name) {
            "unused" => {}
            _ if is_mount(name) || matches!(name.as_str(), "lock" | "parent" | "template") => {}
            "net" => {
                let card = fresh_mac(value.as_str().unwrap_or_default(), name, own);
                datacenter.may_use_bridge(&ask.who, &card)?;
                config.insert(name.clone(), json!(card));
            }
            _ => drop(config.insert(name.clone(), value.clone())),
        }
    }
    for name in ["hostname", "description"] {
        if let Some(text) = ask.given(name).filter(|text| !text.is_empty()) {
            config.insert(name.into(), kept(name, text, own));
        }
    }
    config.insert("lock".into(), Value::from("create"));
    Ok(Guest {
        vmid: copy.vmid,
        config,
        pending: Config::new(),
        pool: None,
        address: address(datacenter, copy.vmid),
        born: datacenter.now(),
        runs: Vec::new(),
        pid: 0,
        snapshots: Vec::new(),
        unused_sizes: BTreeMap::new(),
        ..source.clone()
    })
}

/// The address a container gets from the network: another one for every id, and for every datacenter that is told so.
pub fn address(datacenter: &Datacenter, vmid: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 77, 100, 0)) + vmid.wrapping_add(datacenter.lan) % 39_000)
}
