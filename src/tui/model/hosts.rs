//! The rows of the hosts deck: every host, and under it its nodes.

use super::world::World;
use crate::domain::ids::{HostId, NodeKey};

#[derive(Debug, Clone, Default)]
pub struct Hosts {
    pub rows: Vec<HostRow>,
    pub at: usize,
    row: Option<HostRow>,
    pub top: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
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
