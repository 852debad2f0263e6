//! How a new listing of one host becomes the next fleet. What must hold: nothing leaves the fleet because a listing
//! that saw less does not show it, and a rate is only made of two readings that differ.

use std::{collections::HashMap, sync::Arc};

use super::{
    fleet::{Counted, Fleet, Guest, Listing, Node, NodeStatus, Power, Reach, Storage, Traffic},
    ids::{GuestKey, HostId, NodeName, Vmid},
    moment::Moment,
    operation::Operation,
    plan::{PlanKind, journal::Outcome},
    purpose::Denied,
};

/// One reading of a host, as its client typed it: trails and rates are still empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    pub host: HostId,
    pub at: Moment,
    pub cluster: Option<Arc<str>>,
    pub version: Option<Arc<str>>,
    pub nodes: Vec<Node>,
    pub guests: Vec<Guest>,
    pub storages: Vec<Storage>,
    pub listing: Listing,
    /// What our login may not do; nothing where that was not looked up.
    pub denied: Option<Arc<[Denied]>>,
}

/// What a listing says of power is up to ten seconds old; an operation that was awaited to its end knows better.
const LISTING_LAG_MS: i64 = 12_000;
/// Proxmox refreshes its counters every ten seconds; counters that stand still longer than this mean silence.
const COUNTERS_STALE_MS: i64 = 25_000;

impl Fleet {
    /// Takes in what a host says of itself now.
    pub fn observe(&mut self, seen: Observation) {
        let Observation { host, at, cluster, version, nodes, guests, storages, listing, denied } = seen;
        let Some(entry) = self.hosts.iter_mut().find(|known| known.id == host) else {
            return;
        };
        // It was switched off while it answered.
        if entry.reach == Reach::Off {
            return;
        }
        entry.reach = Reach::Online;
        entry.as_of = Some(at);
        entry.listing = listing.clone();
        entry.cluster = cluster.or(entry.cluster.take());
        entry.version = version.or(entry.version.take());
        if let Some(denied) = denied {
            entry.denied = denied;
        }
        self.take_nodes(&host, nodes);
        self.take_guests(&host, at, guests, &listing);
        self.take_storages(&host, storages, &listing);
        self.as_of = self.as_of.max(at);
    }

    fn take_nodes(&mut self, host: &HostId, seen: Vec<Node>) {
        let (mut before, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.nodes).into_iter().partition(|node| node.key.host == *host);
        self.nodes = others;
        for mut node in seen {
            if let Some(at) = before.iter().position(|old| old.key == node.key) {
                let old = before.swap_remove(at);
                node.cpu_trail = old.cpu_trail;
                node.version = node.version.or(old.version);
            }
            node.cpu_trail.push(node.cpu);
            self.nodes.push(node);
        }
        // A node that is not named any more is kept as a dark one: its guests may come back with it.
        self.nodes.extend(before.into_iter().map(|old| Node { status: NodeStatus::Unknown, cpu: None, ..old }));
        self.nodes.sort_by(|a, b| a.key.cmp(&b.key));
    }

    fn take_guests(&mut self, host: &HostId, at: Moment, seen: Vec<Guest>, listing: &Listing) {
        let (before, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.guests).into_iter().partition(|guest| guest.key.host == *host);
        self.guests = others;
        let done: HashMap<GuestKey, Power> = self.lately_switched(at).collect();
        let mut before: HashMap<Vmid, Arc<Guest>> = before.into_iter().map(|guest| (guest.vmid(), guest)).collect();
        for mut guest in seen {
            let old = before.remove(&guest.vmid());
            carry_history(&mut guest, old.as_deref(), at);
            if let Some(power) = done.get(&guest.key) {
                guest.power = *power;
            }
            self.guests.push(Arc::new(guest));
        }
        let owned: std::collections::HashSet<_> = self.apps.iter().map(|app| app.guest.clone()).collect();
        let may_forget = *listing == Listing::Complete;
        // An app's guest stays on the rack whatever a listing says; only a plain guest may leave, and only when the
        // host saw everything.
        let kept = before.into_values().filter(|guest| !may_forget || owned.contains(&guest.key));
        let kept: Vec<_> = kept.collect();
        self.guests.extend(kept.iter().map(|guest| Arc::new(Guest { power: Power::Unknown, ..(**guest).clone() })));
        if let Some(known) = self.hosts.iter_mut().find(|known| known.id == *host) {
            known.unlisted = kept.iter().map(|guest| guest.vmid()).collect();
        }
        self.guests.sort_by(|a, b| a.key.cmp(&b.key));
    }

    /// Takes in that an operation has ended well: what it switched is known before any listing says so.
    pub fn settle(&mut self, operation: &Operation) {
        let (Some(key), Some(power)) = (operation.plan.subject.guest(), leaves(operation)) else { return };
        if let Some(guest) = self.guests.iter_mut().find(|guest| guest.key == *key) {
            Arc::make_mut(guest).power = power;
        }
    }

    /// The newest operation on a guest is believed over a listing that may be older than it looks.
    fn lately_switched(&self, at: Moment) -> impl Iterator<Item = (GuestKey, Power)> {
        let newest_last = self.operations.iter().rev();
        newest_last.filter_map(move |operation| {
            let ended = operation.ended.as_ref()?;
            let is_fresh = at.0 - ended.at.0 < LISTING_LAG_MS;
            Some((operation.plan.subject.guest()?.clone(), leaves(operation).filter(|_| is_fresh)?))
        })
    }

    fn take_storages(&mut self, host: &HostId, seen: Vec<Storage>, listing: &Listing) {
        let shown: std::collections::HashSet<(NodeName, Arc<str>)> =
            seen.iter().map(|storage| (storage.node.clone(), storage.name.clone())).collect();
        let may_forget = *listing == Listing::Complete;
        self.storages.retain(|storage| {
            storage.host != *host || (!may_forget && !shown.contains(&(storage.node.clone(), storage.name.clone())))
        });
        self.storages.extend(seen);
        self.storages.sort_by(|a, b| (&a.host, &a.node, &a.name).cmp(&(&b.host, &b.node, &b.name)));
    }
}

/// How a guest is left by an operation that was done.
fn leaves(operation: &Operation) -> Option<Power> {
    match (operation.outcome()?, operation.plan.kind) {
        (Outcome::Done, PlanKind::Start | PlanKind::Restart) => Some(Power::Running),
        (Outcome::Done, PlanKind::Stop) => Some(Power::Stopped),
        _ => None,
    }
}

fn carry_history(guest: &mut Guest, old: Option<&Guest>, at: Moment) {
    let counted = guest.traffic.counted;
    let mut traffic = old.map(|old| old.traffic.clone()).unwrap_or_default();
    if let Some(old) = old {
        guest.cpu_trail = old.cpu_trail.clone();
    }
    guest.cpu_trail.push(guest.cpu);
    measure(&mut traffic, counted, at);
    guest.traffic = traffic;
}

fn measure(traffic: &mut Traffic, counted: Option<Counted>, at: Moment) {
    let Some(now) = counted else {
        *traffic = Traffic { counted: None, rate_in: None, rate_out: None, ..std::mem::take(traffic) };
        traffic.trail_in.push(None);
        traffic.trail_out.push(None);
        return;
    };
    let Some(before) = traffic.counted else {
        traffic.counted = Some(now);
        return;
    };
    let moved = (now.bytes_in, now.bytes_out) != (before.bytes_in, before.bytes_out);
    if !moved && at.0 - before.at.0 < COUNTERS_STALE_MS {
        return;
    }
    let seconds = ((now.at.0 - before.at.0) as f32 / 1000.0).max(0.001);
    // Counters that run backwards belong to a guest that was started anew: the reading begins again.
    let rate = |now: u64, before: u64| now.checked_sub(before).map(|bytes| bytes as f32 / seconds);
    traffic.rate_in = rate(now.bytes_in, before.bytes_in);
    traffic.rate_out = rate(now.bytes_out, before.bytes_out);
    traffic.trail_in.push(traffic.rate_in);
    traffic.trail_out.push(traffic.rate_out);
    traffic.counted = Some(now);
}
