//! What is worth an alert, as the fleet shows it.

use std::sync::Arc;

use proptest::prelude::*;
use proximity::domain::{
    alerting::{Alarms, Message, Past, Rule, Saying, Trend, Turn, look},
    app::{App, Marker},
    care::{About, AlertRules, AppHealth, Health, Looked, Mend, Off},
    fleet::{Fleet, Guest, Node, NodeStatus, Power, Reach, Storage, Usage},
    host::{Expiring, Expiry},
    ids::{AppId, HostId, NodeKey, NodeName, OperationId, StorageName},
    moment::Moment,
    stuck::Stuck,
    trail::Trail,
};

use super::{BEGAN, app, rules};
use crate::domain::world;

const GIB: u64 = 1 << 30;

fn gib(used: u64, total: u64) -> Option<Usage> {
    Some(Usage { used: used * GIB / 100, total: total * GIB })
}

fn node(status: NodeStatus) -> Node {
    Node {
        key: NodeKey { host: HostId::new("home"), node: NodeName::new("pve1") },
        status,
        cpu: None,
        cores: Some(4),
        memory: gib(800, 16),
        disk: gib(1_000, 100),
        uptime: None,
        version: None,
        cpu_trail: Trail::default(),
    }
}

fn storage(free: u64) -> Storage {
    Storage {
        host: HostId::new("home"),
        node: NodeName::new("pve1"),
        name: "tank".into(),
        kind: "zfspool".into(),
        shared: false,
        available: true,
        usage: Some(Usage { used: (100 - free) * GIB, total: 100 * GIB }),
        content: "rootdir".into(),
    }
}

/// One app, `web`, with this guest.
fn fleet(change: impl FnOnce(&mut Guest)) -> Fleet {
    let mut guest = world::guest(100, Power::Running);
    change(&mut guest);
    let id = AppId::new("web");
    let web = App {
        id: id.clone(),
        name: "web".into(),
        guest: guest.key.clone(),
        marker: Marker::of(id),
        address: None,
        book: None,
    };
    Fleet {
        nodes: vec![node(NodeStatus::Online)],
        guests: vec![Arc::new(guest)],
        storages: vec![storage(50)],
        apps: vec![web],
        ..world::fleet()
    }
}

fn told(fleet: &Fleet, past: &Past, rule: Rule) -> Option<(String, Option<Mend>)> {
    let seen = look(fleet, past, &AlertRules::default(), BEGAN);
    let is_it = |(key, _): &(&(Rule, About), &proximity::domain::alerting::Condition)| key.0 == rule;
    seen.conditions().iter().find(is_it).map(|(_, seen)| (seen.what.clone(), seen.mend.clone()))
}

fn on_tank(a_day: Option<u64>) -> Past {
    let trend = Trend { a_day, storage: Some(StorageName::new("tank")) };
    Past { trends: [(AppId::new("web"), trend)].into(), ..Past::default() }
}

fn grow(gib: u64) -> Option<Mend> {
    Some(Mend::Grow { app: AppId::new("web"), gib })
}

#[test]
fn a_full_disk_says_when_and_grows_by_what_fits() {
    let fleet = fleet(|guest| guest.disk = gib(920, 10));
    assert_eq!(told(&fleet, &Past::default(), Rule::Disk), Some(("disk 92 %".into(), grow(14))));
    let soon = on_tank(Some(GIB / 4));
    assert_eq!(told(&fleet, &soon, Rule::Disk), Some(("disk 92 %, full in 3 d".into(), grow(14))));
    let tight = Fleet { storages: vec![storage(3)], ..fleet.clone() };
    assert_eq!(told(&tight, &soon, Rule::Disk).unwrap().1, grow(12));
    let none = Fleet { storages: vec![storage(0)], ..fleet };
    assert_eq!(told(&none, &on_tank(None), Rule::Disk), Some(("disk 92 %, and no room on tank".into(), None)));
}

#[test]
fn memory_and_cores_are_given_where_the_node_has_them() {
    let web = AppId::new("web");
    let hungry = fleet(|guest| (guest.memory, guest.cpu, guest.cores) = (gib(97, 1), Some(0.95), Some(2.0)));
    assert_eq!(
        told(&hungry, &Past::default(), Rule::Memory).unwrap().1,
        Some(Mend::Memory { app: web.clone(), mib: 1_536 })
    );
    assert_eq!(told(&hungry, &Past::default(), Rule::Cpu).unwrap().1, Some(Mend::Cores { app: web, cores: 3 }));
    let greedy = fleet(|guest| (guest.memory, guest.cpu, guest.cores) = (gib(1_940, 20), Some(0.95), Some(4.0)));
    assert_eq!(told(&greedy, &Past::default(), Rule::Memory).unwrap().1, None);
    assert_eq!(told(&greedy, &Past::default(), Rule::Cpu).unwrap().1, None);
}

fn sick(health: Health, off: Off) -> Fleet {
    let mut fleet = fleet(|_| {});
    let state = AppHealth { health, off, ..AppHealth::default() };
    Arc::make_mut(&mut fleet.care).health.insert(AppId::new("web"), state);
    fleet
}

#[test]
fn an_app_that_does_not_answer_is_told_and_one_that_somebody_stopped_is_not() {
    let past = Past::default();
    let web = AppId::new("web");
    assert_eq!(
        told(&sick(Health::Failing, Off::Meant), &past, Rule::Probe).unwrap().1,
        Some(Mend::Restart(web.clone()))
    );
    assert_eq!(told(&sick(Health::Down, Off::ByItself), &past, Rule::Probe).unwrap().1, Some(Mend::Start(web)));
    assert_eq!(told(&sick(Health::Down, Off::Meant), &past, Rule::Probe), None);
    assert_eq!(told(&sick(Health::Degraded, Off::Meant), &past, Rule::Probe), None);
    let mut hopeless = sick(Health::Failing, Off::Meant);
    Arc::make_mut(&mut hopeless.care).health.get_mut(&AppId::new("web")).unwrap().gave_up = Some(BEGAN);
    assert_eq!(told(&hopeless, &past, Rule::Probe).unwrap().0, "does not answer, and restarting it did not help");
}

#[test]
fn a_lost_host_mutes_its_nodes_and_apps_and_keeps_what_was_open() {
    let mut alarms = Alarms::default();
    let mut step = |fleet: &Fleet, at: i64| {
        let now = proximity::domain::moment::Moment(BEGAN.0 + at * 1_000);
        let seen = look(fleet, &Past::default(), &rules(), now);
        let turn = alarms.step(&seen, &rules(), now, 0);
        let names: Vec<_> = turn.sayings.iter().map(|saying| saying.alert().rule.to_string()).collect();
        (names, alarms.open().len())
    };
    let full = |fleet: &mut Fleet| Arc::make_mut(&mut fleet.guests[0]).disk = gib(920, 10);
    let mut here = sick(Health::Healthy, Off::Meant);
    full(&mut here);
    assert_eq!(step(&here, 0), (vec!["disk".to_owned()], 1));
    let mut lost = sick(Health::Failing, Off::Meant);
    lost.hosts[0].reach = Reach::Lost(world::fault());
    lost.nodes[0].status = NodeStatus::Offline;
    for minutes in 1..10 {
        let (said, open) = step(&lost, minutes * 60);
        let expected: &[&str] = if minutes == 1 { &["host"] } else { &[] };
        assert_eq!(
            (said.as_slice(), open),
            (expected.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>().as_slice(), 2)
        );
    }
    assert_eq!(step(&here, 700), (vec!["host".to_owned()], 1));
}

#[test]
fn a_node_that_is_off_is_told_and_what_ran_there_is_not() {
    let mut fleet = sick(Health::Failing, Off::Meant);
    fleet.nodes = vec![node(NodeStatus::Offline)];
    let seen = look(&fleet, &Past::default(), &AlertRules::default(), BEGAN);
    let rules: Vec<_> = seen.conditions().keys().map(|key| key.0).collect();
    assert_eq!(rules, [Rule::Node]);
    assert!(seen.is_unknown(&(Rule::Probe, app("web"))));
}

#[test]
fn a_shared_storage_is_told_once() {
    let mut fleet = fleet(|_| {});
    let shared = |node: &str| Storage { shared: true, node: NodeName::new(node), ..storage(4) };
    fleet.storages = vec![shared("pve1"), shared("pve2")];
    let seen = look(&fleet, &Past::default(), &AlertRules::default(), BEGAN);
    assert_eq!(seen.conditions().keys().filter(|key| key.0 == Rule::Storage).count(), 1);
}

/// A node whose certificate runs out, a storage that is full, an operation that does not go on.
fn wanting() -> Fleet {
    let mut fleet = fleet(|_| {});
    let at = BEGAN + std::time::Duration::from_secs(11 * 43_200);
    fleet.hosts[0].expiring = vec![Expiry { what: Expiring::Certificate(NodeName::new("pve1")), at }];
    fleet.storages = vec![storage(10)];
    let stuck =
        Stuck { operation: OperationId(7), name: "web".into(), since: BEGAN, evidence: vec!["it rests".into()] };
    let care = Arc::make_mut(&mut fleet.care);
    (care.stuck, care.stuck_looked) = (vec![stuck], Looked::Once);
    fleet
}

/// As a process that has just begun to lead knows it: nobody has asked for any of this yet.
fn unlooked() -> Fleet {
    let mut fleet = wanting();
    fleet.hosts[0].expiring.clear();
    fleet.storages = vec![Storage { available: false, usage: None, ..storage(10) }];
    let care = Arc::make_mut(&mut fleet.care);
    (care.stuck, care.stuck_looked) = (Vec::new(), Looked::NotYet);
    fleet
}

/// Looked at, and nothing is wrong with it.
fn content() -> Fleet {
    let mut fleet = wanting();
    fleet.hosts[0].expiring[0].at = BEGAN + std::time::Duration::from_secs(300 * 86_400);
    fleet.storages = vec![storage(60)];
    Arc::make_mut(&mut fleet.care).stuck.clear();
    fleet
}

fn step(alarms: &mut Alarms, fleet: &Fleet, seconds: i64) -> Turn {
    let now = Moment(BEGAN.0 + seconds * 1_000);
    alarms.step(&look(fleet, &Past::default(), &rules(), now), &rules(), now, 0)
}

#[test]
fn what_nobody_has_looked_at_yet_is_not_over() {
    let mut alarms = Alarms::default();
    assert_eq!(step(&mut alarms, &wanting(), 0).sayings.len(), 3);
    for seconds in 1..5 {
        assert_eq!(step(&mut alarms, &unlooked(), seconds), Turn::default());
    }
    assert_eq!(step(&mut alarms, &wanting(), 10), Turn::default(), "they are the same, and told once");
    assert_eq!(alarms.open().len(), 3);
    let over = step(&mut alarms, &content(), 20).sayings;
    assert!(over.len() == 3 && over.iter().all(|saying| matches!(saying, Saying::Over(_))), "{over:#?}");
}

#[test]
fn an_update_waits_on_where_the_recipes_cannot_be_read() {
    let fleet = fleet(|_| {});
    let mut alarms = Alarms::default();
    let mut step = |past: &Past, seconds: i64| {
        let now = Moment(BEGAN.0 + seconds * 1_000);
        alarms.step(&look(&fleet, past, &rules(), now), &rules(), now, 0).sayings.len()
    };
    let waits = Past { updates: [(AppId::new("web"), "2".to_owned())].into(), ..Past::default() };
    let unread = Past { blind: [Rule::Update].into(), ..Past::default() };
    assert_eq!([step(&waits, 0), step(&unread, 10), step(&waits, 20), step(&Past::default(), 30)], [1, 0, 0, 1]);
}

#[test]
fn what_is_gone_for_good_is_over_though_nobody_can_look_at_it() {
    let mut alarms = Alarms::default();
    step(&mut alarms, &wanting(), 0);
    let mut gone = unlooked();
    (gone.nodes, gone.storages) = (Vec::new(), Vec::new());
    Arc::make_mut(&mut gone.care).stuck_looked = Looked::Once;
    step(&mut alarms, &gone, 10);
    assert!(alarms.open().is_empty(), "{:#?}", alarms.open());
}

#[test]
fn what_is_not_mended_from_here_says_what_to_do() {
    let mut fleet = wanting();
    fleet.hosts[0].expiring.push(Expiry { what: Expiring::Token, at: BEGAN });
    fleet.nodes =
        vec![node(NodeStatus::Offline), Node { key: other(), disk: gib(9_000, 100), ..node(NodeStatus::Online) }];
    let mut alarms = Alarms::default();
    // A storage of a node that is off says nothing; a shared one does.
    fleet.storages[0].shared = true;
    let mut turn = step(&mut alarms, &fleet, 0);
    turn.sayings.extend(step(&mut alarms, &fleet, 60).sayings);
    fleet.hosts[0].reach = Reach::Lost(world::fault());
    turn.sayings.extend(step(&mut alarms, &fleet, 120).sayings);
    let body = |rule: Rule| {
        let is_it = |saying: &&Saying| &*saying.alert().rule == rule.slug();
        Message::of(turn.sayings.iter().find(is_it).unwrap_or_else(|| panic!("{rule:?}: {:#?}", turn.sayings))).body
    };
    assert_eq!(body(Rule::Host), world::fault().remedy);
    assert_eq!(body(Rule::Node), "look at the machine, or at its network");
    assert_eq!(body(Rule::NodeDisk), "free room on its root disk");
    assert_eq!(body(Rule::Storage), "free or add room, or keep fewer backups");
    assert_eq!(body(Rule::Token), "[4] hosts, [K] a new token, or `proximity host rotate home`");
    assert_eq!(body(Rule::Certificate), "renew it on its node: `pvecm updatecerts --force`");
}

proptest! {
    #[test]
    fn looks_before_anybody_has_looked_change_nothing(week in prop::collection::vec(0..3_u8, 1..30)) {
        let (mut one, mut other) = (Alarms::default(), Alarms::default());
        let (mut all, mut looked) = (Vec::new(), Vec::new());
        for (seconds, what) in (0..).step_by(1_000).zip(week) {
            let fleet = [wanting, content, unlooked][usize::from(what)]();
            all.extend(step(&mut one, &fleet, seconds).sayings);
            if what < 2 {
                looked.extend(step(&mut other, &fleet, seconds).sayings);
            }
            prop_assert_eq!(one.open(), other.open());
        }
        prop_assert_eq!(all, looked);
    }
}

fn other() -> NodeKey {
    NodeKey { host: HostId::new("home"), node: NodeName::new("pve2") }
}
