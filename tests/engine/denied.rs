//! What our login may not do at a host is looked up with the host, and again when an order is refused.

use proximity::{
    domain::{app::Method, ids::AppId, purpose::Purpose},
    engine::{Change, Duty, Engine, Request},
    sim::{Pace, Seed},
};

use super::lab::{Lab, home, until};

fn denies(engine: &Engine, purpose: Purpose) -> bool {
    engine.fleet().borrow().host(&home()).unwrap().denies(purpose).is_some()
}

/// As an operator would who thinks better of it.
fn take_away(lab: &Lab, names: &[&str]) {
    let privileges: Vec<String> = lab.simulator.datacenter().with(|datacenter| {
        let held = datacenter.access.roles["Administrator"].names();
        held.filter(|name| !names.contains(name)).map(str::to_owned).collect()
    });
    let privileges: Vec<&str> = privileges.iter().map(String::as_str).collect();
    assert!(lab.simulator.datacenter().add_role("Less", &privileges));
    lab.simulator.datacenter().with(|datacenter| {
        for grant in datacenter.access.grants.iter_mut().filter(|grant| grant.to.starts_with("proximity@pve")) {
            grant.role = "Less".into();
        }
    });
}

fn any_app(engine: &Engine) -> AppId {
    let fleet = engine.fleet().borrow().clone();
    fleet.apps.iter().find(|app| app.method() != Some(Method::Oci)).unwrap().id.clone()
}

#[tokio::test]
async fn an_order_that_is_refused_has_the_rights_looked_up_anew_and_nothing_is_lost() {
    let lab = Lab::at(Seed::demo(), Pace::Live { speed: 10.0 }).await;
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    until(&engine, |fleet| !fleet.apps.is_empty()).await;
    assert!(engine.fleet().borrow().hosts[0].denied.is_empty(), "it may do everything");
    let before = engine.fleet().borrow().clone();
    take_away(&lab, &["VM.Snapshot"]);
    let wish = Request::Snapshot { app: any_app(&engine), name: None, note: String::new() };
    match engine.ask(wish).await {
        Ok(id) => {
            until(&engine, |fleet| fleet.operation(id).is_some_and(|operation| !operation.is_running())).await;
        }
        Err(fault) => assert!(fault.why.contains("VM.Snapshot"), "{fault:?}"),
    }
    drop(engine.change(Change::Refresh).await);
    until(&engine, |fleet| fleet.hosts[0].denies(Purpose::Snapshot).is_some()).await;
    assert!(!denies(&engine, Purpose::Switch) && !denies(&engine, Purpose::BackUp));
    let fleet = engine.fleet().borrow().clone();
    assert_eq!((fleet.apps.len(), fleet.guests.len()), (before.apps.len(), before.guests.len()));
    let denied = fleet.hosts[0].denies(Purpose::Snapshot).unwrap();
    assert_eq!(denied.lacks(), "VM.Snapshot at /vms");
    assert!(denied.grants.iter().any(|line| line.contains("pveum")), "{denied:?}");
    engine.close().await;
}
