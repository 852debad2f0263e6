//! What the stat blocks and the display say of the whole: sums over nodes and storages, and what needs a person.

use std::collections::HashSet;

use super::world::{NEARLY_FULL, World, has_failed};
use crate::domain::{
    fleet::{Fleet, NodeStatus, Reach, Usage},
    ids::{GuestKey, OperationId},
    state::State,
    trail::Trail,
};

#[derive(Debug, Clone, Default)]
pub struct Health {
    pub cpu: Option<f32>,
    pub cpu_trail: Trail,
    pub memory: Option<Usage>,
    pub storage: Option<Usage>,
    pub nodes: usize,
    pub nodes_up: usize,
    pub wants: Vec<Want>,
}

/// Something that a person should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    pub about: About,
    pub state: State,
    /// Who: a name.
    pub who: String,
    /// What is wrong, in a few words.
    pub what: String,
    /// What to press or do.
    pub remedy: String,
}

impl Want {
    /// What is wrong, for a place where the name stands before it.
    pub fn told(&self) -> &str {
        self.what.strip_prefix(self.who.as_str()).map_or(self.what.as_str(), str::trim_start)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum About {
    Guest(GuestKey),
    Operation(GuestKey, OperationId),
    Hosts,
}

pub fn assess(world: &World) -> Health {
    let fleet = &world.fleet;
    Health {
        cpu: cpu(fleet),
        cpu_trail: cpu_trail(fleet),
        memory: sum(fleet.nodes.iter().filter_map(|node| node.memory)),
        storage: sum(own_storages(fleet)),
        nodes: fleet.nodes.len(),
        nodes_up: fleet.nodes.iter().filter(|node| node.status == NodeStatus::Online).count(),
        wants: wants(world),
    }
}

/// Over all cores of all nodes that said something.
fn cpu(fleet: &Fleet) -> Option<f32> {
    let known = fleet.nodes.iter().filter_map(|node| Some((node.cpu?, node.cores? as f32)));
    let (busy, cores) = known.fold((0.0, 0.0), |(busy, sum), (cpu, cores)| (busy + cpu * cores, sum + cores));
    (cores > 0.0).then(|| busy / cores)
}

fn cpu_trail(fleet: &Fleet) -> Trail {
    let trails: Vec<(f32, Vec<Option<f32>>)> = fleet
        .nodes
        .iter()
        .map(|node| (node.cores.unwrap_or(1) as f32, node.cpu_trail.readings().rev().collect()))
        .collect();
    let longest = trails.iter().map(|(_, trail)| trail.len()).max().unwrap_or(0);
    let at = |back: usize| {
        let known = trails.iter().filter_map(|(cores, trail)| Some((*cores, trail.get(back).copied().flatten()?)));
        let (busy, cores) = known.fold((0.0, 0.0), |(busy, sum), (cores, cpu)| (busy + cpu * cores, sum + cores));
        (cores > 0.0).then(|| busy / cores)
    };
    (0..longest).rev().map(at).collect()
}

fn sum(usages: impl Iterator<Item = Usage>) -> Option<Usage> {
    usages.reduce(|a, b| Usage { used: a.used.saturating_add(b.used), total: a.total.saturating_add(b.total) })
}

/// A shared storage is listed by every node and counted once.
fn own_storages(fleet: &Fleet) -> impl Iterator<Item = Usage> {
    let mut seen = HashSet::new();
    fleet.storages.iter().filter(|storage| storage.available).filter_map(move |storage| {
        let is_new = !storage.shared || seen.insert((storage.host.clone(), storage.name.clone()));
        storage.usage.filter(|_| is_new)
    })
}

fn wants(world: &World) -> Vec<Want> {
    let mut wants = Vec::new();
    lost_hosts(&world.fleet, &mut wants);
    dark_nodes(&world.fleet, &mut wants);
    failed_guests(world, &mut wants);
    full_disks(world, &mut wants);
    full_storages(&world.fleet, &mut wants);
    wants
}

fn lost_hosts(fleet: &Fleet, wants: &mut Vec<Want>) {
    for host in &fleet.hosts {
        if let Reach::Lost(fault) = &host.reach {
            wants.push(Want {
                about: About::Hosts,
                state: State::Stale,
                who: host.id.to_string(),
                what: fault.what.clone(),
                remedy: fault.remedy.clone(),
            });
        }
    }
}

fn dark_nodes(fleet: &Fleet, wants: &mut Vec<Want>) {
    let is_online = |host| fleet.host(host).is_some_and(|host| host.reach == Reach::Online);
    for node in fleet.nodes.iter().filter(|node| node.status == NodeStatus::Offline && is_online(&node.key.host)) {
        wants.push(Want {
            about: About::Hosts,
            state: State::Missing,
            who: node.key.node.to_string(),
            what: "the node is offline".into(),
            remedy: "look at the machine, or at its network".into(),
        });
    }
}

fn failed_guests(world: &World, wants: &mut Vec<Want>) {
    for entry in world.entries.iter().filter(|entry| entry.state.wants_attention() && entry.state != State::Stale) {
        let failed = world.operation(entry).filter(|operation| has_failed(operation));
        let (about, what, remedy) = match failed.and_then(|operation| Some((operation, operation.fault()?))) {
            Some((operation, fault)) => {
                (About::Operation(entry.key.clone(), operation.id), fault.what.clone(), "[Enter] why")
            }
            None => (About::Guest(entry.key.clone()), entry.state.slug().into(), "[Enter] look"),
        };
        wants.push(Want {
            about,
            state: entry.state.clone(),
            who: entry.name.to_string(),
            what,
            remedy: remedy.into(),
        });
    }
}

fn full_disks(world: &World, wants: &mut Vec<Want>) {
    for entry in world.entries.iter().filter(|entry| entry.is_app()) {
        if let Some(fraction) = entry.nearly_full() {
            wants.push(Want {
                about: About::Guest(entry.key.clone()),
                state: State::Degraded,
                who: entry.name.to_string(),
                what: format!("disk {:.0} % full", fraction * 100.0),
                remedy: "[Enter] look".into(),
            });
        }
    }
}

fn full_storages(fleet: &Fleet, wants: &mut Vec<Want>) {
    let mut seen = HashSet::new();
    for storage in &fleet.storages {
        let Some(fraction) = storage.usage.and_then(Usage::fraction).filter(|fraction| *fraction >= NEARLY_FULL) else {
            continue;
        };
        if storage.shared && !seen.insert((&storage.host, &storage.name)) {
            continue;
        }
        wants.push(Want {
            about: About::Hosts,
            state: State::Degraded,
            who: storage.name.to_string(),
            what: format!("{:.0} % full on {}", fraction * 100.0, storage.node),
            remedy: "free or add room".into(),
        });
    }
}
