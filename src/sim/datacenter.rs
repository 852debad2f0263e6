//! The datacenter itself: a state machine without sockets and without a clock. Time comes in with every call and never
//! runs backwards; what was due by then has happened before the call is answered.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value;

use super::{
    api::Identities,
    backup::Order,
    console::Consoles,
    faults::{Fault, Faults},
    ha::Ha,
    hash::mix,
    jobs::Job,
    life::{Worker, words::interrupted},
    ssh::Talks,
    world::{
        access::{Access, Rights, Who},
        firewall::Firewall,
        guest::{Guest, Kind},
        node::Node,
        pool::Pool,
        storage::Storage,
        task::{State, Task, Tasks, Work},
        tickets::Tickets,
    },
};
use crate::domain::moment::Moment;

pub struct Datacenter {
    pub seed: u64,
    /// Nothing for a single machine that belongs to no cluster.
    pub cluster: Option<String>,
    pub nodes: Vec<Node>,
    pub guests: BTreeMap<u32, Guest>,
    pub storages: Vec<Storage>,
    pub access: Access,
    pub tickets: Tickets,
    pub tasks: Tasks,
    /// What was thrown at it and not mended yet.
    pub faults: Faults,
    pub identities: Identities,
    pub jobs: BTreeMap<String, Job>,
    pub pools: BTreeMap<String, Pool>,
    pub ha: Ha,
    /// Options of the datacenter that were set.
    pub options: BTreeMap<String, Value>,
    pub firewalls: BTreeMap<u32, Firewall>,
    /// Bytes by storage and node that were there in the beginning.
    pub weighed: HashMap<(String, String), u64>,
    /// A backup that begins again and again, as a schedule would have it.
    pub routine: Option<Routine>,
    /// How often the list of all resources notices that a guest was started or stopped; 0 is at once.
    pub listing_lag_ms: i64,
    pub consoles: Consoles,
    pub talks: Talks,
    /// How far the clocks of its nodes are ahead of its own time, because that time is moved by calls.
    pub(super) drift_ms: i64,
    /// From where on addresses of new containers are counted: several datacenters on one machine share a network.
    pub lan: u32,
    pub(super) now: Moment,
    pub(super) processes: u32,
}

/// A guest that is backed up every so often.
#[derive(Debug, Clone)]
pub struct Routine {
    pub vmid: u32,
    pub next: Moment,
    pub every_ms: i64,
    pub lasts_ms: i64,
    pub storage: &'static str,
}

impl Datacenter {
    pub fn new(seed: u64, now: Moment) -> Self {
        Self {
            seed,
            cluster: None,
            nodes: Vec::new(),
            guests: BTreeMap::new(),
            storages: Vec::new(),
            access: Access::new(),
            tickets: Tickets::new(seed),
            tasks: Tasks::default(),
            faults: Faults::default(),
            identities: Identities::default(),
            jobs: BTreeMap::new(),
            pools: BTreeMap::new(),
            ha: Ha::default(),
            options: BTreeMap::new(),
            firewalls: BTreeMap::new(),
            weighed: HashMap::new(),
            routine: None,
            listing_lag_ms: 0,
            consoles: Consoles::default(),
            talks: Talks::default(),
            drift_ms: 0,
            lan: 0,
            now,
            processes: 1_200,
        }
    }

    pub fn now(&self) -> Moment {
        self.now
    }

    /// What the clocks of its nodes show.
    pub fn clock(&self) -> Moment {
        Moment(self.now.0 + self.skew_ms())
    }

    fn skew_ms(&self) -> i64 {
        self.faults.skew_ms() + self.drift_ms
    }

    /// The node that answers: the first that is up.
    pub fn here(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| node.is_online())
    }

    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }

    pub fn storage(&self, name: &str) -> Option<&Storage> {
        self.storages.iter().find(|storage| storage.name == name)
    }

    /// Nothing of the cluster's configuration can change while most of its nodes are away.
    pub fn is_quorate(&self) -> bool {
        let online = self.nodes.iter().filter(|node| node.is_online()).count();
        self.cluster.is_none() || (online * 2 > self.nodes.len() && !self.faults.stands(&Fault::NoQuorum))
    }

    /// A guest where it was looked for: on another node it does not exist.
    pub fn guest_on(&self, node: &str, kind: Kind, vmid: u32) -> Option<&Guest> {
        self.guests.get(&vmid).filter(|guest| guest.node == node && guest.kind == kind)
    }

    /// Rights at a path; those on a pool count for its guests and storages.
    pub fn rights(&self, who: &Who, path: &str) -> Rights {
        let rights = self.access.rights(who, path);
        let vmid = path.strip_prefix("/vms/").and_then(|vmid| vmid.parse().ok());
        if let Some(pool) = vmid.and_then(|vmid: u32| self.guests.get(&vmid)).and_then(|guest| guest.pool.as_deref()) {
            return rights.or(self.access.rights(who, &format!("/pool/{pool}")));
        }
        let Some(storage) = path.strip_prefix("/storage/") else { return rights };
        let pools = self.pools.iter().filter(|(_, pool)| pool.storages.contains(storage));
        pools.fold(rights, |rights, (pool, _)| rights.or(self.access.rights(who, &format!("/pool/{pool}"))))
    }

    pub fn may(&self, who: &Who, path: &str, privilege: &str) -> bool {
        self.rights(who, path).held.has(privilege)
    }

    /// Lets everything happen that is due by `to`.
    pub fn advance(&mut self, to: Moment) {
        loop {
            if self.turn_next_fault(to) {
                continue;
            }
            let task = self.tasks.next_due().filter(|(due, _)| *due <= to);
            let bell = self.next_bell().filter(|next| *next <= to);
            let next = task.iter().map(|(due, _)| *due).chain(bell).min().unwrap_or(to);
            if let Some(due) = self.next_in_machines().filter(|due| *due <= next) {
                self.now = self.now.max(due);
                self.run_machines(self.now);
                continue;
            }
            match (task, bell) {
                (Some((due, _)), Some(next)) if next < due => self.ring(next),
                (Some((due, upid)), _) => self.step(due, &upid),
                (None, Some(next)) => self.ring(next),
                (None, None) => break,
            }
        }
        self.now = self.now.max(to);
        self.run_machines(self.now);
    }

    /// When something happens by itself.
    pub fn next_due(&self) -> Option<Moment> {
        let task = self.tasks.next_due().map(|(due, _)| due);
        [task, self.next_in_machines()].into_iter().flatten().min()
    }

    /// When something happens in the machines of guests and nodes.
    fn next_in_machines(&self) -> Option<Moment> {
        [self.consoles.next_due(), self.talks.next_due()].into_iter().flatten().min()
    }

    /// When something begins by itself the next time.
    pub(super) fn next_bell(&self) -> Option<Moment> {
        let routine = self.routine.as_ref().map(|routine| routine.next);
        routine.into_iter().chain(self.next_job()).chain(self.ha.next()).min()
    }

    fn ring(&mut self, at: Moment) {
        self.now = self.now.max(at);
        if self.routine.as_ref().is_some_and(|routine| routine.next <= at) {
            self.begin_routine(at);
        }
        self.begin_jobs(at);
        self.turn_ha(at);
    }

    /// When the last of the running tasks is over, as things stand.
    pub fn quiet_at(&self) -> Moment {
        let dues = self.tasks.running().filter_map(|task| match &task.state {
            State::Running { steps } => steps.back().map(|(due, _)| *due),
            State::Ended { .. } => None,
        });
        dues.max().unwrap_or(self.now).max(self.now)
    }

    fn run_machines(&mut self, now: Moment) {
        self.run_consoles(now);
        self.run_hosts(now);
    }

    fn step(&mut self, due: Moment, upid: &str) {
        self.now = self.now.max(due);
        let Some((node, user)) = self.tasks.get(upid).map(|task| (task.node.clone(), task.user.clone())) else {
            return;
        };
        let Some((work, is_last)) = self.tasks.take_step(upid) else { return };
        let result = self.carry_out(&work, Worker { upid, node: &node, who: &user });
        if is_last || result.is_err() {
            self.tasks.end(upid, due, result);
        }
        self.run_machines(due);
    }

    /// Ends a running task because somebody asked for it.
    pub fn abort(&mut self, upid: &str) {
        if self.tasks.get(upid).is_some_and(|task| task.kind == "vzdump") {
            self.say_interrupted(upid);
        }
        let why = self.tasks.get(upid).map(|task| interrupted(task.kind, &task.id));
        self.cut_short(upid, &why.unwrap_or_default());
    }

    /// Ends a running task before its time; what it would still have done does not happen, and what it had begun is
    /// cleaned up as Proxmox cleans it up.
    pub fn cut_short(&mut self, upid: &str, why: &str) {
        let Some(Task { state: State::Running { steps }, .. }) = self.tasks.get(upid).cloned() else { return };
        for (_, work) in steps.iter().take_while(|(_, work)| !work.opens()) {
            self.give_up(work);
        }
        let now = self.now;
        self.tasks.end(upid, now, Err(why.into()));
    }

    pub fn unlock(&mut self, vmid: u32) {
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.config.remove("lock");
        }
    }

    pub fn next_process(&mut self) -> u32 {
        self.processes += 1 + (mix(self.seed, u64::from(self.processes)) % 23) as u32;
        self.processes
    }

    /// Begins a task of one step on a node and gives its name.
    pub fn begin(&mut self, node: &str, kind: &'static str, id: &str, who: &str, lasts_ms: i64, work: Work) -> String {
        let steps = VecDeque::from([(Moment(self.now.0 + lasts_ms), work)]);
        self.begin_at(node, kind, id, who, self.now, State::Running { steps })
    }

    pub fn begin_at(
        &mut self,
        node: &str,
        kind: &'static str,
        id: &str,
        who: &str,
        start: Moment,
        state: State,
    ) -> String {
        let pid = self.next_process();
        let booted = self.node(node).map_or(start, |node| node.booted);
        let pstart = (start.since(booted).as_millis() / 10) as u32;
        let skew_ms = self.skew_ms();
        let start = Moment(start.0 + skew_ms);
        let upid = format!("UPID:{node}:{pid:08X}:{pstart:08X}:{:08X}:{kind}:{id}:{who}:", start.as_secs());
        let (node, id, user, log) = (node.to_owned(), id.to_owned(), who.to_owned(), Vec::new());
        self.tasks.add(Task { upid: upid.clone(), node, pid, pstart, start, skew_ms, kind, id, user, log, state });
        self.doom(&upid);
        upid
    }

    fn begin_routine(&mut self, at: Moment) {
        self.now = self.now.max(at);
        let Some(routine) = self.routine.as_mut() else { return };
        routine.next = Moment(at.0 + routine.every_ms);
        let Routine { vmid, lasts_ms, storage, .. } = routine.clone();
        let is_free = |guest: &&Guest| guest.lock().is_none() && self.node(&guest.node).is_some_and(Node::is_online);
        let Some(guest) = self.guests.get(&vmid).filter(is_free).filter(|_| self.busy_until(vmid) <= at) else {
            return;
        };
        let line = format!("vzdump {vmid} --compress zstd --mode snapshot --storage {storage} --quiet 1");
        let node = guest.node.clone();
        let order = Order { node, vmids: vec![vmid], lasts_ms: Some(lasts_ms), line, ..Order::to(storage) };
        self.back_up(&order, "root@pam");
    }
}
