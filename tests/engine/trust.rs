//! Trust across time, restarts and nodes. What must hold: what was learnt of a host's authority is kept, so a renewed
//! certificate asks nothing even after a restart; and when a node dies the host goes on being asked at another one.

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Reach,
    },
    engine::{Answer, Change, Duty, HostDraft, Query},
    sim::{Entrance, Options, Pace, Seed},
};

use super::lab::{Lab, home, reach};

/// Three nodes, each at its own address with its own certificate.
async fn cluster() -> Lab {
    let options = Options::local(Seed::plain(3, 6), Pace::Live { speed: 10.0 });
    Lab::of(Options { entrance: Entrance::EveryNode, ..options }).await
}

async fn refreshed(lab: &Lab) -> Result<(), Fault> {
    let engine = lab.engine(Duty::OneErrand).await;
    let outcome = engine.change(Change::Refresh).await;
    engine.close().await;
    outcome
}

#[tokio::test]
async fn a_renewed_certificate_asks_nothing_after_a_restart() {
    let mut lab = Lab::with(Seed::plain(1, 2)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let trust = engine.fleet().borrow().hosts[0].trust.clone();
    assert_eq!(&*trust.pin, lab.simulator.ready().fingerprint);
    assert!(trust.authority.is_some());
    engine.close().await;

    let new = lab.simulator.renew_leaves().unwrap();
    assert_ne!(*trust.pin, new);
    let engine = lab.engine(Duty::OneErrand).await;
    assert_eq!(engine.fleet().borrow().hosts[0].trust, trust, "what was learnt is kept");
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(*engine.fleet().borrow().hosts[0].trust.pin, new, "the new leaf is remembered");
    engine.close().await;
    let engine = lab.engine(Duty::OneErrand).await;
    assert_eq!(*engine.fleet().borrow().hosts[0].trust.pin, new);
    engine.close().await;

    let foreign = lab.simulator.renew_certificate().unwrap();
    let fault = refreshed(&lab).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Trust);
    assert!(fault.why.contains(&new) && fault.why.contains(&foreign), "{fault}");
}

#[tokio::test]
async fn when_a_node_dies_another_one_is_asked_with_its_own_certificate() {
    let mut lab = cluster().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let nodes = lab.simulator.ready().nodes.clone();
    lab.simulator.datacenter().kill_node(&nodes[0]);
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(reach(&engine.fleet().borrow()), Some(&Reach::Online));
    engine.close().await;

    // Neither the addresses nor the authority are forgotten, and the leaves may be new ones.
    lab.simulator.renew_leaves().unwrap();
    refreshed(&lab).await.unwrap();
    lab.simulator.datacenter().kill_node(&nodes[1]);
    refreshed(&lab).await.unwrap();
    lab.simulator.datacenter().kill_node(&nodes[2]);
    assert_eq!(refreshed(&lab).await.unwrap_err().code, FaultCode::Unreachable);
    lab.simulator.datacenter().revive_node(&nodes[0]);
    refreshed(&lab).await.unwrap();
}

#[tokio::test]
async fn another_machine_at_a_node_s_address_is_not_taken_for_it() {
    let mut lab = cluster().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    lab.simulator.renew_certificate().unwrap();
    let nodes = lab.simulator.ready().nodes.clone();
    lab.simulator.datacenter().kill_node(&nodes[0]);
    lab.simulator.datacenter().forget_calls();
    let fault = engine.change(Change::Refresh).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Unreachable, "the address that the operator gave is what is dead: {fault}");
    assert_eq!(lab.simulator.datacenter().calls(""), 0);
    engine.close().await;
}

#[tokio::test]
async fn several_addresses_can_be_given_at_once() {
    let lab = cluster().await;
    let engine = lab.engine(Duty::OneErrand).await;
    let nodes = lab.simulator.ready().nodes.clone();
    let address = |node: &str| lab.simulator.address_of(node).unwrap();
    let both = format!("{}, {}", address(&nodes[0]), address(&nodes[2]));
    let Answer::Fingerprint(seen) = engine.query(Query::Fingerprint { address: both.clone() }).await.unwrap() else {
        panic!()
    };
    assert_eq!(seen, lab.simulator.ready().fingerprint, "it is that of the first one");
    engine.change(Change::AddHost(HostDraft { address: both, ..lab.draft() })).await.unwrap();
    assert_eq!(engine.fleet().borrow().host(&home()).unwrap().addresses, [address(&nodes[0]), address(&nodes[2])]);
    lab.simulator.datacenter().kill_node(&nodes[0]);
    engine.change(Change::Refresh).await.unwrap();
    engine.close().await;
}
