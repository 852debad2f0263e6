//! What hosts, nodes and storages want. What must hold: a storage that all nodes share is told once, and since nothing of
//! this is mended from here, each says what to do.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{Rule, Standing},
    Condition, Look, full_in, percent,
};
use crate::domain::{
    backup::outlooks,
    care::{About, AlertRules, Level},
    fleet::{Fleet, Host, Node, NodeStatus, Reach, Storage},
    host::Expiring,
    ids::{HostId, NodeKey, StorageName},
    moment::Moment,
};

/// What runs out within so many days is no warning any more.
const SOON: u64 = 3;
const DAY: u64 = 86_400;
const RENEW: &str = "renew it on its node: `pvecm updatecerts --force`";

pub(super) fn look(fleet: &Fleet, rules: &AlertRules, now: Moment, look: &mut Look) {
    for host in fleet.hosts.iter().filter(|host| host.reach != Reach::Off) {
        if rules.is_on(Rule::Host) {
            lost(host, look);
        }
        runs_out(host, rules, now, look);
    }
    let off: BTreeSet<&HostId> = fleet.hosts.iter().filter(|host| host.is_off()).map(|host| &host.id).collect();
    for node in fleet.nodes.iter().filter(|node| !off.contains(&node.key.host)) {
        of_node(node, rules, look);
    }
    if rules.is_on(Rule::Storage) {
        storages(fleet, rules, now, look);
    }
}

fn lost(host: &Host, look: &mut Look) {
    if let Reach::Lost(fault) = &host.reach {
        let what = fault.what.strip_prefix(host.id.as_str()).unwrap_or(&fault.what).trim().to_owned();
        let condition = told(host.id.as_str(), Standing::is(Level::Danger), what, &fault.remedy);
        look.has_seen(Rule::Host, About::Host(host.id.clone()), condition);
    }
}

fn runs_out(host: &Host, rules: &AlertRules, now: Moment, look: &mut Look) {
    for expiry in host.expiring.iter().filter(|expiry| expiry.is_soon(now)) {
        let (rule, about, remedy) = match &expiry.what {
            Expiring::Token => {
                let remedy = format!("[4] hosts, [K] a new token, or `proximity host rotate {}`", host.id);
                (Rule::Token, About::Host(host.id.clone()), remedy)
            }
            Expiring::Certificate(node) => {
                let about = About::Node(NodeKey { host: host.id.clone(), node: node.clone() });
                (Rule::Certificate, about, RENEW.to_owned())
            }
        };
        if rules.is_on(rule) {
            let level = if expiry.at.since(now).as_secs() < SOON * DAY { Level::Danger } else { Level::Warning };
            look.has_seen(rule, about, told(host.id.as_str(), Standing::is(level), expiry.in_words(now), &remedy));
        }
    }
}

fn of_node(node: &Node, rules: &AlertRules, look: &mut Look) {
    let (about, name) = (About::Node(node.key.clone()), node.key.node.as_str());
    if node.status == NodeStatus::Offline && rules.is_on(Rule::Node) {
        let remedy = "look at the machine, or at its network";
        let condition = told(name, Standing::is(Level::Danger), "the node is offline".into(), remedy);
        look.has_seen(Rule::Node, about.clone(), condition);
    }
    let readings = [
        (Rule::NodeDisk, rules.node_disk, node.disk, "disk", "free room on its root disk"),
        (Rule::NodeMemory, rules.node_memory, node.memory, "memory", "move an app to another node, or stop one"),
    ];
    for (rule, limits, usage, of, remedy) in readings {
        let Some(share) = usage.and_then(|usage| usage.fraction()) else { continue };
        if let Some(standing) = limits.judge(share, rules.margin) {
            look.has_seen(rule, about.clone(), told(name, standing, format!("{of} {}", percent(share)), remedy));
        }
    }
}

pub(super) type Place = (HostId, Option<NodeKey>, StorageName);

fn storages(fleet: &Fleet, rules: &AlertRules, now: Moment, look: &mut Look) {
    let days = full_at(fleet, now);
    for storage in fleet.storages.iter().filter(|storage| storage.available) {
        let place = place_of(storage);
        let Some(share) = storage.usage.and_then(|usage| usage.fraction()) else { continue };
        let by_share = rules.storage.judge(share, rules.margin);
        let left = days.get(&place).copied();
        let soon = left.filter(|left| rules.storage_days > 0 && *left <= rules.storage_days);
        let by_day = soon.map(|_| Standing::is(Level::Warning));
        let Some(standing) = by_share.into_iter().chain(by_day).reduce(Standing::or) else { continue };
        let what = match left {
            Some(left) => format!("storage {}, {}", percent(share), full_in(left)),
            None => format!("storage {}", percent(share)),
        };
        let about = About::Storage(place.0, place.1, place.2);
        let remedy = "free or add room, or keep fewer backups";
        look.has_seen(Rule::Storage, about, told(&storage.name, standing, what, remedy));
    }
}

pub(super) fn place_of(storage: &Storage) -> Place {
    let node = (!storage.shared).then(|| NodeKey { host: storage.host.clone(), node: storage.node.clone() });
    (storage.host.clone(), node, StorageName::new(storage.name.clone()))
}

/// In so many days they are full, those where that can be foreseen.
fn full_at(fleet: &Fleet, now: Moment) -> BTreeMap<Place, u64> {
    let all = outlooks(fleet, now).into_iter();
    let full = all.filter_map(|outlook| {
        let node = outlook.node.map(|node| NodeKey { host: outlook.host.clone(), node });
        let days = outlook.full_at?.since(now).as_secs() / DAY;
        Some(((outlook.host, node, outlook.storage), days))
    });
    full.collect()
}

fn told(name: &str, standing: Standing, what: String, remedy: &str) -> Condition {
    Condition { name: name.into(), standing, what, mend: None, remedy: Some(remedy.to_owned()) }
}
