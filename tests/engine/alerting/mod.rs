//! Alerts on the simulated datacenter: looked for by who leads, told once, mended, and delivered over TLS.

mod delivered;
mod mailbox;
mod stepped;

use proximity::{
    domain::{
        alerting::Limits,
        care::{Alert, AlertRules, Mend, Rules, Switch},
        ids::AppId,
        plan::journal::Outcome,
    },
    engine::{Answer, Change, Duty, Engine, Notice, Query, Request, now},
    sim::{Fault, Seed},
};
use tokio::sync::broadcast::Receiver;

use super::lab::{Lab, ended, reach, silent, until};

/// Only disks are looked at, without patience.
fn disks() -> Rules {
    let alerts = AlertRules { disk: Limits::new(85, 99), disk_for: 0, ..silent().alerts };
    Rules { alerts, ..silent() }
}

/// The disks of these apps are this full; those of all others have room.
fn fill(lab: &Lab, share: impl Fn(u32) -> f64) {
    lab.simulator.datacenter().with(|datacenter| {
        for guest in datacenter.guests.values_mut() {
            guest.profile.disk = share(guest.vmid);
        }
    });
}

/// A deck of one app whose disk is full, and that app.
async fn full_app(rules: Rules) -> (Lab, Engine, AppId) {
    let mut lab = Lab::open().await;
    let engine = lab.watching().await;
    let fleet = until(&engine, |fleet| fleet.apps.iter().any(|app| is_on(fleet, &app.guest))).await;
    let app = fleet.apps.iter().find(|app| is_on(&fleet, &app.guest)).unwrap().clone();
    engine.close().await;
    fill(&lab, |vmid| if vmid == app.guest.vmid.0 { 0.9 } else { 0.3 });
    lab.rules = rules;
    let engine = lab.engine(Duty::Watch).await;
    (lab, engine, app.id)
}

fn is_on(fleet: &proximity::domain::fleet::Fleet, guest: &proximity::domain::ids::GuestKey) -> bool {
    let guest = fleet.guest(guest);
    guest.is_some_and(|guest| guest.power == proximity::domain::fleet::Power::Running && guest.lock.is_none())
}

async fn raised(engine: &Engine) -> Alert {
    let fleet = until(engine, |fleet| !fleet.care.alerts.is_empty()).await;
    assert_eq!(fleet.care.alerts.len(), 1, "{:#?}", fleet.care.alerts);
    fleet.care.alerts[0].clone()
}

async fn past(engine: &Engine) -> Vec<Alert> {
    match engine.query(Query::PastAlerts { most: 100 }).await.unwrap() {
        Answer::Alerts(alerts) => alerts,
        other => panic!("{other:?}"),
    }
}

/// What was told of disks so far.
fn told(notices: &mut Receiver<Notice>) -> Vec<String> {
    let all = std::iter::from_fn(|| notices.try_recv().ok());
    all.map(|notice| notice.text.to_string()).filter(|text| text.contains("disk")).collect()
}

#[tokio::test]
async fn a_full_disk_is_told_once_grown_and_over() {
    let (_lab, engine, app) = full_app(disks()).await;
    let mut notices = engine.notices();
    let alert = raised(&engine).await;
    assert!(alert.what.starts_with("disk 9"), "{alert:?}");
    let Some(Mend::Grow { app: grown, .. }) = &alert.mend else { panic!("{alert:?}") };
    assert_eq!(grown, &app);
    let id = engine.ask(Request::Mend(alert.mend.clone().unwrap())).await.unwrap();
    assert_eq!(ended(&engine, id).await.outcome(), Some(Outcome::Done));
    until(&engine, |fleet| fleet.care.alerts.is_empty()).await;
    let over = past(&engine).await;
    assert_eq!((over.len(), over[0].id, over[0].over.is_some()), (1, alert.id, true));
    let told = told(&mut notices);
    assert_eq!(told.iter().filter(|text| text.contains("is over")).count(), 1, "{told:?}");
    assert!(told.iter().filter(|text| text.contains("disk 9")).count() <= 1, "{told:?}");
    engine.close().await;
}

#[tokio::test]
async fn what_is_acknowledged_in_one_process_is_known_in_the_other_and_after_a_restart() {
    let (lab, leads, _) = full_app(disks()).await;
    let alert = raised(&leads).await;
    let other = lab.engine(Duty::Watch).await;
    assert_eq!(raised(&other).await.id, alert.id);
    other.change(Change::Acknowledge(alert.id)).await.unwrap();
    assert!(other.fleet().borrow().care.alerts[0].acknowledged.is_some(), "at once where it was said");
    until(&leads, |fleet| fleet.care.alerts.iter().all(|alert| alert.acknowledged.is_some())).await;
    let until_when = now() + std::time::Duration::from_secs(3_600);
    leads.change(Change::Snooze(alert.id, until_when)).await.unwrap();
    until(&other, |fleet| fleet.care.alerts.iter().all(|alert| alert.snoozed == Some(until_when))).await;
    leads.close().await;
    other.close().await;
    let again = lab.engine(Duty::Watch).await;
    let mut notices = again.notices();
    assert!(raised(&again).await.acknowledged.is_some());
    // It is mended, and nobody is told that either.
    fill(&lab, |_| 0.3);
    until(&again, |fleet| fleet.care.alerts.is_empty()).await;
    assert_eq!(told(&mut notices), [""; 0]);
    let refused = again.change(Change::Acknowledge(alert.id)).await.unwrap_err();
    assert_eq!(refused.what, format!("there is no alert {}", alert.id));
    again.close().await;
}

#[tokio::test]
async fn a_storm_of_apps_is_one_notice() {
    let mut lab = Lab::with(Seed::plain(3, 500)).await;
    let engine = lab.watching().await;
    until(&engine, |fleet| fleet.apps.len() > 100).await;
    engine.close().await;
    fill(&lab, |_| 0.9);
    lab.rules = disks();
    let engine = lab.engine(Duty::Watch).await;
    let mut notices = engine.notices();
    let fleet = until(&engine, |fleet| !fleet.care.alerts.is_empty()).await;
    assert!(fleet.care.alerts.len() > 50, "{}", fleet.care.alerts.len());
    let first = loop {
        let notice = notices.recv().await.unwrap();
        if notice.text.contains("disk") {
            break notice.text;
        }
    };
    assert!(first.contains("apps: disk: ") && first.contains("more"), "{first}");
    assert_eq!(told(&mut notices).iter().filter(|text| !text.contains("apps: ")).count(), 0);
    engine.close().await;
}

#[tokio::test]
async fn a_lost_host_is_told_and_its_apps_are_left_as_they_were() {
    let rules = Rules {
        alerts: AlertRules { host: Switch::On, host_for: 0, node: Switch::On, node_for: 0, ..disks().alerts },
        ..silent()
    };
    let (lab, engine, app) = full_app(rules).await;
    let disk = raised(&engine).await;
    assert_eq!(disk.about, proximity::domain::care::About::App(app));
    lab.simulator.datacenter().throw(Fault::Cut);
    drop(engine.change(Change::Refresh).await);
    let fleet = until(&engine, |fleet| fleet.care.alerts.len() > 1).await;
    let rules: Vec<_> = fleet.care.alerts.iter().map(|alert| &*alert.rule).collect();
    assert_eq!(rules, ["disk", "host"], "nothing of its nodes and apps");
    lab.simulator.datacenter().mend_all();
    drop(engine.change(Change::Refresh).await);
    until(&engine, |fleet| reach(fleet) == Some(&proximity::domain::fleet::Reach::Online)).await;
    let fleet = until(&engine, |fleet| fleet.care.alerts.len() == 1).await;
    assert_eq!(fleet.care.alerts[0].id, disk.id);
    engine.close().await;
}
