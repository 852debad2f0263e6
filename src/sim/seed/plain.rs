//! Any number of nodes and guests, for tests and measurements. All guests are containers; every fourth is an app.

use super::{
    build::{GIB, Sketch, storage, templates},
    catalog::RECIPES,
    demo::disk_of,
    variety,
};
use crate::sim::{
    datacenter::Datacenter,
    hash::{mix, unit},
    world::{
        guest::Kind,
        metrics::Profile,
        storage::{Storage, Volume},
    },
};

const NAMES: &[&str] =
    &["web", "db", "cache", "queue", "worker", "files", "mail", "proxy", "wiki", "bot", "build", "log"];

pub fn furnish(datacenter: &mut Datacenter, nodes: u32, guests: u32) {
    let each = u64::from(guests.div_ceil(nodes));
    if nodes > 1 {
        datacenter.cluster = Some("testlab".into());
    }
    let names: Vec<String> = (1..=nodes).map(|number| format!("pve{number}")).collect();
    for name in &names {
        let (cores, memory) = ((each / 2).max(8) as u32, (each + each / 2).max(32) * GIB);
        datacenter.add_node(name, cores, memory, 120 * GIB, "Intel(R) Xeon(R) Silver 4310");
    }
    datacenter.storages = storages(&names, (each * 24).max(800) * GIB, templates(datacenter.now()));
    for number in 0..guests {
        let node = &names[number as usize % names.len()];
        let sketch = Sketch { storage: disk_on(&names, number), ..sketch(datacenter.seed, number, node) };
        datacenter.add_guest(sketch);
    }
    variety::add(datacenter);
    datacenter.add_past();
}

/// Of every kind one: every node has its own disk and its thin pool, two of three a fast mirror, two of three a tank, and
/// all of them the two places for backups. The first node has everything.
fn storages(nodes: &[String], room: u64, templates: Vec<Volume>) -> Vec<Storage> {
    let all_but = |third: usize| {
        let kept = nodes.iter().enumerate().filter(|(place, _)| place % 3 != third);
        kept.map(|(_, name)| name.clone()).collect::<Vec<_>>()
    };
    let mut local = storage("local", "dir", "iso,vztmpl,backup,snippets,import", 120 * GIB, 0.28);
    local.volumes = templates;
    let thin = storage("local-lvm", "lvmthin", "rootdir,images", room, 0.47);
    let mut fast = storage("fast", "btrfs", "rootdir,images", room / 2, 0.33);
    fast.nodes = all_but(2);
    let mut tank = storage("tank", "zfspool", "rootdir,images", 3 * room, 0.61);
    tank.nodes = all_but(1);
    let backup = storage("backup", "nfs", "backup", 8_000 * GIB, 0.52);
    let vault = storage("vault", "pbs", "backup", 12_000 * GIB, 0.38);
    vec![local, thin, fast, tank, backup, vault]
}

/// Two of three guests lie on what is special about their node.
fn disk_on(nodes: &[String], number: u32) -> &'static str {
    let (place, round) = (number as usize % nodes.len(), number as usize / nodes.len());
    match place % 3 {
        1 if round % 3 != 0 => "fast",
        2 if round % 3 != 0 => "tank",
        _ => "local-lvm",
    }
}

/// Adds plain containers to what is there, until it has so many guests.
pub fn crowd(datacenter: &mut Datacenter, guests: u32) {
    let names: Vec<String> = datacenter.nodes.iter().map(|node| node.name.clone()).collect();
    let missing = (guests as usize).saturating_sub(datacenter.guests.len());
    for number in (1..).filter(|number| number % 4 != 0).take(missing) {
        let node = &names[number as usize % names.len()];
        let sketch = Sketch { storage: disk_of(node), vmid: 1_000 + number, ..sketch(datacenter.seed, number, node) };
        datacenter.add_guest(sketch);
    }
}

/// Ids leave a gap at 900 to 949, where a checking client makes its own guests.
fn vmid(number: u32) -> u32 {
    if number < 800 { 100 + number } else { 200 + number }
}

fn sketch(seed: u64, number: u32, node: &str) -> Sketch {
    let vmid = vmid(number);
    let own = mix(seed, u64::from(vmid) << 8);
    let is_running = unit(own, 1) > 0.12;
    let recipe = &RECIPES[(number / 4) as usize % RECIPES.len()];
    let is_app = number.is_multiple_of(4);
    let plain_name = format!("{}-{vmid}", NAMES[number as usize % NAMES.len()]);
    let busy = 0.02 + 0.5 * unit(own, 2) * unit(own, 3);
    let mine = Profile {
        idle: busy * 0.1,
        busy,
        memory: 0.2 + 0.6 * unit(own, 4),
        net_in: 60_000.0 * busy,
        net_out: 90_000.0 * busy,
        ..Profile::QUIET
    };
    Sketch {
        vmid,
        name: if is_app { format!("{}-{vmid}", recipe.name) } else { plain_name },
        node: node.to_owned(),
        storage: "local-lvm",
        kind: Kind::Container,
        cores: if is_app { recipe.cores } else { 1 + (own % 4) as u32 },
        memory: if is_app { recipe.memory } else { 256 << (own % 4) },
        disk: if is_app { recipe.disk } else { 4 << (own % 3) },
        profile: if is_app { recipe.profile } else { mine },
        is_running,
        tags: if is_app { "proximity" } else { "" },
        description: is_app.then(|| recipe.marker(own, i64::from(number)).to_string()),
        options: if is_app { recipe.console() } else { Vec::new() },
        shutdown_ms: 1_200,
    }
}
