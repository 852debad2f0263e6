//! What cannot be seen at the moment, or was not looked at yet. What must hold: what follows from a host that is lost, or
//! from a node that is off, is told by nobody but that, and what is gone for good is not waited for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    super::{Key, Rule},
    hosts::{Place, place_of},
};
use crate::domain::{
    care::{About, Looked},
    fleet::{Fleet, Host, NodeStatus, Power, Reach, Storage},
    host::Expiring,
    ids::{AppId, HostId, NodeKey, OperationId},
};

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Unknown {
    blind: BTreeSet<Rule>,
    /// Lost, or not asked yet.
    dark: BTreeSet<HostId>,
    /// Of these not even that.
    unasked: BTreeSet<HostId>,
    nodes: BTreeSet<NodeKey>,
    apps: BTreeMap<AppId, Why>,
    listed: BTreeSet<NodeKey>,
    /// It is known how long their certificates are good.
    certified: BTreeSet<NodeKey>,
    /// Their hosts say nothing of how full they are.
    storages: BTreeSet<Place>,
    stuck: Operations,
}

/// Operations of which nobody knows whether they go on.
#[derive(Debug, Clone, PartialEq, Default)]
enum Operations {
    #[default]
    None,
    AllBut(BTreeSet<OperationId>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Nothing of it is known.
    Dark,
    /// It is off: how full its disk is is not told.
    Off,
    /// An operation works on it: that it does not answer says nothing.
    Busy,
}

impl Unknown {
    pub fn of(fleet: &Fleet, blind: &BTreeSet<Rule>) -> Self {
        let hosts = fleet.hosts.iter();
        let unasked = hosts.clone().filter(|host| host.reach == Reach::Waiting).map(|host| host.id.clone());
        let lost = hosts.filter(|host| matches!(host.reach, Reach::Lost(_))).map(|host| host.id.clone());
        let unasked: BTreeSet<_> = unasked.collect();
        let nodes = fleet.nodes.iter().filter(|node| node.status != NodeStatus::Online);
        let mut unknown = Self {
            blind: blind.clone(),
            dark: unasked.iter().cloned().chain(lost).collect(),
            unasked,
            nodes: nodes.map(|node| node.key.clone()).collect(),
            apps: BTreeMap::new(),
            listed: listed(fleet),
            certified: certified(fleet),
            storages: unread(fleet),
            stuck: stuck(fleet),
        };
        unknown.apps = unknown.apps_of(fleet);
        unknown
    }

    fn apps_of(&self, fleet: &Fleet) -> BTreeMap<AppId, Why> {
        let guests: HashMap<_, _> = fleet.guests.iter().map(|guest| (&guest.key, guest)).collect();
        let running = fleet.operations.iter().filter(|operation| operation.is_running());
        let busy: BTreeSet<String> = running.flat_map(|operation| operation.plan.locks()).collect();
        let why = |app: &crate::domain::app::App| {
            let guest = guests.get(&app.guest);
            let node = guest.map(|guest| NodeKey { host: app.guest.host.clone(), node: guest.node.clone() });
            if self.dark.contains(&app.guest.host) || node.is_none_or(|node| self.nodes.contains(&node)) {
                Some(Why::Dark)
            } else if !busy.is_empty() && busy.contains(&crate::domain::plan::lock_of(&app.guest)) {
                Some(Why::Busy)
            } else {
                guest.filter(|guest| guest.power != Power::Running).map(|_| Why::Off)
            }
        };
        fleet.apps.iter().filter_map(|app| Some((app.id.clone(), why(app)?))).collect()
    }

    pub fn has(&self, (rule, about): &Key) -> bool {
        if self.blind.contains(rule) {
            return true;
        }
        if rule.needs_no_answer() {
            return self.was_not_looked_at(*rule, about);
        }
        match about {
            About::Host(host) => self.unasked.contains(host),
            About::Node(node) => self.dark.contains(&node.host) || (*rule != Rule::Node && self.nodes.contains(node)),
            About::Storage(host, node, name) => {
                let is_out_of_sight = node.as_ref().is_some_and(|node| self.nodes.contains(node));
                let is_unread = || self.storages.contains(&(host.clone(), node.clone(), name.clone()));
                self.dark.contains(host) || is_out_of_sight || is_unread()
            }
            About::App(app) => match (self.apps.get(app), rule) {
                (Some(Why::Dark), _) => true,
                (Some(Why::Off), rule) => *rule == Rule::Disk,
                (Some(Why::Busy), rule) => matches!(rule, Rule::Probe | Rule::Cpu | Rule::Disk),
                (None, _) => false,
            },
            About::Operation(_) | About::Many(_) => false,
        }
    }
    /// Of what is known without an answer, as soon as anybody has looked.
    fn was_not_looked_at(&self, rule: Rule, about: &About) -> bool {
        match (rule, about) {
            (Rule::Certificate, About::Node(node)) => {
                let may_be_there = self.listed.contains(node) || self.dark.contains(&node.host);
                may_be_there && !self.certified.contains(node)
            }
            (Rule::Stuck, About::Operation(id)) => match &self.stuck {
                Operations::None => false,
                Operations::AllBut(seen) => !seen.contains(id),
            },
            _ => false,
        }
    }
}

/// The nodes of hosts that are asked at all.
fn listed(fleet: &Fleet) -> BTreeSet<NodeKey> {
    let off: BTreeSet<_> = fleet.hosts.iter().filter(|host| host.is_off()).map(|host| &host.id).collect();
    fleet.nodes.iter().map(|node| node.key.clone()).filter(|key| !off.contains(&key.host)).collect()
}

fn certified(fleet: &Fleet) -> BTreeSet<NodeKey> {
    let of = |host: &Host| {
        let node = |what: &Expiring| match what {
            Expiring::Certificate(node) => Some(NodeKey { host: host.id.clone(), node: node.clone() }),
            Expiring::Token => None,
        };
        host.expiring.iter().filter_map(|expiry| node(&expiry.what)).collect::<Vec<_>>()
    };
    fleet.hosts.iter().flat_map(of).collect()
}

/// Of a storage that several nodes share one is enough.
fn unread(fleet: &Fleet) -> BTreeSet<Place> {
    let is_read =
        |storage: &&Storage| storage.available && storage.usage.is_some_and(|usage| usage.fraction().is_some());
    let (read, unread): (Vec<_>, Vec<_>) = fleet.storages.iter().partition(is_read);
    let read: BTreeSet<_> = read.into_iter().map(place_of).collect();
    unread.into_iter().map(place_of).filter(|place| !read.contains(place)).collect()
}

fn stuck(fleet: &Fleet) -> Operations {
    match fleet.care.stuck_looked {
        Looked::Once => Operations::None,
        Looked::NotYet => Operations::AllBut(fleet.care.stuck.iter().map(|stuck| stuck.operation).collect()),
    }
}
