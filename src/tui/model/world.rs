//! The fleet as the deck looks at it, worked out once for each new fleet and not for each frame: who is an app, which
//! light it has, what runs on it.

mod furnish;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::wants::nearly_full;
use crate::domain::{
    app::App,
    cables::{Cable, cables},
    fleet::{Fleet, Guest, Host, Node, Power},
    gateway::endpoint_of,
    ids::{GuestKey, HostId, NodeKey, Vmid},
    moment::Moment,
    operation::Operation,
    plan::{PlanKind, Subject, journal::reserved},
    state::{State, judge},
};
use crate::tui::widgets::{
    fan::Speed,
    figures,
    led::{Beat, Led},
};

#[derive(Debug, Clone)]
pub struct World {
    pub fleet: Arc<Fleet>,
    /// Every guest but the templates, in the order of their keys; an app whose guest nobody lists is here too.
    pub entries: Vec<Entry>,
    by_key: HashMap<GuestKey, usize>,
    pub totals: Totals,
    pub cabinets: Vec<Cabinet>,
    /// Who talks to whom, as far as it is known.
    pub cables: Vec<Cable>,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub key: GuestKey,
    pub name: Arc<str>,
    pub guest: Option<Arc<Guest>>,
    /// Its place among the fleet's apps; nothing for a guest that is not ours.
    app: Option<usize>,
    operation: Option<usize>,
    pub state: State,
    /// Where a browser finds it.
    pub endpoint: Option<String>,
    /// It waits in the recycle bin until then.
    pub binned: Option<Moment>,
    /// Only the operator can say how its operation goes on.
    pub asks: bool,
    /// It is being made: an app that our books do not know yet.
    pub is_coming: bool,
}

/// One node and what stands in it.
#[derive(Debug, Clone)]
pub struct Cabinet {
    pub node: NodeKey,
    /// Its place among the fleet's nodes; nothing where only guests name it.
    pub index: Option<usize>,
    /// What the operator calls it; empty where it has its node's name.
    pub name: String,
    /// From the top.
    pub units: Vec<usize>,
    /// The height at which each of them hangs, counted from the top.
    pub slots: Vec<usize>,
    /// How many of them are apps.
    pub apps: usize,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Totals {
    pub apps: usize,
    pub apps_up: usize,
    /// Of these nobody knows whether they are up.
    pub apps_stale: usize,
    pub guests: usize,
    pub unmanaged: usize,
    pub working: usize,
    /// The rhythms of all lights that are on.
    pub beats: BTreeSet<Beat>,
}

impl Totals {
    /// `11/13`; what nobody knows is not counted as down.
    pub fn up_of_all(&self) -> String {
        match self.apps - self.apps_stale {
            0 if self.apps > 0 => format!("{}/{}", figures::UNKNOWN, self.apps),
            _ => format!("{}/{}", self.apps_up, self.apps),
        }
    }
}

impl World {
    pub fn new(fleet: Arc<Fleet>) -> Self {
        let entries = list(&fleet);
        let by_key = entries.iter().enumerate().map(|(i, entry)| (entry.key.clone(), i)).collect();
        let totals = count(&fleet, &entries);
        let cabinets = furnish(&fleet, &entries);
        let cables = cables(&fleet);
        Self { fleet, entries, by_key, totals, cabinets, cables }
    }

    pub fn entry(&self, key: &GuestKey) -> Option<&Entry> {
        self.by_key.get(key).map(|i| &self.entries[*i])
    }

    pub fn index_of(&self, key: &GuestKey) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    pub fn app(&self, entry: &Entry) -> Option<&App> {
        entry.app.map(|i| &self.fleet.apps[i])
    }

    /// The newest operation on it, running or ended.
    pub fn operation(&self, entry: &Entry) -> Option<&Operation> {
        entry.operation.map(|i| &self.fleet.operations[i])
    }

    pub fn host(&self, entry: &Entry) -> Option<&Host> {
        self.fleet.host(&entry.key.host)
    }

    pub fn node(&self, cabinet: &Cabinet) -> Option<&Node> {
        cabinet.index.map(|i| &self.fleet.nodes[i])
    }

    pub fn running(&self) -> impl Iterator<Item = &Operation> {
        self.fleet.operations.iter().filter(|operation| operation.is_running())
    }
}

impl Entry {
    pub fn is_app(&self) -> bool {
        self.app.is_some() || self.is_coming
    }

    pub fn is_binned(&self) -> bool {
        self.binned.is_some()
    }

    pub fn is_working(&self) -> bool {
        matches!(
            self.state,
            State::Starting
                | State::Stopping
                | State::Restarting
                | State::Deploying
                | State::Updating
                | State::Restoring
                | State::Migrating
                | State::Cloning
                | State::Adopting
                | State::Removing
                | State::BackingUp
        )
    }

    /// How full its disk is, where it is nearly full.
    pub fn full_disk(&self) -> Option<f32> {
        nearly_full(self.guest.as_ref()?.disk)
    }

    /// How full its memory is, where it is nearly full.
    pub fn full_memory(&self) -> Option<f32> {
        nearly_full(self.guest.as_ref()?.memory).filter(|_| self.has_power())
    }

    pub fn wants_attention(&self) -> bool {
        self.asks || self.state.wants_attention() || self.full_disk().is_some() || self.full_memory().is_some()
    }

    pub fn is_up(&self) -> bool {
        match self.state {
            State::Running | State::Degraded | State::BackingUp => true,
            State::Locked(_) => self.has_power(),
            _ => false,
        }
    }

    /// How its fan turns: with its load, and not at all while it is off.
    pub fn fan(&self) -> Speed {
        let load =
            self.guest.as_ref().filter(|_| self.has_power() && self.state != State::Stale).and_then(|guest| guest.cpu);
        Speed::of(load)
    }

    /// Whether its numbers mean something, be they new or old.
    pub fn has_power(&self) -> bool {
        self.guest.as_ref().is_some_and(|guest| guest.power == Power::Running)
    }
}

/// From here on a disk or a storage is nearly full.
pub const NEARLY_FULL: f32 = 0.90;

/// Whether an operation ended otherwise than it was meant to.
pub fn has_failed(operation: &Operation) -> bool {
    operation.outcome().is_some_and(|outcome| !outcome.is_good())
}

fn list(fleet: &Arc<Fleet>) -> Vec<Entry> {
    let apps: HashMap<&GuestKey, usize> = fleet.apps.iter().enumerate().map(|(i, app)| (&app.guest, i)).collect();
    let made: Vec<(usize, GuestKey)> = made(fleet);
    let all = fleet.operations.iter().enumerate();
    let mut operations: HashMap<&GuestKey, usize> = HashMap::new();
    let mut about: Vec<(usize, &GuestKey)> =
        all.filter_map(|(i, operation)| Some((i, operation.plan.subject.guest()?))).collect();
    about.extend(made.iter().map(|(i, guest)| (*i, guest)));
    about.sort_by_key(|(i, _)| *i);
    for (i, guest) in about {
        operations.entry(guest).or_insert(i);
    }
    let hosts: HashMap<&HostId, &Host> = fleet.hosts.iter().map(|host| (&host.id, host)).collect();
    let known = fleet.guests.iter().filter(|guest| !guest.is_template);
    let mut entries: Vec<Entry> = known
        .map(|guest| {
            let operation = operations.get(&guest.key).copied();
            let last = operation.map(|i| &fleet.operations[i]);
            let app = apps.get(&guest.key).copied();
            let health = app.and_then(|i| fleet.care.health.get(&fleet.apps[i].id)).map(|known| known.health);
            let state = judge(guest, hosts.get(&guest.key.host).map(|host| &host.reach), last, health);
            Entry::of_guest(fleet, guest, app, operation, state)
        })
        .collect();
    let listed: std::collections::HashSet<&GuestKey> = fleet.guests.iter().map(|guest| &guest.key).collect();
    let lost = fleet.apps.iter().enumerate().filter(|(_, app)| !listed.contains(&app.guest));
    entries.extend(lost.map(|(i, app)| Entry::of_missing(fleet, app, i, operations.get(&app.guest).copied())));
    // What is made only to be tried becomes nobody's app.
    let comes = |operation: &Operation| operation.is_running() && operation.plan.kind != PlanKind::Prove;
    let coming = made.iter().filter(|(i, guest)| comes(&fleet.operations[*i]) && !apps.contains_key(guest));
    for (i, guest) in coming {
        match entries.iter_mut().find(|entry| entry.key == *guest) {
            Some(entry) => entry.is_coming = true,
            None => entries.push(Entry::of_coming(fleet, guest, *i)),
        }
    }
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

/// Guests that operations made or are making, by the ids that they reserved.
fn made(fleet: &Fleet) -> Vec<(usize, GuestKey)> {
    let all = fleet.operations.iter().enumerate();
    all.filter_map(|(i, operation)| Some((i, made_by(operation)?))).collect()
}

/// The guest of an app that had none when its operation was planned.
pub fn made_by(operation: &Operation) -> Option<GuestKey> {
    let Subject::NewApp { host, .. } = &operation.plan.subject else { return None };
    let steps = 0..operation.plan.steps.len();
    let reservation = steps.filter_map(|i| reserved(&operation.journal, i)).next()?;
    Some(GuestKey { host: host.clone(), vmid: reservation.vmid })
}

/// The guest that an operation is about, or that it makes.
pub fn guest_of(operation: &Operation) -> Option<GuestKey> {
    operation.plan.subject.guest().cloned().or_else(|| made_by(operation))
}

impl Entry {
    fn of_guest(fleet: &Fleet, guest: &Arc<Guest>, app: Option<usize>, operation: Option<usize>, state: State) -> Self {
        let ours = app.map(|i| &fleet.apps[i]);
        Self {
            key: guest.key.clone(),
            name: ours.map_or_else(|| guest.name.clone(), |app| app.name.clone()),
            guest: Some(guest.clone()),
            app,
            operation,
            state,
            endpoint: ours.and_then(|app| endpoint_of(fleet, app)),
            binned: ours.and_then(App::binned_until),
            asks: asks(fleet, operation),
            is_coming: false,
        }
    }

    fn of_missing(fleet: &Fleet, app: &App, index: usize, operation: Option<usize>) -> Self {
        Self {
            key: app.guest.clone(),
            name: app.name.clone(),
            guest: None,
            app: Some(index),
            operation,
            state: State::Missing,
            endpoint: app.endpoint(),
            binned: app.binned_until(),
            asks: asks(fleet, operation),
            is_coming: false,
        }
    }

    /// Nobody lists it yet.
    fn of_coming(fleet: &Fleet, guest: &GuestKey, index: usize) -> Self {
        let operation = &fleet.operations[index];
        let state = match operation.plan.kind {
            PlanKind::Clone => State::Cloning,
            PlanKind::RestoreBeside => State::Restoring,
            _ => State::Deploying,
        };
        Self {
            key: guest.clone(),
            name: operation.plan.name.as_str().into(),
            guest: None,
            app: None,
            operation: Some(index),
            state,
            endpoint: None,
            binned: None,
            asks: asks(fleet, Some(index)),
            is_coming: true,
        }
    }

    pub fn vmid(&self) -> Vmid {
        self.key.vmid
    }
}

fn asks(fleet: &Fleet, operation: Option<usize>) -> bool {
    operation.is_some_and(|i| fleet.operations[i].asks())
}

fn beats(fleet: &Fleet, entries: &[Entry]) -> BTreeSet<Beat> {
    let guests = entries.iter().map(|entry| Led::of(&entry.state));
    guests.chain(fleet.hosts.iter().map(|host| Led::of_host(&host.reach))).map(|led| led.beat).collect()
}

fn count(fleet: &Fleet, entries: &[Entry]) -> Totals {
    let apps = || entries.iter().filter(|entry| entry.is_app() && !entry.is_binned());
    Totals {
        apps: apps().count(),
        apps_stale: apps().filter(|entry| entry.state == State::Stale).count(),
        apps_up: apps().filter(|entry| entry.is_up()).count(),
        guests: entries.len(),
        unmanaged: entries.iter().filter(|entry| !entry.is_app()).count(),
        working: entries.iter().filter(|entry| entry.is_working()).count(),
        beats: beats(fleet, entries),
    }
}

fn furnish(fleet: &Fleet, entries: &[Entry]) -> Vec<Cabinet> {
    let named = fleet.nodes.iter().enumerate();
    let mut cabinets: Vec<Cabinet> =
        named.map(|(i, node)| Cabinet { index: Some(i), ..Cabinet::empty(node.key.clone()) }).collect();
    for (i, entry) in entries.iter().enumerate() {
        let Some(guest) = entry.guest.as_ref().filter(|_| !entry.is_binned()) else { continue };
        let node = NodeKey { host: entry.key.host.clone(), node: guest.node.clone() };
        match cabinets.iter_mut().find(|cabinet| cabinet.node == node) {
            Some(cabinet) => cabinet.units.push(i),
            None => cabinets.push(Cabinet { units: vec![i], ..Cabinet::empty(node) }),
        }
    }
    for cabinet in &mut cabinets {
        cabinet.apps = cabinet.units.iter().filter(|i| entries[**i].is_app()).count();
        cabinet.units.sort_by_cached_key(|i| (!entries[*i].is_app(), entries[*i].name.to_lowercase(), *i));
        cabinet.slots = (0..cabinet.units.len()).collect();
    }
    cabinets
}

impl Cabinet {
    fn empty(node: NodeKey) -> Self {
        Self { node, index: None, name: String::new(), units: Vec::new(), slots: Vec::new(), apps: 0 }
    }

    /// What hangs at this height.
    pub fn at_slot(&self, slot: usize) -> Option<usize> {
        self.slots.iter().position(|taken| *taken == slot)
    }
}
