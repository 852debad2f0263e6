//! Start, stop and restart, from the wish to the end of the Proxmox task.

use proximity::{
    domain::{
        fault::FaultCode,
        fleet::Power,
        ids::{GuestKey, HostId, Vmid},
        plan::{
            journal::{Entry, Outcome},
            power::{PowerWish, plan},
        },
        state::{State, state_of},
    },
    engine::{Answer, Change, Duty, Query, Request, Tone, now},
    store::Store,
};

use super::lab::{Lab, broken, ended, ended_in, power, some_container, until};

#[tokio::test]
async fn a_stopped_guest_is_started_and_seen_running() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    until(&engine, |fleet| fleet.guest(&guest.key).is_some_and(|guest| guest.power == Power::Running)).await;
    engine.close().await;
}

#[tokio::test]
async fn a_running_guest_is_stopped_and_restarted() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Running);
    for wish in [PowerWish::Restart, PowerWish::Stop] {
        let id = power(&engine, &guest.key, wish).await.unwrap();
        assert_eq!(ended(&engine, id).await.outcome(), Some(Outcome::Done), "{wish:?}");
        engine.change(Change::Refresh).await.unwrap();
    }
    until(&engine, |fleet| fleet.guest(&guest.key).is_some_and(|guest| guest.power == Power::Stopped)).await;
    engine.close().await;
}

#[tokio::test]
async fn the_led_follows_the_operation() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    let fleet = engine.fleet().borrow().clone();
    assert_eq!(state_of(&fleet, fleet.guest(&guest.key).unwrap()), State::Starting, "the key is answered at once");
    until(&engine, |fleet| state_of(fleet, fleet.guest(&guest.key).unwrap()) == State::Running).await;
    engine.close().await;
}

#[tokio::test]
async fn a_guest_that_will_not_start_says_what_why_and_what_to_do() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let mut notices = engine.notices();
    let guest = broken(&engine.fleet().borrow()).expect("the demo has one");
    let id = power(&engine, &guest, PowerWish::Start).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Failed));
    let fault = operation.fault().expect("it says why");
    assert!(!fault.what.is_empty() && !fault.why.is_empty() && !fault.remedy.is_empty(), "{fault:?}");
    assert!(!operation.log.is_empty(), "the task's log is shown");
    let notice = notices.recv().await.unwrap();
    assert_eq!(notice.tone, Tone::Danger);
    assert_eq!(notice.operation, Some(id));
    let fleet = until(&engine, |fleet| state_of(fleet, fleet.guest(&guest).unwrap()) == State::Error).await;
    assert!(!fleet.operations.is_empty());
    engine.close().await;
}

#[tokio::test]
async fn a_second_operation_on_a_busy_guest_is_refused() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    assert_eq!(power(&engine, &guest.key, PowerWish::Start).await.unwrap_err().code, FaultCode::Busy);
    // Also from another process on the same books.
    let other = lab.engine(Duty::OneErrand).await;
    other.change(Change::Refresh).await.unwrap();
    let refused = power(&other, &guest.key, PowerWish::Start).await.unwrap_err();
    assert!(matches!(refused.code, FaultCode::Busy | FaultCode::Refused), "{refused:?}");
    other.close().await;
    engine.close().await;
}

#[tokio::test]
async fn a_failed_operation_is_tried_again_from_the_start() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = broken(&engine.fleet().borrow()).unwrap();
    let id = power(&engine, &guest, PowerWish::Start).await.unwrap();
    ended(&engine, id).await;
    engine.ask(Request::Retry(id)).await.unwrap();
    let fleet = until(&engine, |fleet| {
        let operation = fleet.operation(id).unwrap();
        operation.ended.is_some() && operation.journal.contains(&Entry::Retried)
    })
    .await;
    let journal = &fleet.operation(id).unwrap().journal;
    assert_eq!(journal.iter().filter(|entry| **entry == Entry::Began(0)).count(), 2, "{journal:?}");
    engine.close().await;
}

#[tokio::test]
async fn a_preview_changes_nothing() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    let request = Request::Power { guest: guest.key.clone(), wish: PowerWish::Start };
    let answer = engine.query(Query::Preview(request)).await.unwrap();
    assert!(matches!(answer, Answer::Preview(preview) if preview.plan.steps.len() == 2));
    assert!(engine.fleet().borrow().operations.is_empty());
    engine.close().await;
}

#[tokio::test]
async fn the_back_of_a_unit_is_asked_for_when_somebody_looks() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let app = engine.fleet().borrow().apps.first().unwrap().clone();
    let Answer::Guest(detail) = engine.query(Query::Guest(app.guest.clone())).await.unwrap() else { panic!() };
    assert_eq!(detail.key, app.guest);
    assert!(detail.memory.is_some() && !detail.volumes.is_empty() && !detail.networks.is_empty(), "{detail:?}");
    engine.close().await;
}

#[tokio::test]
async fn a_guest_nobody_has_is_not_found() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let nobody = GuestKey { host: HostId::new("home"), vmid: Vmid(999_999) };
    assert_eq!(power(&engine, &nobody, PowerWish::Start).await.unwrap_err().code, FaultCode::NotFound);
    engine.close().await;
}

#[tokio::test]
async fn a_listing_that_lags_behind_does_not_contradict_what_was_done() {
    let lab = Lab::open().await;
    lab.simulator.datacenter().let_listing_lag(std::time::Duration::from_secs(100));
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    ended(&engine, id).await;
    for _ in 0..3 {
        engine.change(Change::Refresh).await.unwrap();
        let fleet = engine.fleet().borrow().clone();
        assert_eq!(state_of(&fleet, fleet.guest(&guest.key).unwrap()), State::Running);
    }
    engine.close().await;
}

#[tokio::test]
async fn a_guest_that_moved_to_another_node_is_looked_for_once() {
    let lab = Lab::open().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let guest = some_container(&engine, Power::Running);
    let elsewhere = if guest.node.as_str() == "pve1" { "pve2" } else { "pve1" };
    let vmid = guest.vmid().0;
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&vmid).unwrap().node = elsewhere.into();
    });
    let id = power(&engine, &guest.key, PowerWish::StopNow).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    assert!(lab.simulator.datacenter().with(|datacenter| !datacenter.guests[&vmid].is_running()), "it was found there");
    // One that is nowhere is not looked for for ever.
    let other = some_container(&engine, Power::Running);
    lab.simulator.datacenter().remove_guest(other.vmid().0);
    let id = power(&engine, &other.key, PowerWish::StopNow).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!(operation.fault().map(|fault| fault.code), Some(FaultCode::NotFound), "{:?}", operation.journal);
    engine.close().await;
}

#[tokio::test]
async fn an_old_operation_that_the_deck_does_not_show_is_tried_again() {
    let lab = Lab::open().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let guest = some_container(&engine, Power::Stopped);
    let plan = plan(PowerWish::Start, &guest, None).unwrap();
    engine.close().await;
    let (store, _) = Store::open(&lab.database()).unwrap();
    let mut first = None;
    for _ in 0..60 {
        let id = store.begin_operation(plan.clone(), now(), "gone").await.unwrap();
        store.finish(id, Outcome::Failed, now()).await.unwrap();
        first.get_or_insert(id);
    }
    let next = lab.engine(Duty::OneErrand).await;
    let id = first.unwrap();
    assert_eq!(next.fleet().borrow().operation(id), None);
    next.ask(Request::Retry(id)).await.unwrap();
    let operation = ended_in(&store, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    // What was done is done.
    assert_eq!(next.ask(Request::Retry(id)).await.unwrap_err().code, FaultCode::Refused);
    next.close().await;
}
