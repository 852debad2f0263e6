//! A believable homelab for pictures and tests: three nodes, forty guests, twelve apps, a light of every kind.

use std::sync::Arc;

use proximity::domain::{
    app::{App, Marker, Method},
    fault::{Fault, FaultCode},
    fleet::*,
    ids::*,
    moment::Moment,
    operation::{Ended, Operation},
    plan::{
        Plan, PlanKind, PowerAction, Step, Subject,
        journal::{Entry, Outcome, Output},
    },
    trail::Trail,
};

pub const NOW: Moment = Moment(1_790_000_000_000);
const GIB: u64 = 1 << 30;

pub fn host() -> HostId {
    HostId::new("homelab")
}

pub fn key(vmid: u32) -> GuestKey {
    GuestKey { host: host(), vmid: Vmid(vmid) }
}

struct Recipe(&'static str, &'static str, &'static str, Method, u16, &'static str, u32);

/// Name, recipe, version, method, port, node, load in percent.
const APPS: [Recipe; 12] = [
    Recipe("vaultwarden", "vaultwarden", "1.32.5", Method::Oci, 8080, "pve1", 2),
    Recipe("pihole", "pihole", "2025.04", Method::Script, 80, "pve1", 4),
    Recipe("homeassistant", "home-assistant", "2026.11", Method::Compose, 8123, "pve1", 18),
    Recipe("jellyfin", "jellyfin", "10.9.11", Method::Compose, 8096, "pve2", 38),
    Recipe("immich", "immich", "1.121.0", Method::Compose, 2283, "pve2", 74),
    Recipe("gitea", "gitea", "1.22.4", Method::Oci, 3000, "pve2", 3),
    Recipe("grafana", "grafana", "11.3.1", Method::Oci, 3000, "pve2", 6),
    Recipe("paperless", "paperless-ngx", "2.13.5", Method::Compose, 8000, "nas", 9),
    Recipe("minecraft", "minecraft", "1.21.4", Method::Script, 25565, "nas", 0),
    Recipe("nextcloud", "nextcloud", "30.0.2", Method::Compose, 443, "pve1", 12),
    Recipe("uptime-kuma", "uptime-kuma", "1.23.15", Method::Oci, 3001, "pve1", 1),
    Recipe("mosquitto", "mosquitto", "2.0.20", Method::Script, 1883, "nas", 0),
];

const OTHERS: [&str; 28] = [
    "opnsense",
    "truenas",
    "win11-lab",
    "docker-old",
    "k3s-1",
    "k3s-2",
    "k3s-3",
    "postgres",
    "redis",
    "dns-2",
    "build-1",
    "build-2",
    "backup-proxy",
    "zigbee2mqtt",
    "unifi",
    "syncthing",
    "mail",
    "wireguard",
    "ansible",
    "test-deb13",
    "test-alma",
    "gpu-lab",
    "photoprism-old",
    "octoprint",
    "frigate",
    "influx",
    "loki",
    "print-server",
];

pub fn homelab() -> Fleet {
    let mut fleet = Fleet { as_of: NOW, ..Fleet::default() };
    fleet.hosts.push(Host {
        id: host(),
        addresses: vec!["https://10.0.0.11:8006".into()],
        login: "proximity@pve!deck".into(),
        trust: HostTrust { authority: Some("5E:21".into()), ..HostTrust::default() },
        cluster: Some("casa".into()),
        version: Some("9.2.1".into()),
        reach: Reach::Online,
        as_of: Some(NOW),
        listing: Listing::Complete,
        unlisted: Default::default(),
        ssh: None,
        roads: super::stage::roads().into(),
        defaults: Default::default(),
        denied: Default::default(),
        expiring: Vec::new(),
    });
    fleet.nodes = vec![node("nas", 0.06, 8, 33, 71), node("pve1", 0.21, 16, 48, 40), node("pve2", 0.58, 16, 81, 55)];
    for (i, recipe) in APPS.iter().enumerate() {
        let (guest, app) = app(i, recipe);
        fleet.guests.push(Arc::new(guest));
        fleet.apps.push(app);
    }
    for (i, name) in OTHERS.iter().enumerate() {
        fleet.guests.push(Arc::new(other(i, name)));
    }
    fleet.storages = storages();
    fleet.operations = vec![restarting(4), failed(8), done(5, PlanKind::Restart, 1900), done(9, PlanKind::Start, 4000)];
    fleet
}

/// Many guests, for speed.
pub fn crowd(guests: u32) -> Fleet {
    let mut fleet = homelab();
    for i in 0..guests {
        let mut guest = other(i as usize % OTHERS.len(), &format!("{}-{i}", OTHERS[i as usize % OTHERS.len()]));
        guest.key = key(1000 + i);
        let app = App {
            id: AppId::new(format!("app-{i}")),
            name: guest.name.clone(),
            guest: guest.key.clone(),
            marker: Marker::of(AppId::new(format!("app-{i}"))),
            address: Some(format!("10.1.{}.{}", i / 250, i % 250).into()),
            book: None,
        };
        fleet.guests.push(Arc::new(guest));
        fleet.apps.push(app);
    }
    fleet
}

fn wave(seed: usize, level: f32) -> Trail {
    (0..24usize)
        .map(|i| {
            let turn = (i * (seed * 7 + 3) + seed * 13) % 17;
            Some(level * (0.25 + turn as f32 / 17.0))
        })
        .collect()
}

fn node(name: &str, cpu: f32, cores: u32, memory: u64, disk: u64) -> Node {
    Node {
        key: NodeKey { host: host(), node: NodeName::new(name) },
        status: NodeStatus::Online,
        cpu: Some(cpu),
        cores: Some(cores),
        memory: Some(Usage { used: memory * 64 * GIB / 100, total: 64 * GIB }),
        disk: Some(Usage { used: disk * 240 * GIB / 100, total: 240 * GIB }),
        uptime: Some(1_640_000),
        version: Some("9.2.1".into()),
        cpu_trail: wave(cores as usize + disk as usize, cpu),
    }
}

fn app(i: usize, recipe: &Recipe) -> (Guest, App) {
    let Recipe(name, kind, version, method, port, node, load) = *recipe;
    let vmid = 101 + i as u32;
    let id = AppId::new(format!("{name}-3f9a{i:02x}"));
    let mut marker = Marker::of(id.clone());
    marker.operation = Some(i as i64 + 1);
    marker.recipe = Some(kind.into());
    marker.version = Some(version.into());
    marker.method = Some(method);
    marker.ports = vec![port];
    let power = if load == 0 { Power::Stopped } else { Power::Running };
    let load = load as f32 / 100.0;
    let mut guest = guest(vmid, name, node, power, load);
    guest.tags = vec!["proximity".into()];
    match name {
        "grafana" => guest.lock = Some("backup".into()),
        "uptime-kuma" => guest.lock = Some("snapshot".into()),
        "nextcloud" => guest.disk = Some(Usage { used: 59 * GIB, total: 64 * GIB }),
        _ => {}
    }
    let address = Some(format!("192.168.1.{}", 50 + i).into());
    (guest, App { id, name: name.into(), guest: key(vmid), marker, address, book: None })
}

fn guest(vmid: u32, name: &str, node: &str, power: Power, load: f32) -> Guest {
    let is_up = power == Power::Running;
    let seed = vmid as usize % 23;
    let rate = load * 20_000_000.0 + 300.0 * seed as f32;
    Guest {
        key: key(vmid),
        kind: GuestKind::Container,
        name: name.into(),
        node: NodeName::new(node),
        power,
        is_template: false,
        lock: None,
        tags: Vec::new(),
        pool: None,
        cpu: is_up.then_some(load),
        cores: Some(2.0),
        memory: Some(Usage {
            used: if is_up { (0.3 + load * 0.7).min(0.97) as f64 * 2.0 * GIB as f64 } else { 0.0 } as u64,
            total: 2 * GIB,
        }),
        disk: Some(Usage { used: (seed as u64 % 7 + 1) * GIB, total: 8 * GIB }),
        uptime: is_up.then_some(184_000 + 7_919 * seed as u64),
        traffic: Traffic {
            counted: None,
            rate_in: is_up.then_some(rate),
            rate_out: is_up.then_some(rate / 9.0),
            trail_in: if is_up { wave(seed, rate) } else { Trail::default() },
            trail_out: if is_up { wave(seed + 3, rate / 9.0) } else { Trail::default() },
        },
        cpu_trail: if is_up { scaled(wave(seed, 1.0), load) } else { Trail::default() },
    }
}

fn scaled(trail: Trail, by: f32) -> Trail {
    trail.readings().map(|reading| reading.map(|value| (value * by).min(1.0))).collect()
}

fn other(i: usize, name: &str) -> Guest {
    let node = ["pve1", "pve2", "nas"][i % 3];
    let power = if i % 4 == 3 { Power::Stopped } else { Power::Running };
    let mut guest = guest(200 + i as u32, name, node, power, 0.01 * (i % 9) as f32);
    if i < 3 {
        guest.kind = GuestKind::Machine;
        guest.disk = Some(Usage { used: 0, total: 64 * GIB });
    }
    guest
}

fn storages() -> Vec<Storage> {
    let make = |node: &str, name: &str, kind: &str, shared: bool, used: u64, total: u64| Storage {
        host: host(),
        node: NodeName::new(node),
        name: name.into(),
        kind: kind.into(),
        shared,
        available: true,
        usage: Some(Usage { used: used * GIB, total: total * GIB }),
        content: "images,rootdir".into(),
    };
    vec![
        make("nas", "local", "dir", false, 40, 240),
        make("nas", "tank", "zfspool", false, 8100, 12000),
        make("pve1", "local", "dir", false, 96, 240),
        make("pve1", "local-lvm", "lvmthin", false, 310, 480),
        make("pve1", "backup", "nfs", true, 3700, 4000),
        make("pve2", "local", "dir", false, 120, 240),
        make("pve2", "local-lvm", "lvmthin", false, 402, 480),
        make("pve2", "backup", "nfs", true, 3700, 4000),
    ]
}

pub fn plan(vmid: u32, name: &str, kind: PlanKind) -> Plan {
    let action = match kind {
        PlanKind::Start => PowerAction::Start,
        PlanKind::Stop => PowerAction::Shutdown,
        _ => PowerAction::Reboot,
    };
    let steps = vec![
        Step::BeginPower { guest: key(vmid).into(), kind: GuestKind::Container, action, undo: None },
        Step::AwaitTask { host: host(), begun_by: 0 },
    ];
    Plan::new(kind, Subject::Guest(key(vmid)), name, steps)
}

pub fn restarting(app: usize) -> Operation {
    let upid = Upid::new("UPID:pve2:0001F2A3:00A1B2C3:6720A1B2:vzreboot:105:root@pam:");
    Operation {
        id: OperationId(41),
        plan: Arc::new(plan(101 + app as u32, APPS[app].0, PlanKind::Restart)),
        began: Moment(NOW.0 - 12_400),
        ended: None,
        journal: vec![Entry::Began(0), Entry::Did(0, Output::Task(upid.clone())), Entry::Began(1)],
        task: Some(upid),
        log: vec!["requesting reboot of CT 105: /sbin/reboot".into()],
        share: None,
        note: None,
    }
}

pub fn failed(app: usize) -> Operation {
    let name = APPS[app].0;
    let fault = Fault::lasting(
        FaultCode::Failed,
        format!("{name} did not start"),
        "Proxmox ended the task with: startup for container '109' failed",
        "read the task's log with [l]; often a mount point or the network bridge is gone",
    );
    Operation {
        id: OperationId(40),
        plan: Arc::new(plan(101 + app as u32, name, PlanKind::Start)),
        began: Moment(NOW.0 - 320_000),
        ended: Some(Ended { at: Moment(NOW.0 - 316_000), outcome: Outcome::Failed }),
        journal: vec![
            Entry::Began(0),
            Entry::Did(0, Output::Task(Upid::new("UPID:nas:1"))),
            Entry::Began(1),
            Entry::Failed(1, fault),
        ],
        task: None,
        log: vec![
            "run_buffer: 571 Script exited with status 2".into(),
            "lxc_init: 845 Failed to run lxc.hook.pre-start for container \"109\"".into(),
            "__lxc_start: 2034 Failed to initialize container \"109\"".into(),
            "TASK ERROR: startup for container '109' failed".into(),
        ],
        share: None,
        note: None,
    }
}

pub fn done(app: usize, kind: PlanKind, ago: i64) -> Operation {
    Operation {
        id: OperationId(30 + app as i64),
        plan: Arc::new(plan(101 + app as u32, APPS[app].0, kind)),
        began: Moment(NOW.0 - ago * 1000 - 4_000),
        ended: Some(Ended { at: Moment(NOW.0 - ago * 1000), outcome: Outcome::Done }),
        journal: vec![
            Entry::Began(0),
            Entry::Did(0, Output::AlreadySo),
            Entry::Began(1),
            Entry::Did(1, Output::Nothing),
        ],
        task: None,
        log: vec!["TASK OK".into()],
        share: None,
        note: None,
    }
}
