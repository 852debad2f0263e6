//! The homelab of the demo. It has something of everything: a busy app and an idle one, one that will not start, a
//! guest whose backup never let go of its lock, templates, virtual machines.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    build::{GIB, Sketch, storage, templates},
    catalog::{RECIPES, Recipe},
    nights::{self, Cast},
};
use crate::{
    domain::moment::Moment,
    sim::{
        backup::snapshot_time,
        datacenter::{Datacenter, Routine},
        hash::mix,
        world::{
            guest::Kind::{self, Container, Machine},
            metrics::Profile,
            storage::{Saved, Seal, Volume},
        },
    },
};

/// The app whose network points at a bridge that was taken away.
pub const BROKEN_APP: &str = "paperless";
/// The app that is backed up every few minutes.
const BACKED_UP: &str = "minecraft";

/// Where an app lives, its id there, and whether it runs.
type Place = (&'static str, u32, &'static str, bool);

const APPS: &[Place] = &[
    ("jellyfin", 101, "pve1", true),
    ("immich", 102, "pve2", true),
    ("vaultwarden", 103, "pve1", true),
    ("pihole", 104, "pve1", true),
    ("homeassistant", 105, "pve2", true),
    ("gitea", 106, "pve2", true),
    ("grafana", 107, "pve1", true),
    ("paperless", 108, "pve2", false),
    ("nextcloud", 109, "nas", true),
    ("minecraft", 110, "pve2", true),
    ("mosquitto", 111, "pve1", true),
    ("uptime-kuma", 112, "pve1", true),
    ("adguard", 113, "nas", false),
];

type Plain = (u32, &'static str, &'static str, Kind, (u32, u32, u32), f64, bool, &'static str);

/// The others: id, name, node, kind, size, how busy, whether it runs, tags.
const OTHERS: &[Plain] = &[
    (200, "caddy-edge", "pve1", Container, (1, 512, 4), 0.08, true, "edge"),
    (201, "wireguard", "pve1", Container, (1, 256, 2), 0.05, true, "edge"),
    (202, "postgres-main", "pve1", Container, (4, 4096, 40), 0.35, true, "data"),
    (203, "redis", "pve1", Container, (1, 1024, 4), 0.06, true, "data"),
    (204, "prometheus", "pve1", Container, (2, 2048, 32), 0.22, true, "monitoring"),
    (205, "loki", "pve2", Container, (2, 2048, 48), 0.15, true, "monitoring"),
    (206, "sonarr", "nas", Container, (2, 1024, 8), 0.12, true, "media"),
    (207, "radarr", "nas", Container, (2, 1024, 8), 0.11, true, "media"),
    (208, "prowlarr", "nas", Container, (1, 512, 4), 0.05, true, "media"),
    (209, "transmission", "nas", Container, (2, 1024, 16), 0.3, true, "media"),
    (210, "samba", "nas", Container, (2, 1024, 8), 0.18, true, "files"),
    (211, "syncthing", "nas", Container, (2, 1024, 8), 0.2, true, "files"),
    (212, "unifi", "pve2", Container, (2, 2048, 16), 0.14, true, "network"),
    (213, "ci-runner", "pve2", Container, (8, 8192, 64), 0.85, true, "dev"),
    (214, "devbox", "pve2", Container, (4, 8192, 64), 0.3, false, "dev"),
    (215, "ansible", "pve1", Container, (1, 512, 8), 0.02, false, ""),
    (216, "old-wiki", "pve1", Container, (1, 1024, 12), 0.05, false, "archive"),
    (217, "mail-relay", "pve2", Container, (1, 512, 8), 0.03, true, "edge"),
    (218, "freshrss", "pve1", Container, (1, 512, 6), 0.04, true, ""),
    (219, "plex-old", "nas", Container, (4, 2048, 24), 0.2, false, "archive"),
    (300, "opnsense", "pve1", Machine, (2, 2048, 20), 0.12, true, "network"),
    (301, "win11", "pve2", Machine, (4, 8192, 120), 0.4, false, "desktop"),
    (302, "k3s-a", "pve2", Machine, (4, 8192, 60), 0.38, true, "dev"),
    (303, "docker-legacy", "nas", Machine, (2, 4096, 80), 0.25, true, "archive"),
    (900, "debian-13-base", "pve1", Container, (1, 512, 4), 0.0, false, ""),
    (901, "alpine-base", "pve2", Container, (1, 256, 2), 0.0, false, ""),
    (902, "ubuntu-24-cloud", "pve2", Machine, (2, 2048, 8), 0.0, false, ""),
];

pub fn furnish(datacenter: &mut Datacenter) {
    datacenter.cluster = Some("homelab".into());
    datacenter.add_node("pve1", 12, 32 * GIB, 94 * GIB, "Intel(R) Core(TM) i5-12500T");
    datacenter.add_node("pve2", 20, 64 * GIB, 94 * GIB, "Intel(R) Core(TM) i7-12700H");
    datacenter.add_node("nas", 4, 24 * GIB, 58 * GIB, "Intel(R) N100");
    add_storages(datacenter);
    for (number, place) in APPS.iter().enumerate() {
        if let Some(recipe) = RECIPES.iter().find(|recipe| recipe.name == place.0) {
            let sketch = app(datacenter.seed, recipe, place, number as i64);
            datacenter.add_guest(sketch);
        }
    }
    for plain in OTHERS {
        datacenter.add_guest(other(plain));
    }
    add_stories(datacenter);
    add_backups(datacenter);
    datacenter.add_past();
    datacenter.tasks.put_in_order();
}

fn add_storages(datacenter: &mut Datacenter) {
    let now = datacenter.now();
    let mut local = storage("local", "dir", "iso,vztmpl,backup,snippets,import", 94 * GIB, 0.31);
    local.volumes = templates(now);
    let mut thin = storage("local-lvm", "lvmthin", "rootdir,images", 794 * GIB, 0.54);
    thin.nodes = vec!["pve1".into(), "pve2".into()];
    let mut tank = storage("tank", "zfspool", "rootdir,images", 7_200 * GIB, 0.74);
    tank.nodes = vec!["nas".into()];
    let backup = storage("backup", "nfs", "backup", 3_600 * GIB, 0.61);
    let vault = storage("pbs", "pbs", "backup", 2_000 * GIB, 0.43);
    datacenter.storages = vec![local, thin, tank, backup, vault];
}

/// Containers of the NAS lie on its pool, the others on their node's own disk.
pub fn disk_of(node: &str) -> &'static str {
    if node == "nas" { "tank" } else { "local-lvm" }
}

fn app(seed: u64, recipe: &Recipe, (_, vmid, node, is_running): &Place, number: i64) -> Sketch {
    let marker = recipe.marker(mix(seed, u64::from(*vmid)), 11 + number * 3);
    Sketch {
        vmid: *vmid,
        name: recipe.name.to_owned(),
        node: (*node).to_owned(),
        storage: disk_of(node),
        kind: Container,
        cores: recipe.cores,
        memory: recipe.memory,
        disk: recipe.disk,
        profile: recipe.profile,
        is_running: *is_running,
        tags: "proximity",
        description: Some(marker.to_string()),
        options: recipe.console(),
        shutdown_ms: if recipe.name == "minecraft" { 7_000 } else { 2_200 },
    }
}

/// Whoever set these up gave them a shell at their console.
const WITH_SHELL: [u32; 8] = [200, 204, 205, 206, 207, 208, 211, 218];

fn other((vmid, name, node, kind, (cores, memory, disk), busy, is_running, tags): &Plain) -> Sketch {
    let mut options: Vec<(&'static str, Value)> = Vec::new();
    if WITH_SHELL.contains(vmid) {
        options.push(("cmode", json!("shell")));
    }
    if *vmid >= 900 {
        options.push(("template", json!(1)));
    }
    Sketch {
        vmid: *vmid,
        name: (*name).to_owned(),
        node: (*node).to_owned(),
        storage: disk_of(node),
        kind: *kind,
        cores: *cores,
        memory: *memory,
        disk: *disk,
        profile: Profile {
            idle: busy * 0.12,
            busy: *busy,
            memory: 0.3 + busy * 0.5,
            net_in: 400.0 + busy * 90_000.0,
            net_out: 300.0 + busy * 70_000.0,
            ..Profile::QUIET
        },
        is_running: *is_running,
        tags,
        description: None,
        options,
        shutdown_ms: if *kind == Machine { 6_000 } else { 1_500 },
    }
}

fn vmid_of(name: &str) -> u32 {
    APPS.iter().find(|(app, ..)| *app == name).map_or(0, |(_, vmid, ..)| *vmid)
}

fn add_stories(datacenter: &mut Datacenter) {
    if let Some(guest) = datacenter.guests.get_mut(&vmid_of(BROKEN_APP)) {
        let net = guest.text("net0").unwrap_or_default().replace("bridge=vmbr0", "bridge=vmbr7");
        guest.config.insert("net0".into(), json!(net));
    }
    // A backup that was killed left its lock behind.
    if let Some(guest) = datacenter.guests.get_mut(&216) {
        guest.config.insert("lock".into(), json!("backup"));
    }
    // It has no init: it does not hear when it is asked to shut down.
    if let Some(guest) = datacenter.guests.get_mut(&209) {
        guest.temper.is_deaf = true;
    }
    let next = Moment(datacenter.now().0 + 40_000);
    datacenter.routine =
        Some(Routine { vmid: vmid_of(BACKED_UP), next, every_ms: 420_000, lasts_ms: 55_000, storage: "backup" });
}

/// What was saved of the apps, and what became of it.
fn add_backups(datacenter: &mut Datacenter) {
    nights::add(
        datacenter,
        &Cast {
            apps: APPS.iter().map(|(_, vmid, ..)| *vmid).collect(),
            stale: vmid_of("gitea"),
            never: vmid_of("adguard"),
            failed: vmid_of("grafana"),
            suspended: vmid_of("pihole"),
            by_hand: vmid_of("uptime-kuma"),
            left_out: vmid_of("immich"),
            snapped: vmid_of("homeassistant"),
        },
    );
    let now = datacenter.now().as_secs();
    add_vault(datacenter, now - now.rem_euclid(86_400));
}

/// What the backup server has of the two biggest apps: one is encrypted. The newest were not verified yet, and one that
/// was is damaged.
fn add_vault(datacenter: &mut Datacenter, midnight: i64) {
    let made = |night: i64, name: &str| {
        let guest = datacenter.guests.get(&vmid_of(name))?;
        let at = midnight - night * 86_400 + 14_400;
        let size = (guest.disk() as f64 * guest.profile.disk * 0.6) as u64;
        let key = (name == "nextcloud").then(|| vec!["a7"; 32].join(":"));
        let saved = Saved { config: guest.config.clone(), unpacked: size, ..Saved::default() };
        let path = format!("backup/ct/{}/{}", guest.vmid, snapshot_time(at));
        Some(Volume {
            vmid: Some(guest.vmid),
            notes: Some(name.to_owned()),
            saved: Some(Arc::new(saved)),
            seal: Some(Seal { key, is_whole: (night > 1).then_some(name != "immich" || night != 3) }),
            ..Volume::plain("backup", path, "pbs-ct", size, at)
        })
    };
    let all = [1, 2, 3].into_iter().flat_map(|night| ["immich", "nextcloud"].map(|name| made(night, name)));
    let all: Vec<Volume> = all.flatten().collect();
    if let Some(storage) = datacenter.storages.iter_mut().find(|storage| storage.name == "pbs") {
        storage.volumes = all;
    }
}
