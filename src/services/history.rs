//! Fills the trails of nodes and apps with Proxmox's own memory of the last minutes, once, so that a deck that has just
//! been opened does not stand before empty sparklines. What must hold: a trail that has readings of its own is left as
//! it is, and no guest is asked twice.

use std::sync::Arc;

use crate::{
    domain::{
        fleet::{Fleet, Guest, Power},
        ids::{GuestKey, HostId, NodeKey},
        trail::{LENGTH, Trail},
    },
    operations::world::World,
    proxmox::{Client, HistoryOf, Reading, Timeframe},
};

/// Readings of a minute each are older than what is seen now; a trail this short is still worth filling.
const SHORT: usize = 8;
/// Beyond this many apps on a host the first seconds belong to other things.
const MOST: usize = 60;

pub async fn recall(world: &World, host: &HostId) {
    let Ok(client) = world.client(host) else { return };
    let fleet = world.fleet();
    let nodes: Vec<_> = fleet.nodes_of(host).map(|node| node.key.clone()).collect();
    for key in nodes {
        let of = HistoryOf::Node(key.node.clone());
        fill(&client, of, |readings| world.change(|fleet| fill_node(fleet, &key, readings))).await;
    }
    for guest in apps_of(&fleet, host) {
        let of = HistoryOf::Guest { node: guest.node.clone(), kind: guest.kind, vmid: guest.vmid() };
        fill(&client, of, |readings| world.change(|fleet| fill_guest(fleet, &guest.key, readings))).await;
    }
}

/// History is a luxury: where it cannot be had, the trail grows by itself.
async fn fill(client: &Client, of: HistoryOf, take: impl FnOnce(&[Reading])) {
    if let Ok(readings) = client.history(&of, Timeframe::Hour).await {
        take(&readings[readings.len().saturating_sub(LENGTH)..]);
    }
}

fn apps_of(fleet: &Fleet, host: &HostId) -> Vec<Arc<Guest>> {
    let guests = fleet.apps.iter().filter(|app| app.guest.host == *host).filter_map(|app| fleet.guest(&app.guest));
    guests.filter(|guest| guest.power == Power::Running).take(MOST).cloned().collect()
}

fn fill_node(fleet: &mut Fleet, key: &NodeKey, readings: &[Reading]) {
    if let Some(node) = fleet.nodes.iter_mut().find(|node| node.key == *key) {
        before(&mut node.cpu_trail, readings.iter().map(|reading| reading.cpu));
    }
}

fn fill_guest(fleet: &mut Fleet, key: &GuestKey, readings: &[Reading]) {
    let Some(known) = fleet.guests.iter_mut().find(|guest| guest.key == *key) else { return };
    let guest = Arc::make_mut(known);
    before(&mut guest.cpu_trail, readings.iter().map(|reading| reading.cpu));
    before(&mut guest.traffic.trail_in, readings.iter().map(|reading| reading.net_in));
    before(&mut guest.traffic.trail_out, readings.iter().map(|reading| reading.net_out));
    if let Some(last) = readings.last() {
        guest.traffic.rate_in = guest.traffic.rate_in.or(last.net_in);
        guest.traffic.rate_out = guest.traffic.rate_out.or(last.net_out);
    }
}

fn before(trail: &mut Trail, past: impl Iterator<Item = Option<f32>>) {
    if trail.readings().len() <= SHORT {
        *trail = past.chain(trail.readings()).collect();
    }
}
