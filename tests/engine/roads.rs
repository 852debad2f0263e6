//! The roads into guests and hosts, as the engine finds and remembers them.

use std::sync::Arc;

use proximity::{
    domain::{
        detail::GuestDetail,
        fleet::{Guest, Power},
        plan::power::PowerWish,
        road::{Road, WayState},
    },
    engine::{Answer, Change, Duty, Engine, Query},
    sim::Seed,
};
use serde_json::json;

use super::lab::{Lab, ended, home, power, some_container, until};

async fn back(engine: &Engine, guest: &Guest) -> GuestDetail {
    match engine.query(Query::Guest(guest.key.clone())).await.unwrap() {
        Answer::Guest(detail) => *detail,
        other => panic!("{other:?}"),
    }
}

/// How often somebody looked what its console shows.
fn looks(lab: &Lab, guest: &Guest) -> u64 {
    lab.simulator.datacenter().calls(&format!("GET /nodes/{}/lxc/{}/config", guest.node, guest.key.vmid))
}

fn give_shell(lab: &Lab, guest: &Guest) {
    lab.simulator.datacenter().with(|datacenter| {
        let known = datacenter.guests.get_mut(&guest.key.vmid.0).unwrap();
        known.config.insert("cmode".into(), json!("shell"));
    });
}

#[tokio::test]
async fn the_roads_into_a_guest_are_found_once_and_again_after_a_restart() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Running);
    give_shell(&lab, &guest);
    let found = back(&engine, &guest).await.roads;
    assert_eq!(found.iter().map(|way| way.road).collect::<Vec<_>>(), Road::ALL);
    assert!(found[0].is_open(), "{found:?}");
    assert!(!found[1].is_open() && !found[2].is_open(), "{found:?}");
    lab.simulator.datacenter().forget_calls();
    assert_eq!(back(&engine, &guest).await.roads, found);
    assert_eq!(looks(&lab, &guest), 1, "the back itself, and nothing for the roads");
    let restart = power(&engine, &guest.key, PowerWish::Restart).await.unwrap();
    ended(&engine, restart).await;
    engine.change(Change::Refresh).await.unwrap();
    until(&engine, |fleet| fleet.guest(&guest.key).is_some_and(|guest| guest.power == Power::Running)).await;
    lab.simulator.datacenter().forget_calls();
    assert_eq!(back(&engine, &guest).await.roads, found);
    assert!(looks(&lab, &guest) > 1, "they were not looked for again");
    engine.close().await;
}

#[tokio::test]
async fn a_guest_that_is_off_shows_no_roads_and_is_not_asked_for_them() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    assert_eq!(back(&engine, &guest).await.roads, []);
    engine.close().await;
}

#[tokio::test]
async fn a_console_without_a_shell_says_what_would_change_that() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Running);
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&guest.key.vmid.0).unwrap().config.insert("cmode".into(), json!("tty"));
    });
    let roads = back(&engine, &guest).await.roads;
    let WayState::Shut { why, remedy } = &roads[0].state else { panic!("{roads:?}") };
    assert!(why.contains("a log-in prompt") && remedy.contains("cmode"), "{why} {remedy}");
    engine.close().await;
}

#[tokio::test]
async fn a_host_that_is_watched_tells_its_roads_and_is_asked_for_them_once() {
    let lab = Lab::with(Seed::plain(3, 12)).await;
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let fleet = until(&engine, |fleet| fleet.host(&home()).is_some_and(|host| !host.roads.is_empty())).await;
    let roads: Arc<[_]> = fleet.host(&home()).unwrap().roads.clone();
    assert!(roads[0].is_open(), "{roads:?}");
    let WayState::Shut { remedy, .. } = &roads[2].state else { panic!("{roads:?}") };
    assert!(remedy.contains("proximity host edit home --ssh-user root --ssh-key FILE"), "{remedy}");
    let asked = || -> u64 {
        let calls = lab.simulator.datacenter().all_calls();
        calls
            .into_iter()
            .filter(|(call, _)| call.ends_with("/version") && call.contains("/nodes/"))
            .map(|(_, n)| n)
            .sum()
    };
    let before = asked();
    let listed = |engine: &Engine| engine.fleet().borrow().host(&home()).and_then(|host| host.as_of);
    for _ in 0..2 {
        let last = listed(&engine);
        until(&engine, |fleet| fleet.host(&home()).and_then(|host| host.as_of) > last).await;
    }
    assert_eq!(asked(), before);
    engine.close().await;
}
