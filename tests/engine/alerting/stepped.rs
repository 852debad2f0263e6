//! Looks by a clock that is stepped, on real books: what is held back, what another process takes over, what is forgotten,
//! and that one that was held up writes over nobody.

use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{
        alerting::{Message, QuietHours},
        app::{App, Marker},
        care::{About, AlertId, AlertRules, AppHealth, Switch},
        fleet::{Fleet, Power, Reach, Usage},
        ids::{AppId, HostId},
        moment::Moment,
    },
    operations::world::World,
    secrets::{Kind, Vault},
    services::alerts::{Hour, Lookout},
    store::{Seen, Store},
};

use super::{super::lab::HASTY, disks};
use crate::domain::world as small;

const GIB: u64 = 1 << 30;
const TERM: Duration = Duration::from_secs(12);
/// A Monday, at eleven in the evening.
const EVENING: Moment = Moment(1_795_996_800_000 + 23 * 3_600_000);

fn fleet(percent: u64) -> Fleet {
    let mut guest = small::guest(100, Power::Running);
    guest.disk = Some(Usage { used: percent * GIB / 10, total: 10 * GIB });
    let id = AppId::new("web");
    let web = App {
        id: id.clone(),
        name: "web".into(),
        guest: guest.key.clone(),
        marker: Marker::of(id),
        address: None,
        book: None,
    };
    let node = proximity::domain::fleet::Node {
        key: proximity::domain::ids::NodeKey { host: guest.key.host.clone(), node: guest.node.clone() },
        status: proximity::domain::fleet::NodeStatus::Online,
        cpu: None,
        cores: None,
        memory: None,
        disk: None,
        uptime: None,
        version: None,
        cpu_trail: Default::default(),
    };
    Fleet { guests: vec![Arc::new(guest)], apps: vec![web], nodes: vec![node], ..small::fleet() }
}

struct Steps {
    world: World,
    rules: AlertRules,
    at: Moment,
    lookout: Lookout,
}

impl Steps {
    async fn on(store: Store, rules: AlertRules, at: Moment) -> Self {
        let world = World::new(store, Vault::open(Kind::Memory), fleet(92), HASTY);
        let lookout = Lookout::take_up(&world, &rules, at).await.unwrap();
        Self { world, rules, at, lookout }
    }

    async fn later(&mut self, time: Duration) -> Vec<String> {
        self.at = self.at + time;
        let hour = Hour { at: self.at, offset: 0 };
        let messages = self.looks(hour).await.expect("another one leads");
        messages.into_iter().map(|message: Message| message.title).collect()
    }

    async fn looks(&mut self, hour: Hour) -> Option<Vec<Message>> {
        self.lookout.look(&self.world, &self.rules, hour, Vec::new()).await.unwrap()
    }

    async fn leads(&self, holder: &str) -> bool {
        self.world.store.take_lead(holder, self.at, self.at + TERM).await.unwrap()
    }

    fn fills(&self, percent: u64) {
        self.world.change(|known| known.guests = fleet(percent).guests);
    }
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

#[tokio::test]
async fn what_the_night_held_back_is_told_in_the_morning_by_whoever_leads_then() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proximity.db");
    let open = || Store::open(&file).unwrap().0;
    let rules = AlertRules { quiet: QuietHours::read("22:00-07:00").unwrap(), ..disks().alerts };
    let mut night = Steps::on(open(), rules.clone(), EVENING).await;
    assert_eq!(night.later(minutes(1)).await, [""; 0]);
    assert_eq!(night.world.fleet().care.alerts.len(), 1, "it is shown all the same");
    night.fills(30);
    assert_eq!(night.later(minutes(60)).await, [""; 0]);
    let at = night.at;
    drop(night);
    let mut morning = Steps::on(open(), rules, at + minutes(8 * 60)).await;
    morning.fills(30);
    assert_eq!(morning.later(minutes(1)).await, ["1 alert while it was quiet, 1 of them over by now"]);
    assert_eq!(morning.later(minutes(1)).await, [""; 0]);
}

#[tokio::test]
async fn what_was_over_long_ago_is_forgotten_and_what_is_open_is_not() {
    let (store, _) = Store::in_memory().unwrap();
    let mut steps = Steps::on(store, disks().alerts, EVENING).await;
    assert_eq!(steps.later(minutes(1)).await.len(), 1);
    steps.fills(30);
    assert_eq!(steps.later(minutes(1)).await, ["web: disk is over"]);
    assert_eq!(steps.world.store.past_alerts(10).await.unwrap().len(), 1);
    steps.fills(92);
    steps.later(minutes(91 * 24 * 60)).await;
    assert_eq!(steps.world.store.past_alerts(10).await.unwrap(), []);
    assert_eq!(steps.world.fleet().care.alerts[0].id, AlertId(2), "a number is not given twice");
}

#[tokio::test]
async fn a_snooze_ends_by_itself() {
    let (store, _) = Store::in_memory().unwrap();
    let mut steps = Steps::on(store, disks().alerts, EVENING).await;
    assert_eq!(steps.later(minutes(1)).await, ["web: disk 92 %"]);
    let id = steps.world.fleet().care.alerts[0].id;
    assert!(steps.world.store.snooze_alert(id, steps.at + minutes(60)).await.unwrap());
    assert_eq!(steps.later(minutes(59)).await, [""; 0]);
    assert_eq!(steps.later(minutes(2)).await, ["web: disk 92 %"]);
    assert_eq!(steps.later(minutes(2)).await, [""; 0]);
    assert!(!steps.world.store.snooze_alert(AlertId(99), steps.at).await.unwrap());
}

#[tokio::test]
async fn one_that_was_held_up_writes_over_nobody_and_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proximity.db");
    let open = || Store::open(&file).unwrap().0;
    let mut one = Steps::on(open(), disks().alerts, EVENING).await;
    assert!(one.leads("one").await);
    assert_eq!(one.later(minutes(1)).await, ["web: disk 92 %"]);
    let mut two = Steps::on(open(), disks().alerts, one.at + minutes(5)).await;
    assert!(two.leads("two").await);
    two.fills(30);
    assert_eq!(two.later(minutes(1)).await, ["web: disk is over"]);
    // It goes on as if nothing had been.
    one.at = two.at;
    one.fills(96);
    assert_eq!(one.looks(Hour { at: one.at, offset: 0 }).await, None);
    assert_eq!(two.world.store.past_alerts(10).await.unwrap().len(), 1, "what is over stays over");
    assert!(!one.leads("one").await);
    // Also once nobody leads: it begins anew first.
    two.world.store.leave_lead("two").await.unwrap();
    assert_eq!(one.looks(Hour { at: one.at, offset: 0 }).await, None);
    assert!(one.leads("one").await);
    one.lookout = Lookout::take_up(&one.world, &one.rules, one.at).await.unwrap();
    one.fills(30);
    assert_eq!(one.later(minutes(1)).await, [""; 0], "that was told");
}

#[tokio::test]
async fn one_that_took_the_lead_again_unseen_lets_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proximity.db");
    let open = || Store::open(&file).unwrap().0;
    let one = Steps::on(open(), disks().alerts, EVENING).await;
    assert!(one.leads("one").await);
    let two = Steps::on(open(), disks().alerts, EVENING + minutes(5)).await;
    assert!(two.leads("two").await);
    two.world.store.leave_lead("two").await.unwrap();
    assert!(!one.leads("one").await, "another one led meanwhile");
    assert!(one.leads("one").await);
}

#[tokio::test]
async fn how_apps_are_is_written_by_who_leads_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proximity.db");
    let open = || Store::open(&file).unwrap().0;
    let (one, two) = (open(), open());
    let at = EVENING;
    let seen = || Seen { health: vec![(AppId::new("web"), AppHealth::default())], hours: Vec::new() };
    one.write_health(seen()).await.expect("nobody leads");
    assert!(one.take_lead("one", at, at + TERM).await.unwrap());
    one.write_health(seen()).await.expect("it leads");
    two.write_health(seen()).await.expect_err("another one leads");
    two.write_health(Seen::default()).await.expect("what was only counted is added up");
    assert!(two.take_lead("two", at + minutes(1), at + minutes(1) + TERM).await.unwrap());
    one.write_health(seen()).await.expect_err("it was held up");
}

#[tokio::test]
async fn a_host_that_was_renamed_keeps_its_alerts() {
    let (store, _) = Store::in_memory().unwrap();
    let rules = AlertRules { host: Switch::On, host_for: 0, ..super::silent().alerts };
    let mut steps = Steps::on(store, rules, EVENING).await;
    let call = |name: &str, reach: Reach| {
        let host = HostId::new(name);
        move |fleet: &mut Fleet| (fleet.hosts[0].id, fleet.hosts[0].reach) = (host, reach)
    };
    steps.world.change(call("home", Reach::Lost(small::fault())));
    assert_eq!(steps.later(minutes(1)).await.len(), 1);
    let mut case = steps.world.store.alarms(EVENING).await.unwrap().0.remove(0);
    (case.alert.about, case.alert.name) = (About::Host(HostId::new("attic")), "attic".into());
    assert!(steps.world.store.put_alarms(vec![case], steps.at).await.unwrap());
    steps.world.change(call("attic", Reach::Lost(small::fault())));
    assert_eq!(steps.later(minutes(1)).await, [""; 0], "it is the same host, and was told");
    steps.world.change(call("attic", Reach::Online));
    assert_eq!(steps.later(minutes(1)).await, ["attic: host is over"]);
}
