//! Trust across time, restarts and nodes. What must hold: what was learnt of a host's authority is kept, so a renewed
//! certificate asks nothing even after a restart; and when a node dies the host goes on being asked at another one.

use proximity::{
    domain::{
        fault::{Fault as Told, FaultCode},
        fleet::Reach,
    },
    engine::{Answer, Change, Duty, HostDraft, Query},
    sim::{Entrance, Fault, FaultId, Options, Pace, Seed, Shown},
};

use super::lab::{Lab, home, reach};

/// Three nodes, each at its own address with its own certificate.
async fn cluster() -> Lab {
    let options = Options::local(Seed::plain(3, 6), Pace::Live { speed: 10.0 });
    Lab::of(Options { entrance: Entrance::EveryNode, ..options }).await
}

async fn refreshed(lab: &Lab) -> Result<(), Told> {
    let engine = lab.engine(Duty::OneErrand).await;
    let outcome = engine.change(Change::Refresh).await;
    engine.close().await;
    outcome
}

/// The nodes renew their certificates; gives the fingerprint of the first.
fn renew(lab: &Lab) -> String {
    show(lab, Shown::Renewed)
}

/// A stranger answers instead.
fn replace(lab: &Lab) -> String {
    show(lab, Shown::Foreign)
}

fn show(lab: &Lab, shown: Shown) -> String {
    lab.simulator.datacenter().throw(Fault::Certificate(shown));
    lab.simulator.datacenter().fingerprint()
}

fn kill(lab: &Lab, node: &str) -> FaultId {
    lab.simulator.datacenter().throw(Fault::DeadNode(node.into()))
}

#[tokio::test]
async fn a_renewed_certificate_asks_nothing_after_a_restart() {
    let lab = Lab::with(Seed::plain(1, 2)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let trust = engine.fleet().borrow().hosts[0].trust.clone();
    assert_eq!(&*trust.pin, lab.simulator.ready().fingerprint);
    assert!(trust.authority.is_some());
    engine.close().await;

    let new = renew(&lab);
    assert_ne!(*trust.pin, new);
    let engine = lab.engine(Duty::OneErrand).await;
    assert_eq!(engine.fleet().borrow().hosts[0].trust, trust, "what was learnt is kept");
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(*engine.fleet().borrow().hosts[0].trust.pin, new, "the new leaf is remembered");
    engine.close().await;
    let engine = lab.engine(Duty::OneErrand).await;
    assert_eq!(*engine.fleet().borrow().hosts[0].trust.pin, new);
    engine.close().await;

    let foreign = replace(&lab);
    let fault = refreshed(&lab).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Trust);
    assert!(fault.why.contains(&new) && fault.why.contains(&foreign), "{fault}");
}

#[tokio::test]
async fn when_a_node_dies_another_one_is_asked_with_its_own_certificate() {
    let lab = cluster().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let nodes = lab.simulator.ready().nodes.clone();
    let first = kill(&lab, &nodes[0]);
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(reach(&engine.fleet().borrow()), Some(&Reach::Online));
    engine.close().await;

    // Neither the addresses nor the authority are forgotten, and the leaves may be new ones.
    renew(&lab);
    refreshed(&lab).await.unwrap();
    kill(&lab, &nodes[1]);
    refreshed(&lab).await.unwrap();
    kill(&lab, &nodes[2]);
    assert_eq!(refreshed(&lab).await.unwrap_err().code, FaultCode::Unreachable);
    lab.simulator.datacenter().mend(first);
    refreshed(&lab).await.unwrap();
}

#[tokio::test]
async fn another_machine_at_a_node_s_address_is_not_taken_for_it() {
    let lab = cluster().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    replace(&lab);
    let nodes = lab.simulator.ready().nodes.clone();
    kill(&lab, &nodes[0]);
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
    kill(&lab, &nodes[0]);
    engine.change(Change::Refresh).await.unwrap();
    engine.close().await;
}
