//! What all guests of a node use together, and the node itself besides.

use std::collections::HashMap;

use super::{
    guest::Guest,
    metrics::{Usage, measured_at, usage},
    node::Node,
};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        hash::{mix, wander},
    },
};

/// What a bare node holds in memory.
const OWN_MEMORY: u64 = 1_700 << 20;

#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    /// Cores in use.
    pub cores: f64,
    pub memory: u64,
}

impl Load {
    pub fn add(&mut self, guest: &Guest, cores: u32, usage: &Usage) {
        self.cores += usage.cpu * f64::from(cores);
        self.memory += usage.memory;
        if guest.kind == super::guest::Kind::Machine && guest.is_running() {
            self.memory += 64 << 20;
        }
    }
}

/// A node as it is measured.
#[derive(Debug, Clone, Copy)]
pub struct Vitals {
    pub cpu: f64,
    pub memory: u64,
    pub root_used: u64,
    pub uptime: u64,
}

impl Node {
    pub fn vitals(&self, load: Load, seed: u64, now: Moment) -> Vitals {
        let own = mix(seed, u64::from(self.number) << 32);
        let at = measured_at(now).0 as f64 / 1000.0;
        let cpu = 0.01 + 0.02 * wander(own, at, 90.0) + load.cores / f64::from(self.cores.max(1));
        let memory = OWN_MEMORY + load.memory + (64.0 * wander(mix(own, 1), at, 600.0)) as u64 * (1 << 20);
        let root = 0.18 + 0.08 * (own % 8) as f64 / 8.0 + 0.01 * wander(mix(own, 2), at, 7_200.0);
        Vitals {
            cpu: cpu.min(1.0),
            memory: memory.min(self.memory * 98 / 100) & !4095,
            root_used: (self.root_total as f64 * root) as u64 & !4095,
            uptime: now.since(self.booted).as_secs(),
        }
    }
}

/// What a node says of all its guests alike, looked up once for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub heard: Moment,
    pub listed: Moment,
    pub cores: u32,
    pub load: Load,
}

impl Datacenter {
    pub fn place(&self, node: &str) -> Place {
        let cores = self.node(node).map_or(1, |node| node.cores);
        Place { heard: self.heard_at(node), listed: self.listed_at(node), cores, load: Load::default() }
    }

    /// What a guest uses; one on a dead node as it was last heard of.
    pub fn usage(&self, guest: &Guest) -> Usage {
        usage(guest, self.seed, self.heard_at(&guest.node))
    }

    /// When a node was last heard of.
    pub fn heard_at(&self, node: &str) -> Moment {
        self.node(node).and_then(|node| node.down_since).unwrap_or(self.now())
    }

    /// The moment that the one list of everything tells of: the real one is refreshed every ten seconds only.
    pub fn listed_at(&self, node: &str) -> Moment {
        let heard = self.heard_at(node);
        match self.listing_lag_ms {
            0 => heard,
            lag => Moment(heard.0 - heard.0.rem_euclid(lag)),
        }
    }

    pub fn cores(&self, guest: &Guest) -> u32 {
        guest.cores(self.node(&guest.node).map_or(1, |node| node.cores))
    }

    pub fn loads(&self) -> HashMap<&str, Load> {
        let mut places: HashMap<&str, Place> = HashMap::new();
        for guest in self.guests.values() {
            let place = places.entry(&guest.node).or_insert_with(|| self.place(&guest.node));
            place.load.add(guest, guest.cores(place.cores), &usage(guest, self.seed, place.heard));
        }
        places.into_iter().map(|(node, place)| (node, place.load)).collect()
    }

    pub fn vitals(&self, node: &Node) -> Vitals {
        let load = self.loads().get(node.name.as_str()).copied().unwrap_or_default();
        node.vitals(load, self.seed, self.heard_at(&node.name))
    }
}
