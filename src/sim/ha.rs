//! The manager that keeps guests running. It looks at its guests every ten seconds, starts and stops those that are not
//! as they should be, and moves those that somebody wants elsewhere; what it does are tasks of root.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::{
    datacenter::Datacenter,
    world::{
        guest::{Guest, Kind},
        task::{State, Work},
    },
};
use crate::domain::moment::Moment;

const ROUND_MS: i64 = 10_000;
/// How long the command lasts that only asks for something.
const ASKING_MS: i64 = 600;
const STOP_MS: i64 = 1_500;
const CARRY_MS: i64 = 4_000;

#[derive(Debug, Clone, Default)]
pub struct Ha {
    pub services: BTreeMap<String, Service>,
    pub rules: BTreeMap<String, BTreeMap<String, Value>>,
    round: Option<Moment>,
}

/// A guest that is looked after.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// `started`, `stopped`, `disabled` or `ignored`.
    pub state: String,
    /// What else its configuration says.
    pub options: BTreeMap<String, Value>,
    /// Where somebody wants it.
    pub target: Option<String>,
    /// Whether the manager has looked at it yet.
    pub is_known: bool,
}

impl Service {
    /// The state in words for people.
    pub fn verbose(&self, runs: bool) -> &'static str {
        match (self.state.as_str(), runs) {
            ("ignored", _) => "ignored",
            _ if !self.is_known => "queued",
            _ if self.target.is_some() => "migrate",
            ("started", true) => "started",
            ("started", false) => "starting",
            ("disabled", false) => "disabled",
            (_, false) => "stopped",
            (_, true) => "stopping",
        }
    }
}

/// What somebody wants of a guest that is looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    State(&'static str),
    Move(String),
}

/// `ct:100` or `vm:300`
pub fn sid(guest: &Guest) -> String {
    let kind = if guest.kind == Kind::Container { "ct" } else { "vm" };
    format!("{kind}:{}", guest.vmid)
}

impl Ha {
    pub fn next(&self) -> Option<Moment> {
        self.round
    }

    pub fn is_managed(&self, guest: &Guest) -> bool {
        self.services.get(&sid(guest)).is_some_and(|service| service.state != "ignored")
    }

    pub fn wants_started(&self, guest: &Guest) -> bool {
        self.services.get(&sid(guest)).is_some_and(|service| service.state == "started")
    }

    /// What the manager says of a guest it has looked at.
    pub fn state_of(&self, guest: &Guest) -> Option<&'static str> {
        // Almost always nobody is looked after; then no name has to be made up.
        let service = if self.services.is_empty() { None } else { self.services.get(&sid(guest)) }?;
        Some(service.verbose(guest.is_running()))
    }

    /// The rules about a resource that hold, by their kind.
    pub fn rules_of(&self, sid: &str, kind: &str) -> impl Iterator<Item = &BTreeMap<String, Value>> {
        let names = |rule: &BTreeMap<String, Value>, key: &str, name: &str| {
            rule.get(key).and_then(Value::as_str).is_some_and(|text| text.split(',').any(|known| known == name))
        };
        let holds = |rule: &&BTreeMap<String, Value>| rule.get("disable").and_then(Value::as_i64) != Some(1);
        self.rules
            .values()
            .filter(holds)
            .filter(move |rule| rule.get("type").and_then(Value::as_str) == Some(kind) && names(rule, "resources", sid))
    }

    /// A guest is gone: nobody looks after it any more, and no rule names it.
    pub fn forget(&mut self, sid: &str) {
        self.services.remove(sid);
        for rule in self.rules.values_mut() {
            let Some(text) = rule.get("resources").and_then(Value::as_str) else { continue };
            let rest: Vec<&str> = text.split(',').filter(|known| *known != sid).collect();
            rule.insert("resources".into(), rest.join(",").into());
        }
        self.rules.retain(|_, rule| rule.get("resources").and_then(Value::as_str) != Some(""));
        if self.services.is_empty() {
            self.round = None;
        }
    }

    /// The manager comes by in a while.
    pub fn wake(&mut self, now: Moment) {
        self.round.get_or_insert(Moment(now.0 + ROUND_MS));
    }
}

impl Datacenter {
    /// Begins the task that asks the manager for something, and gives its name.
    pub fn ask_ha(&mut self, guest: (Kind, u32), node: &str, who: &str, demand: Demand) -> String {
        let (kind, vmid) = guest;
        let word = if kind == Kind::Container { "ct" } else { "vm" };
        let (name, line) = match &demand {
            Demand::State("started") => ("hastart", format!("Requesting HA start for {} {vmid}", kind.label())),
            Demand::State(_) => ("hastop", format!("Requesting HA stop for {} {vmid}", kind.label())),
            Demand::Move(to) => {
                ("hamigrate", format!("Requesting HA migration for {} {vmid} to node {to}", kind.label()))
            }
        };
        let work = Work::TellHa { sid: format!("{word}:{vmid}"), demand };
        let upid = self.begin(node, name, &vmid.to_string(), who, ASKING_MS, work);
        let now = self.now();
        self.tasks.get_mut(&upid).into_iter().for_each(|task| task.say(now, line.clone()));
        upid
    }

    pub fn tell_ha(&mut self, sid: &str, demand: &Demand) -> Result<(), String> {
        let now = self.now();
        let service = self.ha.services.get_mut(sid).ok_or_else(|| format!("resource '{sid}' is not HA managed"))?;
        match demand {
            Demand::State(state) => service.state = (*state).to_owned(),
            Demand::Move(to) => service.target = Some(to.clone()),
        }
        self.ha.wake(now);
        Ok(())
    }

    /// One round of the manager.
    pub fn turn_ha(&mut self, at: Moment) {
        if self.ha.round.is_none_or(|round| round > at) {
            return;
        }
        self.ha.round = (!self.ha.services.is_empty()).then(|| Moment(at.0 + ROUND_MS));
        if !self.is_quorate() {
            return;
        }
        let sids: Vec<String> = self.ha.services.keys().cloned().collect();
        sids.iter().for_each(|sid| self.look_after(sid));
    }

    fn look_after(&mut self, sid: &str) {
        let Some(service) = self.ha.services.get_mut(sid) else { return };
        service.is_known = true;
        let (state, target) = (service.state.clone(), service.target.clone());
        let vmid: u32 = sid.rsplit(':').next().and_then(|vmid| vmid.parse().ok()).unwrap_or(0);
        let Some(guest) = self.guests.get(&vmid) else { return };
        let is_free = guest.lock().is_none() && self.busy_until(vmid) <= self.now();
        let is_reachable = self.node(&guest.node).is_some_and(|node| node.is_online());
        if state == "ignored" || !is_free || !is_reachable {
            return;
        }
        let (kind, node, runs) = (guest.kind, guest.node.clone(), guest.is_running());
        let start = guest.temper.start_ms as i64;
        if let Some(to) = target.filter(|to| *to != node) {
            self.ha.services.get_mut(sid).into_iter().for_each(|service| service.target = None);
            return self.carry(vmid, &node, &to);
        }
        match (state.as_str(), runs) {
            ("started", false) => self.act(kind, "start", vmid, &node, &[(start, Work::Start(vmid))]),
            ("stopped" | "disabled", true) => self.act(kind, "shutdown", vmid, &node, &[(STOP_MS, Work::Stop(vmid))]),
            _ => {}
        }
    }

    /// Brings a guest to another node; one that runs is stopped for it.
    fn carry(&mut self, vmid: u32, node: &str, to: &str) {
        let Some(guest) = self.guests.get(&vmid) else { return };
        let (kind, runs, start) = (guest.kind, guest.is_running(), guest.temper.start_ms as i64);
        let carry = Work::Carry { vmid, to: to.to_owned() };
        match runs && kind == Kind::Container {
            true => {
                let steps = [(STOP_MS, Work::Halt(vmid)), (CARRY_MS, carry), (CARRY_MS + start, Work::Resume(vmid))];
                self.act(kind, "migrate", vmid, node, &steps);
            }
            false => self.act(kind, "migrate", vmid, node, &[(CARRY_MS, carry)]),
        }
    }

    fn act(&mut self, kind: Kind, verb: &str, vmid: u32, node: &str, steps: &[(i64, Work)]) {
        let name = match (kind, verb) {
            (Kind::Container, "start") => "vzstart",
            (Kind::Container, "shutdown") => "vzshutdown",
            (Kind::Container, _) => "vzmigrate",
            (Kind::Machine, "start") => "qmstart",
            (Kind::Machine, "shutdown") => "qmshutdown",
            (Kind::Machine, _) => "qmigrate",
        };
        let now = self.now();
        let steps: VecDeque<_> = steps.iter().map(|(after, work)| (Moment(now.0 + after), work.clone())).collect();
        self.begin_at(node, name, &vmid.to_string(), "root@pam", now, State::Running { steps });
    }
}
