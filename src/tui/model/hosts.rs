//! The rows of the hosts deck: every host, and under it its nodes.

use std::{collections::HashMap, time::Duration};

use super::{flip::Flips, world::World};
use crate::{
    domain::{
        fault::Fault,
        ids::{HostId, NodeKey},
        machine::Machine,
        moment::Moment,
    },
    engine::TestReport,
};

#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// Which of them show their back.
    pub flips: Flips<HostRow>,
    pub machines: HashMap<NodeKey, Looked>,
    /// What each host was found to be when it was tested last.
    pub reports: HashMap<HostId, Result<Box<TestReport>, Fault>>,
    pub rows: Vec<HostRow>,
    pub at: usize,
    row: Option<HostRow>,
    pub top: usize,
}

/// What a closer look at a node came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Looked {
    Asked,
    /// And when.
    Known(Box<Machine>, Moment),
    Failed(Fault),
}

/// So long what a closer look told stands for now.
const FRESH: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HostRow {
    Host(HostId),
    Node(NodeKey),
}

impl HostRow {
    pub fn host(&self) -> &HostId {
        match self {
            Self::Host(host) => host,
            Self::Node(node) => &node.host,
        }
    }
}

impl Hosts {
    pub fn follow(&mut self, world: &World) {
        self.rows.clear();
        for host in &world.fleet.hosts {
            self.rows.push(HostRow::Host(host.id.clone()));
            self.rows.extend(world.fleet.nodes_of(&host.id).map(|node| HostRow::Node(node.key.clone())));
        }
        let found = self.row.as_ref().and_then(|row| self.rows.iter().position(|other| other == row));
        self.go(found.unwrap_or(self.at) as isize);
    }

    pub fn go(&mut self, at: isize) {
        self.at = at.clamp(0, self.rows.len().saturating_sub(1) as isize) as usize;
        self.row = self.rows.get(self.at).cloned();
    }

    /// What was told of a node, however long ago.
    pub fn machine(&self, node: &NodeKey) -> Option<&Machine> {
        match self.machines.get(node) {
            Some(Looked::Known(machine, _)) => Some(machine),
            _ => None,
        }
    }

    /// The same, while it may stand for now.
    pub fn machine_now(&self, node: &NodeKey, now: Moment) -> Option<&Machine> {
        match self.machines.get(node) {
            Some(Looked::Known(machine, at)) if now.since(*at) <= FRESH => Some(machine),
            _ => None,
        }
    }

    pub fn selected(&self) -> Option<&HostRow> {
        self.rows.get(self.at)
    }

    /// The row of the next host, or of the one before.
    pub fn next_host(&self, by: isize) -> usize {
        let is_host = |at: &usize| matches!(self.rows[*at], HostRow::Host(_));
        let next = match by {
            ..0 => (0..self.at.min(self.rows.len())).rev().find(is_host),
            _ => (self.at + 1..self.rows.len()).find(is_host),
        };
        next.unwrap_or(self.at)
    }
}
