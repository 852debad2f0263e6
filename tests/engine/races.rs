//! Several Proximitys at work on one datacenter with the same books. What must hold: nobody gets what another one has, and
//! what a dead one left is taken up by one of them.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use proximity::{
    domain::{
        fleet::{Power, Reach},
        operation::Operation,
        plan::{
            journal::{Entry, Outcome},
            power::PowerWish,
        },
    },
    engine::{Answer, Change, DeployWish, Duty, Engine, Query, Request},
};

use super::{
    lab::{Lab, ended, orders, power, reach, some_container, until},
    life,
};

#[tokio::test]
async fn of_many_that_start_at_once_one_takes_up_what_was_left() {
    let lab = Lab::open().await;
    let killed = lab.watching().await;
    let guest = some_container(&killed, Power::Stopped);
    let id = power(&killed, &guest.key, PowerWish::Start).await.unwrap();
    until(&killed, |fleet| fleet.operation(id).is_some_and(|operation| operation.task.is_some())).await;
    killed.close().await;

    let engines = join_all((0..3).map(|_| lab.engine(Duty::Watch))).await;
    for operation in join_all(engines.iter().map(|engine| ended(engine, id))).await {
        assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
        let ends = operation.journal.iter().filter(|entry| matches!(entry, Entry::Did(1, _)));
        assert_eq!(ends.count(), 1, "{:?}", operation.journal);
    }
    assert_eq!(orders(&lab, &guest, "start"), 1);
    join_all(engines.iter().map(Engine::close)).await;
}

async fn deploy(engine: &Engine, name: &str) -> Operation {
    let wish = DeployWish { name: Some(name.into()), ..life::wish("mosquitto") };
    let id = engine.ask(Request::Deploy(Box::new(wish))).await.unwrap();
    ended(engine, id).await
}

async fn two() -> (Lab, [Engine; 2]) {
    let (lab, first) = life::lab().await;
    let second = lab.engine(Duty::Watch).await;
    // It plans by what it has listed itself.
    second.change(Change::Refresh).await.unwrap();
    until(&second, |fleet| reach(fleet) == Some(&Reach::Online) && !fleet.nodes.is_empty()).await;
    (lab, [first, second])
}

#[tokio::test]
async fn two_that_deploy_at_once_share_no_id_and_no_port() {
    let (_lab, engines) = two().await;
    let names = ["left-1", "left-2", "right-1", "right-2"];
    let deployed = names.iter().zip([0, 0, 1, 1]).map(|(name, engine)| deploy(&engines[engine], name));
    for operation in join_all(deployed).await {
        assert_eq!(operation.outcome(), Some(Outcome::Done), "{:#?}", operation.journal);
    }
    let fleets = engines.each_ref().map(|engine| engine.fleet().borrow().clone());
    let ours = fleets.iter().flat_map(|fleet| fleet.apps.iter().filter(|app| names.contains(&&*app.name)));
    let guests: BTreeSet<_> = ours.map(|app| (app.name.clone(), app.guest.vmid)).collect();
    let ids: BTreeSet<_> = guests.iter().map(|(_, vmid)| *vmid).collect();
    assert_eq!(ids.len(), 4, "{guests:?}");
    let Answer::Ports(leases) = engines[0].query(Query::Ports).await.unwrap() else { panic!() };
    let ports: BTreeSet<_> = leases.iter().map(|lease| lease.port).collect();
    assert_eq!((leases.len(), ports.len()), (4, 4), "{leases:?}");
    join_all(engines.iter().map(Engine::close)).await;
}

#[tokio::test]
async fn of_two_that_deploy_under_one_name_one_does_and_the_other_leaves_nothing() {
    let (lab, engines) = two().await;
    let before = lab.simulator.datacenter().with(|datacenter| datacenter.guests.len());
    let ends = join_all(engines.iter().map(|engine| deploy(engine, "broker"))).await;
    let done = ends.iter().filter(|operation| operation.outcome() == Some(Outcome::Done)).count();
    assert_eq!(done, 1, "{ends:#?}");
    assert_eq!(lab.simulator.datacenter().with(|datacenter| datacenter.guests.len()), before + 1);
    let Answer::Ports(leases) = engines[0].query(Query::Ports).await.unwrap() else { panic!() };
    assert_eq!(leases.len(), 1, "{leases:?}");
    join_all(engines.iter().map(Engine::close)).await;
}
