//! What the stat blocks and the display say of the whole: sums over nodes and storages, and what needs a person.

use std::collections::HashSet;

use super::{
    backups::Board,
    wants::{Want, quiet, wants},
    world::World,
};
use crate::domain::{
    fleet::{Fleet, NodeStatus, Storage, Usage},
    ids::OperationId,
    moment::Moment,
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
    /// How many more there are that nobody wants to hear of for now.
    pub quiet: usize,
    /// When the first of them that was snoozed is told again.
    pub told_again: Option<Moment>,
}

pub fn assess(world: &World, board: &Board, read: &HashSet<OperationId>, now: Moment) -> Health {
    let fleet = &world.fleet;
    Health {
        cpu: cpu(fleet),
        cpu_trail: cpu_trail(fleet),
        memory: sum(fleet.nodes.iter().filter_map(|node| node.memory)),
        storage: sum(own_storages(fleet).filter_map(|storage| storage.usage)),
        nodes: fleet.nodes.len(),
        nodes_up: fleet.nodes.iter().filter(|node| node.status == NodeStatus::Online).count(),
        wants: wants(world, board, read, now),
        quiet: quiet(fleet, now),
        told_again: fleet.care.alerts.iter().filter_map(|alert| alert.snoozed).filter(|until| *until > now).min(),
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
pub fn own_storages(fleet: &Fleet) -> impl Iterator<Item = &Storage> {
    let mut seen = HashSet::new();
    fleet.storages.iter().filter(move |storage| {
        storage.available && (!storage.shared || seen.insert((storage.host.clone(), storage.name.clone())))
    })
}
