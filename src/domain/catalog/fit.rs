//! Whether a recipe would find a place on the nodes that are there, as far as a listing tells; the plan looks closer.

use super::{PveVersion, Recipe};
use crate::domain::{
    app::Method,
    fleet::{Node, NodeStatus},
};

/// Images become containers from here on.
const OCI_FROM: PveVersion = PveVersion { major: 9, minor: 1 };
const MIB: u64 = 1 << 20;

/// What all of these nodes have at least, as far as they said.
pub fn oldest<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Option<PveVersion> {
    nodes.into_iter().filter_map(|node| PveVersion::of(node.version.as_deref()?)).min()
}

/// Or why not. What nobody knows yet is no obstacle.
pub fn fits(recipe: &Recipe, nodes: &[Node]) -> Result<(), String> {
    let online: Vec<_> = nodes.iter().filter(|node| node.status != NodeStatus::Offline).collect();
    if online.is_empty() {
        return Err("no node is online".into());
    }
    let cores = recipe.resources.cores.min;
    if online.iter().all(|node| node.cores.is_some_and(|has| has < cores)) {
        return Err(format!("no node has {cores} cores"));
    }
    let memory = u64::from(recipe.resources.memory.min);
    let free = |node: &&Node| node.memory.map(|usage| usage.total.saturating_sub(usage.used));
    if online.iter().all(|node| free(node).is_some_and(|free| free < memory * MIB)) {
        return Err(format!("no node has {memory} MB of memory free"));
    }
    let only_oci = recipe.methods_offered() == [Method::Oci];
    let is_old = |node: &&Node| node.version.as_deref().and_then(PveVersion::of).is_some_and(|has| has < OCI_FROM);
    if only_oci && online.iter().all(is_old) {
        return Err(format!("no node runs Proxmox VE {OCI_FROM}, which it needs"));
    }
    Ok(())
}
