//! How hosts are listed: how often they are asked, and what happens when they stop answering.

use proximity::{
    domain::{
        fault::FaultCode,
        fleet::Reach,
        state::{State, state_of},
    },
    engine::{Change, Duty, Tone},
    sim::{Fault, Seed, Shown},
};

use super::lab::{Lab, home, reach, until};

#[tokio::test]
async fn a_refresh_is_one_request_whatever_the_number_of_guests() {
    let lab = Lab::with(Seed::plain(3, 300)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    assert!(engine.fleet().borrow().guests.len() >= 300);
    // Apps with an address still to be found are asked a few times, then left alone.
    for _ in 0..5 {
        engine.change(Change::Refresh).await.unwrap();
    }
    lab.simulator.datacenter().forget_calls();
    for _ in 0..5 {
        engine.change(Change::Refresh).await.unwrap();
    }
    let asked: Vec<_> = lab.simulator.datacenter().all_calls().into_iter().collect();
    assert_eq!(asked, [("GET /cluster/resources".to_owned(), 5)]);
    engine.close().await;
}

#[tokio::test]
async fn a_host_that_falls_silent_goes_stale_and_comes_back() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let mut notices = engine.notices();
    lab.simulator.datacenter().throw(Fault::Cut);
    drop(engine.change(Change::Refresh).await);
    let fleet = until(&engine, |fleet| matches!(reach(fleet), Some(Reach::Lost(_)))).await;
    assert_eq!(state_of(&fleet, &fleet.guests[0]), State::Stale);
    assert!(!fleet.guests.is_empty() && fleet.host(&home()).unwrap().as_of.is_some(), "what was known stays");
    assert_eq!(notices.recv().await.unwrap().tone, Tone::Danger);
    lab.simulator.datacenter().mend_all();
    engine.change(Change::Refresh).await.unwrap();
    until(&engine, |fleet| reach(fleet) == Some(&Reach::Online)).await;
    engine.close().await;
}

#[tokio::test]
async fn a_changed_certificate_stops_everything_and_shows_both_fingerprints() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let old = lab.simulator.ready().fingerprint.clone();
    lab.simulator.datacenter().throw(Fault::Certificate(Shown::Foreign));
    let new = lab.simulator.datacenter().fingerprint();
    let fault = engine.change(Change::Refresh).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Trust);
    assert!(fault.to_string().contains(&old) && fault.to_string().contains(&new), "{fault}");
    engine.close().await;
}

#[tokio::test]
async fn the_last_fleet_is_there_at_the_next_start_before_anyone_is_asked() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let (guests, apps) = {
        let fleet = engine.fleet().borrow().clone();
        (fleet.guests.len(), fleet.apps.len())
    };
    engine.close().await;
    lab.simulator.datacenter().throw(Fault::Cut);
    let next = lab.engine(Duty::OneErrand).await;
    let fleet = next.fleet().borrow().clone();
    assert_eq!((fleet.guests.len(), fleet.apps.len()), (guests, apps));
    assert!(fleet.host(&home()).unwrap().as_of.is_some(), "its age is known");
    next.close().await;
}

#[tokio::test]
async fn apps_are_found_by_the_marker_in_their_description() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let fleet = engine.fleet().borrow().clone();
    assert!((12..=13).contains(&fleet.apps.len()), "{}", fleet.apps.len());
    let jellyfin = fleet.apps.iter().find(|app| &*app.name == "jellyfin").expect("the demo has one");
    assert_eq!(jellyfin.marker.recipe.as_deref(), Some("jellyfin"));
    assert!(jellyfin.address.as_deref().is_some_and(|address| address.starts_with("127.77.")), "{jellyfin:?}");
    engine.close().await;
}
