//! Making containers, from a template or from a backup. Rights, names and storages are judged at once, in Proxmox's
//! order; what lies in the archive shows in the task.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Ask, Endpoint, Guard::Anyone, Outcome, allowed::Place, clone::address, post, restore::restore};
use crate::sim::{
    check::{container::CREATE, property},
    datacenter::Datacenter,
    hash::mix,
    life::{
        Step,
        making::{Afterwards, Making},
    },
    refusal::Refusal,
    world::{
        guest::{Config, Guest, Kind, Temper},
        metrics::Profile,
        mount::{Mount, Source, is_mount},
        options::{kept, stem},
        password::Password,
        task::Work,
    },
};

pub const ENDPOINTS: &[Endpoint] = &[post("/nodes/{node}/lxc", Anyone, &CREATE, create)];

/// What a create call says that is no option of the container.
const NOT_KEPT: &[&str] = &[
    "vmid",
    "node",
    "ostemplate",
    "bwlimit",
    "force",
    "ha-managed",
    "ignore-unpack-errors",
    "password",
    "pool",
    "restore",
    "ssh-public-keys",
    "start",
    "storage",
    "unique",
    "unprivileged",
];

const CREATE_MS: i64 = 1_300;
fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let is_restore = ask.is_set("restore");
    if !is_restore && ask.given("unprivileged") == Some("0") {
        datacenter.needs(&ask.who, "/", "Sys.Modify")?;
    }
    if ask.is_set("ha-managed") {
        datacenter.needs(&ask.who, "/", "Sys.Console")?;
    }
    free_id(datacenter, ask)?;
    if !ask.text("ssh-public-keys").lines().all(is_key) {
        return Err(Refusal::died("SSH public key validation error"));
    }
    datacenter.known_pool(ask.given("pool"))?;
    may_make(datacenter, ask)?;
    let is_unprivileged = ask.given("unprivileged").map_or(!is_restore, |given| given == "1");
    let place = Place { vmid: ask.vmid(), pool: ask.given("pool"), old: None, is_unprivileged };
    for (name, text) in options(ask) {
        datacenter.may_set(&ask.who, place, name, Some(text))?;
    }
    may_read(datacenter, ask)?;
    let mounts = volumes(datacenter, ask)?;
    let options = plain_options(datacenter, ask)?;
    if is_restore { restore(datacenter, ask, mounts, options) } else { make(datacenter, ask, mounts, options) }
}

/// Whether a container is to be overwritten.
pub fn is_over(datacenter: &Datacenter, ask: &Ask) -> bool {
    ask.is_set("restore") && ask.is_set("force") && datacenter.guests.contains_key(&ask.vmid())
}

/// The id is free, or its container may be overwritten.
fn free_id(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let vmid = ask.vmid();
    if !is_over(datacenter, ask) {
        return datacenter.unused_id(vmid);
    }
    let guest =
        ask.guest(datacenter, Kind::Container).or_else(|_| datacenter.unused_id(vmid).and(Err(Refusal::died(""))))?;
    if guest.is_running() {
        return Err(Refusal::died("can't overwrite running container"));
    }
    match guest.is_set("protection") {
        true => Err(Refusal::died(format!("unable to restore CT {vmid} - protection mode enabled"))),
        false => Ok(()),
    }
}

fn is_key(line: &str) -> bool {
    let kinds = ["ssh-", "ecdsa-", "sk-"];
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| kinds.iter().any(|kind| word.starts_with(kind)));
    words.is_empty() || at.and_then(|at| words.get(at + 1)).is_some_and(|key| key.starts_with("AAAA"))
}

fn may_make(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let at_guest = |privilege| datacenter.may(&ask.who, &format!("/vms/{}", ask.vmid()), privilege);
    let in_pool = |pool| datacenter.may(&ask.who, &format!("/pool/{pool}"), "VM.Allocate");
    if at_guest("VM.Allocate") || ask.given("pool").is_some_and(in_pool) {
        return Ok(());
    }
    if !is_over(datacenter, ask) || !at_guest("VM.Backup") {
        return Err(Refusal::forbidden(""));
    }
    let was_unprivileged = datacenter.guests.get(&ask.vmid()).is_some_and(|guest| guest.is_set("unprivileged"));
    match was_unprivileged && ask.given("unprivileged") == Some("0") {
        true => datacenter.needs(&ask.who, "/", "Sys.Modify"),
        false => Ok(()),
    }
}

fn options(ask: &Ask) -> impl Iterator<Item = (&String, &String)> {
    ask.values.iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str()))
}

fn may_read(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let content = if ask.is_set("restore") { "backup" } else { "vztmpl" };
    match ask.text("ostemplate") {
        "-" => Err(Refusal::died("pipe requires cli environment")),
        volume => datacenter.may_use_volume(&ask.who, Some(ask.vmid()), volume, content),
    }
}

/// The volumes that were asked for, the root first, on storages that take them.
fn volumes(datacenter: &Datacenter, ask: &Ask) -> Result<Vec<(String, Mount)>, Refusal> {
    let storage = ask.given("storage").unwrap_or("local");
    let mut mounts = Vec::new();
    for (name, text) in options(ask).filter(|(name, _)| is_mount(name)) {
        let is_number = text.parse::<f64>().is_ok() && !text.starts_with(['+', '-', '.']);
        let text = if is_number { format!("{storage}:{text}") } else { text.clone() };
        mounts.extend(Mount::parse(name, &text).map(|mount| (name.clone(), mount)));
    }
    let has_root = mounts.iter().any(|(name, _)| name == "rootfs");
    if !mounts.is_empty() && !has_root {
        return Err(Refusal::died("mount points configured, but 'rootfs' not set - aborting"));
    }
    mounts.sort_by_key(|(name, _)| name.strip_prefix("mp").and_then(|number| number.parse::<u32>().ok()));
    for (_, mount) in mounts.iter().filter(|(_, mount)| mount.source() == Source::Volume) {
        usable(datacenter, ask, mount.volume.split(':').next().unwrap_or_default())?;
    }
    if !has_root {
        usable(datacenter, ask, storage)?;
    }
    Ok(mounts)
}

fn usable(datacenter: &Datacenter, ask: &Ask, name: &str) -> Result<(), Refusal> {
    let storage = datacenter.storage_on(name, ask.node()).map_err(Refusal::died)?;
    if !storage.takes("rootdir") {
        let text = format!("storage '{name}' does not support container directories");
        return Err(Refusal::parameter("storage", text));
    }
    datacenter.may_allocate_on(&ask.who, name)?;
    datacenter.active_storage(name, ask.node()).map(drop).map_err(Refusal::died)
}

/// Options that are no volumes, as they are kept.
fn plain_options(datacenter: &Datacenter, ask: &Ask) -> Result<Config, Refusal> {
    let own = mix(mix(datacenter.seed, u64::from(ask.vmid())), datacenter.now().0 as u64);
    let mut config = Config::new();
    let is_plain = |name: &str| !is_mount(name) && stem(name) != "unused";
    for (name, text) in options(ask).filter(|(name, _)| is_plain(name)) {
        if stem(name) == "net" {
            sensible_card(name, text)?;
        }
        config.insert(name.clone(), kept(name, text, own));
    }
    Ok(config)
}

/// What no card can be, however well it is written.
pub fn sensible_card(name: &str, text: &str) -> Result<(), Refusal> {
    let parts: BTreeMap<_, _> =
        property::parse(crate::sim::check::container::NETWORK, text, name).unwrap_or_default().into_iter().collect();
    let part = |key: &str| parts.get(key).map(String::as_str);
    if part("host-managed") == Some("1") && part("ip6") == Some("auto") && part("link_down") != Some("1") {
        let text = "SLAAC is not supported for host-managed network configuration.";
        return Err(Refusal::died(format!("{name}: {text}")));
    }
    match part("mtu").and_then(|mtu| mtu.parse::<u32>().ok()).filter(|mtu| *mtu > 1_500) {
        Some(mtu) => Err(Refusal::died(format!("{name}: MTU size '{mtu}' is bigger than bridge MTU '1500'"))),
        None => Ok(()),
    }
}

fn make(datacenter: &mut Datacenter, ask: &Ask, mut mounts: Vec<(String, Mount)>, mut options: Config) -> Outcome {
    let vmid = ask.vmid();
    if mounts.is_empty() {
        let storage = ask.given("storage").unwrap_or("local");
        mounts.extend(Mount::parse("rootfs", &format!("{storage}:4")).map(|mount| ("rootfs".to_owned(), mount)));
    }
    if ask.given("unprivileged") != Some("0") {
        options.insert("unprivileged".into(), json!(1));
    }
    let keys = ask.text("ssh-public-keys").to_owned();
    let making =
        Making { vmid, template: ask.text("ostemplate").to_owned(), options, mounts, then: afterwards(ask), keys };
    let password = ask.given("password").map(|text| Password::of(text, mix(datacenter.seed, u64::from(vmid))));
    datacenter.guests.insert(vmid, Guest { password, ..unmade(datacenter, ask) });
    let work = Work::Life(Step::Made(Box::new(making)));
    Ok(json!(datacenter.begin(ask.node(), "vzcreate", &vmid.to_string(), &ask.who.id(), CREATE_MS, work)).into())
}

/// What is done once it is there.
pub fn afterwards(ask: &Ask) -> Afterwards {
    let pool = ask.given("pool").map(str::to_owned);
    Afterwards { pool, starts: ask.is_set("start"), is_managed: ask.is_set("ha-managed") }
}

/// A container while it is being made: nothing but its lock.
pub fn unmade(datacenter: &Datacenter, ask: &Ask) -> Guest {
    Guest {
        vmid: ask.vmid(),
        kind: Kind::Container,
        node: ask.node().to_owned(),
        config: Config::from([("lock".to_owned(), Value::from("create"))]),
        pending: Config::new(),
        pool: None,
        profile: Profile::QUIET,
        address: address(datacenter, ask.vmid()),
        born: datacenter.now(),
        runs: Vec::new(),
        pid: 0,
        temper: Temper { start_ms: 900, shutdown_ms: 1_100, is_deaf: false },
        snapshots: Vec::new(),
        image: None,
        password: None,
        unused_sizes: BTreeMap::new(),
    }
}
