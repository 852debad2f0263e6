//! What needs a person, the worst first. What must hold: it is told until it is mended or, where there is nothing to
//! mend, until it was read; and nothing is told twice.

pub mod told;

use std::collections::HashSet;

use super::backups::Board;
use super::care::Urgency;
use super::expiry;
use super::world::{Entry, NEARLY_FULL, World, guest_of, has_failed};
use crate::{
    domain::{
        backup::{Age, BoardRow, ProofResult},
        care::{AlertId, FindingId},
        fleet::{Fleet, Node, NodeStatus, Reach, Usage},
        host::Expiring,
        ids::{GuestKey, HostId, OperationId},
        moment::Moment,
        operation::Operation,
        plan::Subject,
        state::State,
    },
    tui::{theme::Role, widgets::figures},
};

/// Something that a person should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    pub about: About,
    pub state: State,
    /// Who: a name.
    pub who: String,
    /// What is wrong, in a few words.
    pub what: String,
    pub role: Role,
    /// What to press or do.
    pub remedy: String,
}

impl Want {
    /// What is wrong, for a place where the name stands before it.
    pub fn told(&self) -> &str {
        self.what.strip_prefix(self.who.as_str()).map_or(self.what.as_str(), str::trim_start)
    }

    pub fn guest(&self) -> Option<&GuestKey> {
        match &self.about {
            About::Guest(guest)
            | About::Operation(Some(guest), _)
            | About::Alert(Some(guest), _)
            | About::Finding(guest, _) => Some(guest),
            About::Operation(None, _) | About::Alert(None, _) | About::Hosts | About::Backups(_) | About::Drift => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum About {
    Guest(GuestKey),
    /// With its guest, where it has one.
    Operation(Option<GuestKey>, OperationId),
    Hosts,
    /// Several apps of this age, on their board.
    Backups(Age),
    /// With the unit that it is about, where it is one.
    Alert(Option<GuestKey>, AlertId),
    Finding(GuestKey, FindingId),
    /// Several findings, in the inbox.
    Drift,
}

pub fn wants(world: &World, board: &Board, read: &HashSet<OperationId>, now: Moment) -> Vec<Want> {
    let fleet = &*world.fleet;
    let mut wants = Vec::new();
    lost_hosts(fleet, &mut wants);
    dark_nodes(fleet, &mut wants);
    wants.extend(told::alerts(fleet, Urgency::Danger, now));
    questions(fleet, &mut wants);
    wants.extend(told::stuck(fleet));
    failures(world, read, &mut wants);
    wants.extend(told::findings(fleet, Urgency::Danger));
    wants.extend(told::alerts(fleet, Urgency::Warning, now));
    if !told::is_led(&fleet.care) {
        full_apps(world, &mut wants);
        full_nodes(fleet, &mut wants);
        full_storages(fleet, &mut wants);
        running_out(fleet, now, &mut wants);
        unsaved_apps(world, board, &mut wants);
    }
    wants.extend(told::findings(fleet, Urgency::Warning));
    disproved(board, &mut wants);
    wants.extend(told::findings(fleet, Urgency::Notable));
    wants.extend(told::alerts(fleet, Urgency::Notable, now));
    wants
}

/// How many there are that nobody wants to hear of for now.
pub fn quiet(fleet: &Fleet, now: Moment) -> usize {
    told::quiet(&fleet.care, now)
}

/// How full something is, where it is nearly full.
pub fn nearly_full(usage: Option<Usage>) -> Option<f32> {
    usage.and_then(Usage::fraction).filter(|fraction| *fraction >= NEARLY_FULL)
}

fn lost_hosts(fleet: &Fleet, wants: &mut Vec<Want>) {
    for host in fleet.hosts.iter().filter(|host| !told::tells_of_host(&fleet.care, &host.id)) {
        if let Reach::Lost(fault) = &host.reach {
            wants.push(Want {
                about: About::Hosts,
                state: State::Stale,
                who: host.id.to_string(),
                what: fault.what.clone(),
                role: Role::Danger,
                remedy: fault.remedy.clone(),
            });
        }
    }
}

fn is_online(fleet: &Fleet, host: &HostId) -> bool {
    fleet.host(host).is_some_and(|host| host.reach == Reach::Online)
}

fn dark_nodes(fleet: &Fleet, wants: &mut Vec<Want>) {
    let offline = fleet.nodes.iter().filter(|node| node.status == NodeStatus::Offline);
    let untold = |node: &&Node| is_online(fleet, &node.key.host) && !told::tells_of_node(&fleet.care, &node.key);
    for node in offline.filter(untold) {
        wants.push(Want {
            about: About::Hosts,
            state: State::Missing,
            who: node.key.node.to_string(),
            what: "the node is offline".into(),
            role: Role::Danger,
            remedy: "look at the machine, or at its network".into(),
        });
    }
}

/// What failed and waits for the operator's word.
fn questions(fleet: &Fleet, wants: &mut Vec<Want>) {
    for operation in fleet.operations.iter().filter(|operation| operation.asks()) {
        wants.push(Want {
            about: About::Operation(guest_of(operation), operation.id),
            state: State::Error,
            who: operation.plan.name.clone(),
            what: trouble(operation),
            role: Role::Danger,
            remedy: "[Enter] keep it, or undo".into(),
        });
    }
}

/// What is down because an operation failed, and failures that nobody has read.
fn failures(world: &World, read: &HashSet<OperationId>, wants: &mut Vec<Want>) {
    let known = |entry: &&Entry| entry.state != State::Stale && !entry.is_binned();
    for entry in world.entries.iter().filter(known) {
        let failed = world.operation(entry).filter(|operation| has_failed(operation));
        // What was cancelled has no fault, and nobody needs to be told of it.
        let is_new = failed.is_some_and(|operation| operation.fault().is_some() && !read.contains(&operation.id));
        let is_told = || told::tells_of_unit(&world.fleet, &entry.key);
        if is_new || (entry.state.wants_attention() && !is_told()) {
            wants.push(failure(entry, failed));
        }
    }
    wants.extend(world.fleet.operations.iter().filter(|operation| came_to_nothing(world, operation, read)).map(
        |operation| Want {
            about: About::Operation(None, operation.id),
            state: State::Error,
            who: operation.plan.name.clone(),
            what: trouble(operation),
            role: Role::Danger,
            remedy: "[Enter] why".into(),
        },
    ));
}

/// A new app that failed and left no unit to tell of it, unless it was tried anew since.
fn came_to_nothing(world: &World, operation: &Operation, read: &HashSet<OperationId>) -> bool {
    let is_new = matches!(operation.plan.subject, Subject::NewApp { .. });
    let failed = has_failed(operation) && operation.fault().is_some() && !read.contains(&operation.id);
    let has_unit = || guest_of(operation).is_some_and(|guest| world.entry(&guest).is_some());
    let newer = |other: &&Operation| other.id > operation.id && other.plan.name == operation.plan.name;
    is_new && failed && !has_unit() && !world.fleet.operations.iter().any(|other| newer(&other))
}

fn failure(entry: &Entry, failed: Option<&Operation>) -> Want {
    let (about, what, remedy) = match failed {
        Some(operation) => (About::Operation(Some(entry.key.clone()), operation.id), trouble(operation), "[Enter] why"),
        None => (About::Guest(entry.key.clone()), entry.state.slug().into(), "[Enter] look"),
    };
    let state = if failed.is_some() { State::Error } else { entry.state.clone() };
    let role = if state == State::Degraded { Role::Warning } else { Role::Danger };
    Want { about, state, who: entry.name.to_string(), what, role, remedy: remedy.into() }
}

fn trouble(operation: &Operation) -> String {
    operation.fault().map_or_else(|| format!("{} failed", operation.plan.kind.slug()), |fault| fault.what.clone())
}

fn full_apps(world: &World, wants: &mut Vec<Want>) {
    for entry in world.entries.iter().filter(|entry| entry.is_app() && !entry.is_binned()) {
        let full = [("disk", entry.full_disk()), ("memory", entry.full_memory())];
        for (what, fraction) in full.into_iter().filter_map(|(what, fraction)| Some((what, fraction?))) {
            let about = About::Guest(entry.key.clone());
            wants.push(full_of(about, entry.name.to_string(), what, fraction, "[Enter] look"));
        }
    }
}

fn full_nodes(fleet: &Fleet, wants: &mut Vec<Want>) {
    for node in fleet.nodes.iter().filter(|node| is_online(fleet, &node.key.host)) {
        for (what, usage) in [("disk", node.disk), ("memory", node.memory)] {
            if let Some(fraction) = nearly_full(usage) {
                wants.push(full_of(About::Hosts, node.key.node.to_string(), what, fraction, "[Enter] look"));
            }
        }
    }
}

/// A shared storage is listed by every node and told once.
fn full_storages(fleet: &Fleet, wants: &mut Vec<Want>) {
    let mut seen = HashSet::new();
    for storage in &fleet.storages {
        let Some(fraction) = nearly_full(storage.usage) else { continue };
        if storage.shared && !seen.insert((&storage.host, &storage.name)) {
            continue;
        }
        let place = if storage.shared { "shared".into() } else { format!("on {}", storage.node) };
        let remedy = format!("{place} · free or add room");
        wants.push(full_of(About::Hosts, storage.name.to_string(), "storage", fraction, &remedy));
    }
}

/// Logins and certificates that stop to be good soon.
fn running_out(fleet: &Fleet, now: Moment, wants: &mut Vec<Want>) {
    for host in fleet.hosts.iter().filter(|host| host.reach != Reach::Off) {
        let mut soon: Vec<_> = host.expiring.iter().filter(|expiry| expiry::loud(expiry.at, now).is_some()).collect();
        soon.sort_by_key(|expiry| expiry.at);
        wants.extend(soon.into_iter().map(|one| Want {
            about: About::Hosts,
            state: State::Degraded,
            who: host.id.to_string(),
            what: format!("{} {}", expiry::what(one), expiry::words(one.at, now)),
            role: expiry::loud(one.at, now).unwrap_or(Role::Warning),
            remedy: match one.what {
                Expiring::Token => "[4] hosts, [K] a new token".into(),
                Expiring::Certificate(_) => "renew it on the node".into(),
            },
        }));
    }
}

/// Each of a few, or how many they are.
fn unsaved_apps(world: &World, board: &Board, wants: &mut Vec<Want>) {
    const FEW: usize = 3;
    for age in [Age::Stale, Age::Never] {
        let is_saved = |row: &BoardRow| world.entry(&row.guest).is_some_and(|entry| entry.state == State::BackingUp);
        let old = board.rows.iter().filter(|row| board.age(row) == Some(age) && !is_saved(row));
        let old: Vec<&BoardRow> = old.collect();
        if old.len() > FEW {
            let what = if age == Age::Stale { "their backups are stale" } else { "no backup yet" };
            wants.push(Want {
                about: About::Backups(age),
                state: State::Degraded,
                who: format!("{} apps", old.len()),
                what: what.into(),
                role: Role::Warning,
                remedy: "[Enter] which, and back them up".into(),
            });
            continue;
        }
        wants.extend(old.into_iter().map(|row| unsaved(world, row)));
    }
}

/// Backups that did not start when they were tried.
fn disproved(board: &Board, wants: &mut Vec<Want>) {
    let is_bad = |row: &&BoardRow| row.proof.as_ref().is_some_and(|proof| proof.result != ProofResult::Good);
    wants.extend(board.rows.iter().filter(is_bad).map(|row| Want {
        about: About::Guest(row.guest.clone()),
        state: State::Degraded,
        who: row.name.to_string(),
        what: "backup does not start".into(),
        role: Role::Danger,
        remedy: "[B] its backups · [b] a new one".into(),
    }));
}

fn unsaved(world: &World, row: &BoardRow) -> Want {
    let age = row.newest.as_ref().map(|backup| figures::age(world.fleet.as_of.since(backup.made)));
    Want {
        about: About::Guest(row.guest.clone()),
        state: State::Degraded,
        who: row.name.to_string(),
        what: age.map_or_else(|| "no backup yet".into(), |age| format!("backup {age} old")),
        role: Role::Warning,
        remedy: "[b] back up now".into(),
    }
}

fn full_of(about: About, who: String, what: &str, fraction: f32, remedy: &str) -> Want {
    Want {
        about,
        state: State::Degraded,
        who,
        what: format!("{what} {:.0} %", fraction * 100.0),
        role: Role::Danger,
        remedy: remedy.into(),
    }
}
