//! One machine of the cluster.

use crate::domain::moment::Moment;
use crate::sim::shell::{Flavour, Host};

#[derive(Debug, Clone)]
pub struct Node {
    pub name: String,
    /// Its number in the cluster, from one.
    pub number: u32,
    pub ip: String,
    pub cores: u32,
    pub sockets: u32,
    pub model: &'static str,
    pub mhz: &'static str,
    /// Bytes
    pub memory: u64,
    pub swap: u64,
    pub root_total: u64,
    pub booted: Moment,
    /// Since when it has been dead, if it is.
    pub down_since: Option<Moment>,
    /// Bridges that a guest may be plugged into.
    pub bridges: Vec<&'static str>,
}

impl Node {
    pub fn is_online(&self) -> bool {
        self.down_since.is_none()
    }
}

/// A node as a machine of its own.
pub fn host_of_node(node: &Node) -> Host {
    Host {
        name: node.name.clone(),
        flavour: Flavour::Debian,
        booted: node.booted,
        node_booted: node.booted,
        address: format!("{}/16", node.ip),
        memory: node.memory,
        environment: vec![("HOME".into(), "/root".into())],
    }
}
