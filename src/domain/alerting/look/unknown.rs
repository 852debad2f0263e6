//! What cannot be seen at the moment. What must hold: what follows from a host that is lost, or from a node that is off,
//! is told by nobody but that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::{Key, Rule};
use crate::domain::{
    care::About,
    fleet::{Fleet, NodeStatus, Power, Reach},
    ids::{AppId, HostId, NodeKey},
};

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Unknown {
    /// Lost, or not asked yet.
    dark: BTreeSet<HostId>,
    /// Of these not even that.
    unasked: BTreeSet<HostId>,
    nodes: BTreeSet<NodeKey>,
    apps: BTreeMap<AppId, Why>,
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
    pub fn of(fleet: &Fleet) -> Self {
        let hosts = fleet.hosts.iter();
        let unasked = hosts.clone().filter(|host| host.reach == Reach::Waiting).map(|host| host.id.clone());
        let lost = hosts.filter(|host| matches!(host.reach, Reach::Lost(_))).map(|host| host.id.clone());
        let unasked: BTreeSet<_> = unasked.collect();
        let nodes = fleet.nodes.iter().filter(|node| node.status != NodeStatus::Online);
        let mut unknown = Self {
            dark: unasked.iter().cloned().chain(lost).collect(),
            unasked,
            nodes: nodes.map(|node| node.key.clone()).collect(),
            apps: BTreeMap::new(),
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
        if rule.needs_no_answer() {
            return false;
        }
        match about {
            About::Host(host) => self.unasked.contains(host),
            About::Node(node) => self.dark.contains(&node.host) || (*rule != Rule::Node && self.nodes.contains(node)),
            About::Storage(host, node, _) => {
                self.dark.contains(host) || node.as_ref().is_some_and(|node| self.nodes.contains(node))
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
}
