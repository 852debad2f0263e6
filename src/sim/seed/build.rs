//! The parts that every scene is made of: nodes, storages, guests with all their options.

use std::{collections::BTreeMap, net::Ipv4Addr};

use serde_json::{Value, json};

use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        hash::{between, mix, unit},
        world::{
            guest::{Config, Guest, Kind, Run, Temper},
            metrics::Profile,
            node::Node,
            options::mac,
            storage::{Condition, Storage, Volume},
            task::State,
        },
    },
};

const DAY_MS: i64 = 86_400_000;
pub const GIB: u64 = 1 << 30;

/// The template every scene has, for containers to be made of.
pub const TEMPLATE: &str = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";

/// A guest in a few words; everything else follows from it.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub vmid: u32,
    pub name: String,
    pub node: String,
    pub storage: &'static str,
    pub kind: Kind,
    pub cores: u32,
    /// MiB
    pub memory: u32,
    /// GiB
    pub disk: u32,
    pub profile: Profile,
    pub is_running: bool,
    pub tags: &'static str,
    pub description: Option<String>,
    /// More options, as Proxmox writes them.
    pub options: Vec<(&'static str, Value)>,
    pub shutdown_ms: u64,
}

impl Sketch {
    fn is_template(&self) -> bool {
        self.options.iter().any(|(name, _)| *name == "template")
    }
}

impl Datacenter {
    pub fn add_node(&mut self, name: &str, cores: u32, memory: u64, root: u64, model: &'static str) {
        let number = self.nodes.len() as u32 + 1;
        let up = 3 + between(self.seed, u64::from(number) + 900, 0, 40) as i64;
        self.nodes.push(Node {
            name: name.to_owned(),
            number,
            ip: format!("127.77.0.{}", 10 + number),
            cores,
            sockets: 1,
            model,
            mhz: "2400.000",
            memory,
            swap: 8 * GIB,
            root_total: root,
            booted: Moment(self.now().0 - up * DAY_MS - 5_400_000),
            down_since: None,
            bridges: vec!["vmbr0", "vmbr1"],
        });
    }

    pub fn add_guest(&mut self, sketch: Sketch) {
        let guest = build(self, sketch);
        self.guests.insert(guest.vmid, guest);
    }

    /// A few tasks of the past, so that the lists are not empty.
    pub fn add_past(&mut self) {
        let now = self.now();
        let runs: Vec<_> = self
            .guests
            .values()
            .filter_map(|guest| Some((guest.started()?, guest.node.clone(), guest.kind, guest.vmid)))
            .collect();
        let mut runs: Vec<_> = runs.into_iter().filter(|(from, ..)| now.since(*from).as_secs() < 20 * 86_400).collect();
        runs.sort_by_key(|(from, ..)| *from);
        for (from, node, kind, vmid) in runs.into_iter().rev().take(30).rev() {
            let name = if kind == Kind::Container { "vzstart" } else { "qmstart" };
            let start = Moment(from.0 - 2_000);
            let state = State::Ended { at: from, exit: "OK".into() };
            let upid = self.begin_at(&node, name, &vmid.to_string(), "root@pam", start, state);
            if let Some(task) = self.tasks.get_mut(&upid) {
                task.say(from, "TASK OK");
            }
        }
    }
}

fn build(datacenter: &Datacenter, sketch: Sketch) -> Guest {
    let (seed, now) = (datacenter.seed, datacenter.now());
    let own = mix(seed, u64::from(sketch.vmid));
    let age = 20 + between(own, 31, 0, 500) as i64;
    let born = Moment(now.0 - age * DAY_MS - between(own, 32, 0, DAY_MS as u64) as i64);
    let booted = datacenter.node(&sketch.node).map_or(born, |node| node.booted);
    let up_since = booted.max(born).0 + 45_000 + between(own, 33, 0, 90_000) as i64;
    let run = match sketch.is_running {
        true => Run { from: Moment(up_since.min(now.0 - 60_000)), to: None },
        false => Run { from: born, to: Some(Moment(now.0 - between(own, 34, 3_600_000, 9 * DAY_MS as u64) as i64)) },
    };
    let is_template = sketch.is_template();
    let address = address(datacenter.guests.len() as u32);
    Guest {
        vmid: sketch.vmid,
        kind: sketch.kind,
        node: sketch.node.clone(),
        config: options(&sketch, own, address),
        pending: Config::new(),
        pool: None,
        profile: vary(sketch.profile, own),
        address,
        born,
        runs: if is_template { Vec::new() } else { vec![run] },
        pid: 1_000 + between(own, 35, 0, 60_000) as u32,
        temper: Temper {
            start_ms: between(own, 36, 1_400, 3_600),
            shutdown_ms: sketch.shutdown_ms + between(own, 37, 0, 900),
            is_deaf: false,
        },
        snapshots: Vec::new(),
        image: None,
        password: None,
        unused_sizes: BTreeMap::new(),
    }
}

/// Addresses are counted through 127.77.0.0/16, above those of nodes and gateway.
fn address(count: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 77, 1, 10)) + count)
}

/// No two guests of one recipe work equally hard.
fn vary(profile: Profile, own: u64) -> Profile {
    let factor = |salt: u64| 0.75 + 0.5 * unit(own, salt);
    Profile {
        idle: profile.idle * factor(41),
        busy: (profile.busy * factor(42)).min(0.97),
        memory: (profile.memory * factor(43)).min(0.93),
        disk: (profile.disk * factor(44)).min(0.93),
        net_in: profile.net_in * factor(45),
        net_out: profile.net_out * factor(46),
        read: profile.read * factor(47),
        write: profile.write * factor(48),
    }
}

fn options(sketch: &Sketch, own: u64, address: Ipv4Addr) -> Config {
    let mut config = match sketch.kind {
        Kind::Container => of_container(sketch, own, address),
        Kind::Machine => of_machine(sketch, own),
    };
    if !sketch.tags.is_empty() {
        config.insert("tags".into(), json!(sketch.tags));
    }
    if let Some(text) = &sketch.description {
        config.insert("description".into(), json!(format!("{}\n", text.trim_end())));
    }
    for (name, value) in &sketch.options {
        config.insert((*name).to_owned(), value.clone());
    }
    config
}

fn of_container(sketch: &Sketch, own: u64, address: Ipv4Addr) -> Config {
    let Sketch { vmid, storage, disk, .. } = sketch;
    let volume = volume(storage, if sketch.is_template() { "base" } else { "vm" }, *vmid, 0);
    let ip = if own.is_multiple_of(5) {
        "ip=dhcp".to_owned()
    } else {
        format!("gw=127.77.0.1,hwaddr={},ip={address}/16", mac(own))
    };
    let net = match ip.as_str() {
        "ip=dhcp" => format!("name=eth0,bridge=vmbr0,hwaddr={},ip=dhcp,type=veth", mac(own)),
        fixed => format!("name=eth0,bridge=vmbr0,{fixed},type=veth"),
    };
    [
        ("arch", json!("amd64")),
        ("cores", json!(sketch.cores)),
        ("features", json!("nesting=1")),
        ("hostname", json!(sketch.name)),
        ("memory", json!(sketch.memory)),
        ("net0", json!(net)),
        ("onboot", json!(1)),
        ("ostype", json!("debian")),
        ("rootfs", json!(format!("{storage}:{volume},size={disk}G"))),
        ("swap", json!(512)),
        ("unprivileged", json!(1)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// How a storage calls a disk of a container; `word` is `vm`, or `base` for that of a template.
pub fn volume(storage: &str, word: &str, vmid: u32, number: u32) -> String {
    match (storage, word) {
        ("tank", "base") => format!("basevol-{vmid}-disk-{number}"),
        ("tank", _) => format!("subvol-{vmid}-disk-{number}"),
        ("fast", word) => format!("{vmid}/{word}-{vmid}-disk-{number}.raw"),
        (_, word) => format!("{word}-{vmid}-disk-{number}"),
    }
}

fn of_machine(sketch: &Sketch, own: u64) -> Config {
    let Sketch { vmid, storage, disk, .. } = sketch;
    let disk_kind = if sketch.is_template() { "base" } else { "vm" };
    [
        ("agent", json!("1")),
        ("boot", json!("order=scsi0;net0")),
        ("cores", json!(sketch.cores)),
        ("cpu", json!("host")),
        ("memory", json!(sketch.memory)),
        ("name", json!(sketch.name)),
        ("net0", json!(format!("virtio={},bridge=vmbr0", mac(own)))),
        ("onboot", json!(1)),
        ("ostype", json!("l26")),
        ("scsi0", json!(format!("{storage}:{disk_kind}-{vmid}-disk-0,size={disk}G"))),
        ("scsihw", json!("virtio-scsi-single")),
        ("sockets", json!(1)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// A storage with nothing on it yet.
pub fn storage(name: &'static str, kind: &'static str, content: &'static str, total: u64, fill: f64) -> Storage {
    let options = match kind {
        "dir" => vec![("path", "/var/lib/vz".to_owned())],
        "lvmthin" => vec![("thinpool", "data".to_owned()), ("vgname", "pve".to_owned())],
        "zfspool" => vec![("pool", name.to_owned()), ("sparse", "1".to_owned())],
        "btrfs" => vec![("path", format!("/{name}"))],
        "nfs" => vec![
            ("server", "127.77.0.13".to_owned()),
            ("export", "/tank/backup".to_owned()),
            ("path", format!("/mnt/pve/{name}")),
        ],
        _ => vec![
            ("server", "127.77.0.14".to_owned()),
            ("datastore", "vault".to_owned()),
            ("username", "backup@pbs".to_owned()),
        ],
    };
    let is_shared = matches!(kind, "nfs" | "pbs");
    Storage {
        name,
        kind,
        content,
        nodes: Vec::new(),
        is_shared,
        total,
        fill,
        options,
        volumes: Vec::new(),
        condition: Condition::Fine,
    }
}

/// The container templates that lie on the local storage.
pub fn templates(now: Moment) -> Vec<Volume> {
    let made = now.as_secs() - 30 * 86_400;
    let one = |path: &str, format, size| Volume::plain("vztmpl", format!("vztmpl/{path}"), format, size, made);
    vec![
        one("alpine-3.23-default_20260116_amd64.tar.xz", "txz", 3_300_736),
        one("debian-13-standard_13.1-2_amd64.tar.zst", "tzst", 129_799_570),
    ]
}
