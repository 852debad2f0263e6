//! Making and removing containers.

use std::net::Ipv4Addr;

use serde_json::json;

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, delete, post,
};
use crate::domain::moment::Moment;
use crate::sim::{
    check::{
        container::CREATE,
        rule::{Rule, boolean},
    },
    datacenter::Datacenter,
    hash::mix,
    refusal::Refusal,
    work::unlocked,
    world::{
        guest::{Config, Guest, Kind, Temper},
        metrics::Profile,
        options::{kept, made_volume, new_volume, stem},
        task::Work,
    },
};

pub const ENDPOINTS: &[Endpoint] = &[
    post("/nodes/{node}/lxc", Anyone, &CREATE, create),
    delete("/nodes/{node}/lxc/{vmid}", Needs("/vms/{vmid}", "VM.Allocate"), REMOVE, remove),
];

const REMOVE: &[Rule] = &[boolean("destroy-unreferenced-disks"), boolean("force"), boolean("purge")];

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
];

const CREATE_MS: i64 = 1_300;
const DESTROY_MS: i64 = 500;

fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    may_create(datacenter, ask)?;
    only_root(ask)?;
    datacenter.quorate()?;
    let vmid = ask.vmid();
    if let Some(known) = datacenter.guests.get(&vmid) {
        return Err(Refusal::died(format!("{} {vmid} already exists on node '{}'", known.kind.label(), known.node)));
    }
    if ask.is_set("restore") {
        return Err(Refusal::not_implemented("POST", &format!("/nodes/{}/lxc", ask.node())));
    }
    let result = template_there(datacenter, ask)?.map_err(|why| format!("unable to create CT {vmid} - {why}"));
    let config = config(datacenter, ask)?;
    datacenter.guests.insert(vmid, fresh(datacenter, ask, config));
    let work = match result {
        Ok(()) => Work::Make { vmid, starts: ask.is_set("start"), pool: ask.given("pool").map(str::to_owned) },
        Err(why) => Work::Unmake { vmid, why },
    };
    let upid = datacenter.begin(ask.node(), "vzcreate", &vmid.to_string(), &ask.who.id(), CREATE_MS, work);
    say_making(datacenter, &upid, ask.text("ostemplate"));
    Ok(json!(upid).into())
}

fn may_create(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let place = match ask.given("pool") {
        Some(pool) => format!("/pool/{pool}"),
        None => format!("/vms/{}", ask.vmid()),
    };
    if datacenter.may(&ask.who, &place, "VM.Allocate") { Ok(()) } else { Err(Refusal::forbidden("")) }
}

/// What nobody but root himself may ask for.
fn only_root(ask: &Ask) -> Result<(), Refusal> {
    if ask.who.is_root() {
        return Ok(());
    }
    let is_special = |part: &&str| !part.starts_with("nesting=");
    if ask.text("features").split(',').filter(|part| !part.is_empty()).any(|part| is_special(&part)) {
        return Err(Refusal::forbidden("changing feature flags (except nesting) is only allowed for root@pam"));
    }
    let is_bound = |(name, text): &(&String, &String)| stem(name) == "mp" && text.starts_with('/');
    if ask.values.iter().any(|pair| is_bound(&pair)) {
        return Err(Refusal::forbidden("mount point type bind is only allowed for root@pam"));
    }
    Ok(())
}

/// Whether the template is of the right kind at all, and then whether it is there: that shows only in the task.
fn template_there(datacenter: &Datacenter, ask: &Ask) -> Result<Result<(), String>, Refusal> {
    let volume = ask.text("ostemplate");
    let Some((storage, path)) = volume.split_once(':') else {
        return Err(Refusal::died("Only root can pass arbitrary filesystem paths."));
    };
    let storage =
        datacenter.storage(storage).ok_or_else(|| Refusal::died(format!("storage '{storage}' does not exist")))?;
    if !path.starts_with("vztmpl/") {
        return Err(Refusal::died(format!("unable to use volume {volume} - content type needs to be 'vztmpl'")));
    }
    let is_there = storage.volumes.iter().any(|known| known.path == path);
    Ok(if is_there { Ok(()) } else { Err(format!("volume '{volume}' does not exist")) })
}

fn config(datacenter: &Datacenter, ask: &Ask) -> Result<Config, Refusal> {
    let vmid = ask.vmid();
    let own = mix(mix(datacenter.seed, u64::from(vmid)), datacenter.now().0 as u64);
    let storage = ask.given("storage").unwrap_or("local");
    let mut config = Config::new();
    for (key, value) in
        [("arch", json!("amd64")), ("memory", json!(512)), ("swap", json!(512)), ("unprivileged", json!(1))]
    {
        config.insert(key.to_owned(), value);
    }
    config.insert("hostname".into(), json!(format!("CT{vmid}")));
    config.insert("ostype".into(), json!(system(ask.text("ostemplate"))));
    config.insert("lock".into(), json!("create"));
    let root = ("rootfs".to_owned(), "4".to_owned());
    let root = (!ask.values.contains_key("rootfs")).then_some((&root.0, &root.1));
    for (name, text) in ask.values.iter().chain(root).filter(|(name, _)| !NOT_KEPT.contains(&name.as_str())) {
        let value = match stem(name) {
            "rootfs" | "mp" => json!(volume(datacenter, ask, name, text, storage)?),
            _ => kept(name, text, own),
        };
        config.insert(name.clone(), value);
    }
    Ok(config)
}

fn system(template: &str) -> &'static str {
    ["alpine", "ubuntu", "fedora"].into_iter().find(|system| template.contains(system)).unwrap_or("debian")
}

fn volume(datacenter: &Datacenter, ask: &Ask, name: &str, text: &str, storage: &str) -> Result<String, Refusal> {
    let Some((storage, gib)) = new_volume(name, text, storage) else { return Ok(text.to_owned()) };
    let known =
        datacenter.storage(&storage).ok_or_else(|| Refusal::died(format!("storage '{storage}' does not exist")))?;
    if !known.is_on(ask.node()) {
        return Err(Refusal::died(format!("storage '{storage}' is not available on node '{}'", ask.node())));
    }
    if !known.takes("rootdir") {
        return Err(Refusal::parameter(
            "storage",
            format!("storage '{storage}' does not support container directories"),
        ));
    }
    let number = if name == "rootfs" { 0 } else { 1 + name.trim_start_matches("mp").parse::<u32>().unwrap_or(0) };
    let kind = if known.kind == "zfspool" { "subvol" } else { "vm" };
    Ok(made_volume(name, text, &format!("{storage}:{kind}-{}-disk-{number}", ask.vmid()), gib))
}

fn fresh(datacenter: &Datacenter, ask: &Ask, config: Config) -> Guest {
    let count = datacenter.guests.len() as u32;
    Guest {
        vmid: ask.vmid(),
        kind: Kind::Container,
        node: ask.node().to_owned(),
        config,
        pending: Config::new(),
        pool: None,
        profile: Profile::QUIET,
        address: Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 77, 100, 10)) + count),
        born: datacenter.now(),
        runs: Vec::new(),
        pid: 0,
        temper: Temper { start_ms: 900, shutdown_ms: 1_100, is_deaf: false },
        snapshots: Vec::new(),
    }
}

fn say_making(datacenter: &mut Datacenter, upid: &str, template: &str) {
    let now = datacenter.now();
    let archive = template.rsplit('/').next().unwrap_or_default();
    let Some(task) = datacenter.tasks.get_mut(upid) else { return };
    for (after, line) in [
        (50, "Creating filesystem with 262144 4k blocks and 65536 inodes".to_owned()),
        (60, "Superblock backups stored on blocks: ".to_owned()),
        (70, "\t32768, 98304, 163840, 229376".to_owned()),
        (200, format!("extracting archive '/var/lib/vz/template/cache/{archive}'")),
        (900, "Total bytes read: 2150400 (2.1MiB, 35MiB/s)".to_owned()),
        (950, "Detected container architecture: amd64".to_owned()),
    ] {
        task.say(Moment(now.0 + after), line);
    }
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let vmid = guest.vmid;
    if guest.is_set("protection") {
        return Err(Refusal::died(format!("can't remove CT {vmid} - protection mode enabled")));
    }
    unlocked(guest).map_err(Refusal::died)?;
    if guest.is_running() && !ask.is_set("force") {
        return Err(Refusal::died(format!("unable to destroy CT {vmid} - container is running")));
    }
    let upid =
        datacenter.begin(ask.node(), "vzdestroy", &vmid.to_string(), &ask.who.id(), DESTROY_MS, Work::Destroy(vmid));
    let now = datacenter.now();
    if let Some(task) = datacenter.tasks.get_mut(&upid).filter(|_| ask.is_set("purge")) {
        task.say(now, format!("purging CT {vmid} from related configurations.."));
    }
    Ok(json!(upid).into())
}
