//! What operations left over is cleared away, and nothing else: not what the books know, not what another one made.

use std::time::Duration;

use proximity::{
    domain::{
        care::Lead,
        fault::FaultCode,
        fleet::Power,
        ids::GuestKey,
        operation::Operation,
        plan::{PlanKind, Step, journal::Outcome},
    },
    engine::{Answer, Change, CloneWish, Duty, Engine, Query, Request},
};

use super::{
    lab::{Lab, home, until},
    life::{done, lab, wish},
};

/// As if it had been taken back ten minutes ago, and not wholly.
fn was_undone(lab: &Lab, operation: &Operation) {
    lab.meddle(&format!(
        "UPDATE operation SET outcome = '\"undone\"', ended = ended - 600000, began = began - 600000 WHERE id = {}",
        operation.id
    ));
}

fn is_there(lab: &Lab, guest: &GuestKey) -> bool {
    lab.simulator.datacenter().with(|datacenter| datacenter.guests.contains_key(&guest.vmid.0))
}

async fn deployed(engine: &Engine) -> (Operation, GuestKey) {
    let operation = done(engine, Request::Deploy(Box::new(wish("mosquitto")))).await;
    let app = operation.plan.subject.app().unwrap().clone();
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    (operation, guest)
}

#[tokio::test]
async fn a_container_that_nobody_wants_goes_once_the_books_do_not_know_it() {
    let (lab, engine) = lab().await;
    let (operation, guest) = deployed(&engine).await;
    let (other, kept) = deployed(&engine).await;
    was_undone(&lab, &operation);
    was_undone(&lab, &other);
    // Both are apps in our books.
    assert_eq!(engine.ask(Request::Tidy(home())).await.unwrap_err().code, FaultCode::NotFound);
    assert!(is_there(&lab, &guest));
    engine.close().await;
    let app = operation.plan.subject.app().unwrap();
    lab.meddle(&format!("DELETE FROM app WHERE id = '{app}'"));
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::Refresh).await.unwrap();
    // It was found by its marker, which says who made it, and by nothing else.
    assert!(engine.fleet().borrow().app(app).unwrap().book.is_none());
    let tidied = done(&engine, Request::Tidy(home())).await;
    assert_eq!((tidied.plan.kind, tidied.outcome()), (PlanKind::Tidy, Some(Outcome::Done)));
    assert!(!is_there(&lab, &guest), "it is still there");
    assert_eq!(engine.fleet().borrow().app(app), None);
    assert!(is_there(&lab, &kept), "an app was cleared away");
    engine.close().await;
}

#[tokio::test]
async fn a_container_that_says_it_is_another_ones_stays() {
    let (lab, engine) = lab().await;
    let (operation, guest) = deployed(&engine).await;
    engine.close().await;
    was_undone(&lab, &operation);
    let app = operation.plan.subject.app().unwrap();
    lab.meddle(&format!("DELETE FROM app WHERE id = '{app}'"));
    let of_another = format!("proximity app={app} op={}", operation.id.0 + 1_000);
    lab.simulator.datacenter().with(|datacenter| {
        let guest = datacenter.guests.get_mut(&guest.vmid.0).unwrap();
        guest.config.insert("description".into(), of_another.into());
    });
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(engine.ask(Request::Tidy(home())).await.unwrap_err().code, FaultCode::NotFound);
    assert!(is_there(&lab, &guest));
    engine.close().await;
}

#[tokio::test]
async fn a_snapshot_that_was_taken_in_passing_goes_and_the_operators_stays() {
    let (lab, engine) = lab().await;
    let (_, guest) = deployed(&engine).await;
    let app = engine.fleet().borrow().app_of(&guest).unwrap().id.clone();
    assert_eq!(engine.fleet().borrow().guest(&guest).unwrap().power, Power::Running);
    let copied =
        done(&engine, Request::Clone(CloneWish { app: app.clone(), name: None, address: Default::default() })).await;
    let taken = copied.plan.steps.iter().find_map(|step| match step {
        Step::BeginSnapshot { snapshot, .. } => Some(snapshot.clone()),
        _ => None,
    });
    let taken = taken.expect("a running app is copied from a snapshot");
    for name in [taken.clone(), "mine".to_owned()] {
        let snapshot = Request::Snapshot { app: app.clone(), name: Some(name), note: String::new() };
        done(&engine, snapshot).await;
    }
    let names = async || match engine.query(Query::Snapshots(app.clone())).await.unwrap() {
        Answer::Snapshots(rows) => rows.into_iter().map(|row| row.name).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    lab.meddle(&format!(
        "UPDATE operation SET began = began - 600000, ended = ended - 600000 WHERE id = {}",
        copied.id
    ));
    // It has the name of the one that went, and was taken long after.
    assert_eq!(engine.ask(Request::Tidy(home())).await.unwrap_err().code, FaultCode::NotFound);
    lab.simulator.datacenter().with(|datacenter| {
        let now = datacenter.now();
        let guest = datacenter.guests.get_mut(&guest.vmid.0).unwrap();
        for snapshot in &mut guest.snapshots {
            snapshot.taken = now - Duration::from_secs(600);
        }
    });
    let tidied = done(&engine, Request::Tidy(home())).await;
    assert_eq!(tidied.outcome(), Some(Outcome::Done));
    assert_eq!(names().await, ["mine"]);
    engine.close().await;
}

#[tokio::test]
async fn of_two_that_watch_one_leads_and_the_other_takes_over() {
    let lab = Lab::open().await;
    let one = lab.watching().await;
    until(&one, |fleet| fleet.care.lead == Lead::Ours).await;
    let two = lab.engine(Duty::Watch).await;
    until(&two, |fleet| fleet.care.lead == Lead::Another).await;
    one.close().await;
    until(&two, |fleet| fleet.care.lead == Lead::Ours).await;
    // One that died says nothing: its term runs out.
    two.close().await;
    // So it does where its clock was years ahead, or ours stepped back.
    for ends in ["1", "99000000000000"] {
        lab.meddle(&format!("INSERT INTO lead (what, holder, until) VALUES ('care', 'gone', {ends})"));
        let three = lab.engine(Duty::Watch).await;
        until(&three, |fleet| fleet.care.lead == Lead::Ours).await;
        three.close().await;
    }
}
