//! A node that somebody looks closer at: what it tells of itself, and what is left when it does not tell all.

use proximity::{
    domain::{
        fault::FaultCode,
        ids::{NodeKey, NodeName},
        machine::Machine,
        plan::power::PowerWish,
    },
    engine::{Answer, Engine, Query},
    sim::Fault as SimFault,
};

use super::lab::{Lab, ended, home, power, some_container};

fn key(node: &str) -> NodeKey {
    NodeKey { host: home(), node: NodeName::new(node) }
}

async fn look(engine: &Engine, node: &str) -> Machine {
    match engine.query(Query::Node(key(node))).await.unwrap() {
        Answer::Node(machine) => *machine,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_node_tells_all_that_it_knows_of_itself() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, proximity::domain::fleet::Power::Running);
    let restart = power(&engine, &guest.key, PowerWish::Restart).await.unwrap();
    ended(&engine, restart).await;
    let machine = look(&engine, guest.node.as_str()).await;
    assert!(machine.silent.is_empty(), "{:?}", machine.silent);
    assert!(machine.version.as_deref().is_some_and(|version| version.starts_with("9.")), "{machine:?}");
    assert!(machine.kernel.is_some() && machine.model.is_some() && machine.uptime.is_some(), "{machine:?}");
    assert!(machine.memory.is_some() && machine.swap.is_some() && machine.root.is_some(), "{machine:?}");
    assert_eq!(machine.load.len(), 3);
    assert!(machine.pressure.is_some_and(|read| read.io_full.is_some() && read.memory_full.is_some()), "{machine:?}");
    let shown = machine.certificates.iter().find(|one| &*one.file == "pve-ssl.pem").expect("its certificate");
    assert!(shown.until.is_some() && shown.fingerprint.len() == 95, "{shown:?}");
    assert!(machine.abilities.len() > 20 && machine.abilities.iter().all(|one| one.lacks.is_none()));
    let task = machine.tasks.iter().find(|task| task.guest.as_ref() == Some(&guest.key)).expect("the restart");
    assert_eq!(task.result.as_deref(), Some("OK"), "{task:?}");
    assert!(task.ended >= task.began && machine.tasks.len() <= 20);
    let newest_first = machine.tasks.windows(2).all(|pair| pair[0].began >= pair[1].began);
    assert!(newest_first, "{:?}", machine.tasks);
    engine.close().await;
}

#[tokio::test]
async fn a_question_that_fails_leaves_the_others_whole() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    for (call, what) in [
        ("GET /nodes/pve1/status", "its state"),
        ("GET /nodes/pve1/rrddata", "its pressure"),
        ("GET /nodes/pve1/certificates/info", "its certificates"),
        ("GET /nodes/pve1/tasks", "its tasks"),
    ] {
        let trouble = lab.simulator.datacenter().throw(SimFault::Unreachable.on_calls(call));
        let machine = look(&engine, "pve1").await;
        assert_eq!(machine.silent.iter().map(|one| one.what).collect::<Vec<_>>(), [what]);
        assert_eq!(machine.load.is_empty(), what == "its state");
        assert_eq!(machine.pressure.is_none(), what == "its pressure");
        assert_eq!(machine.certificates.is_empty(), what == "its certificates");
        assert!(!machine.abilities.is_empty(), "its version is known from the listing");
        lab.simulator.datacenter().mend(trouble);
    }
    engine.close().await;
}

#[tokio::test]
async fn a_dead_node_says_so_and_an_unknown_one_is_named() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    lab.simulator.datacenter().throw(SimFault::DeadNode("nas".into()));
    let dead = engine.query(Query::Node(key("nas"))).await.unwrap_err();
    assert_eq!(dead.code, FaultCode::Unreachable, "{dead:?}");
    lab.simulator.datacenter().forget_calls();
    let unknown = engine.query(Query::Node(key("pve9"))).await.unwrap_err();
    assert_eq!(unknown.code, FaultCode::NotFound);
    assert_eq!(lab.simulator.datacenter().calls("GET /nodes/pve9/status"), 0, "it was asked");
    engine.close().await;
}
