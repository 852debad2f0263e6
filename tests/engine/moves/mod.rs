//! Apps that move between nodes. What must hold: every obstacle is told before anything is done, what ran runs again, what
//! was off stays off, nothing is lost, and what has arrived stays when a later one fails.

mod together;

use std::{collections::BTreeMap, time::Duration};

use proximity::{
    domain::{
        fault::Fault as Failure,
        ids::{AppId, GuestKey, NodeKey, NodeName, Vmid},
        moves::{Errand, Manner, Proposal, Target, Whose},
        operation::Operation,
        plan::journal::Outcome,
    },
    engine::{Answer, Change, Engine, Query, RelocateWish, Request, Rest, Which},
    sim::{Fault, Guest, Options, Pace, Seed},
};
use serde_json::json;

use super::{
    lab::{Lab, ended, home, until},
    life::done,
};

/// Three nodes; the apps are 100 on pve1, 104 on pve2, 108 on pve3, 112 on pve1 and so on.
async fn lab(guests: u32) -> (Lab, Engine) {
    let pace = Pace::PerCall { from: Pace::NOON, step: Duration::from_secs(1) };
    let lab = Lab::of(Options::local(Seed::plain(3, guests), pace)).await;
    // On disks that every node has.
    lab.simulator.datacenter().with(|datacenter| {
        for guest in datacenter.guests.values_mut() {
            let vmid = guest.vmid;
            guest.snapshots.clear();
            guest.config.retain(|option, _| !option.starts_with("mp") && option != "parent");
            guest.config.insert("rootfs".into(), json!(format!("local-lvm:vm-{vmid}-disk-0,size=4G")));
        }
    });
    let engine = lab.watching().await;
    (lab, engine)
}

fn key(vmid: u32) -> GuestKey {
    GuestKey { host: home(), vmid: Vmid(vmid) }
}

fn pve(number: u32) -> NodeName {
    NodeName::new(format!("pve{number}"))
}

fn node(number: u32) -> NodeKey {
    NodeKey { host: home(), node: pve(number) }
}

fn app(engine: &Engine, vmid: u32) -> AppId {
    engine.fleet().borrow().app_of(&key(vmid)).unwrap_or_else(|| panic!("{vmid} is no app")).id.clone()
}

fn change(lab: &Lab, vmid: u32, how: impl FnOnce(&mut Guest)) {
    lab.simulator.datacenter().with(|datacenter| how(datacenter.guests.get_mut(&vmid).unwrap()));
}

async fn targets(engine: &Engine, vmid: u32) -> Vec<Target> {
    let Answer::Targets(targets) = engine.query(Query::MoveTargets(app(engine, vmid))).await.unwrap() else { panic!() };
    targets
}

/// What stands in the way of this app to that node.
async fn against(engine: &Engine, vmid: u32, to: u32) -> String {
    let targets = targets(engine, vmid).await;
    let target = targets.into_iter().find(|target| target.node.node == pve(to)).expect("it is judged");
    target.obstacles.iter().map(|against| format!("{}: {}", against.why, against.remedy)).collect::<Vec<_>>().join("; ")
}

async fn proposal(engine: &Engine, errand: Errand, whose: Whose) -> Proposal {
    let Answer::Moves(proposal) = engine.query(Query::Moves(errand, whose)).await.unwrap() else { panic!() };
    *proposal
}

fn proposed(errand: Errand, whose: Whose, rest: Rest) -> Request {
    Request::Relocate(RelocateWish { errand, which: Which::Proposed { whose, rest } })
}

async fn refused(engine: &Engine, request: Request) -> Failure {
    match engine.ask(request).await {
        Ok(id) => panic!("it was begun: {:?}", ended(engine, id).await.journal),
        Err(fault) => fault,
    }
}

/// Where each container is, whether it runs, and all that is set.
fn world(lab: &Lab) -> BTreeMap<u32, (String, bool, String)> {
    lab.simulator.datacenter().with(|datacenter| {
        let told = |guest: &Guest| (guest.node.clone(), guest.is_running(), format!("{:?}", guest.config));
        datacenter.guests.values().map(|guest| (guest.vmid, told(guest))).collect()
    })
}

fn on(lab: &Lab, node: &str) -> Vec<u32> {
    world(lab).into_iter().filter(|(_, (on, ..))| on == node).map(|(vmid, _)| vmid).collect()
}

async fn well(engine: &Engine, request: Request) -> Operation {
    engine.change(Change::Refresh).await.unwrap();
    let operation = done(engine, request).await;
    engine.change(Change::Refresh).await.unwrap();
    operation
}

#[tokio::test]
async fn a_free_road_is_offered_with_how_and_how_long() {
    let (lab, engine) = lab(12).await;
    let targets = targets(&engine, 100).await;
    assert_eq!(targets.len(), 2, "{targets:?}");
    for target in &targets {
        assert!(target.is_possible(), "{target:?}");
        assert_eq!((target.manner, target.cost.copied), (Manner::Restarted, 4 << 30));
        assert!((20..120).contains(&target.cost.downtime), "{target:?}");
        assert!(target.free_memory.is_some_and(|free| free > 0));
        assert!(target.reasons()[0].contains("stopped and started again, off for about"), "{:?}", target.reasons());
    }
    // The same one off: nothing of its time is lost.
    change(&lab, 100, |guest| guest.runs.clear());
    engine.change(Change::Refresh).await.unwrap();
    let off = self::targets(&engine, 100).await;
    assert_eq!((off[0].manner, off[0].cost.downtime), (Manner::Off, 0));
    engine.close().await;
}

#[tokio::test]
async fn every_obstacle_is_told_and_a_plan_against_it_refused_with_it() {
    type Seeded = fn(&Lab);
    let cases: [(&str, Seeded); 10] = [
        ("mp1 is the folder /mnt/films of its node", |lab| {
            change(lab, 100, |guest| drop(guest.config.insert("mp1".into(), json!("/mnt/films,mp=/films"))));
        }),
        ("rootfs is a linked clone", |lab| {
            let disk = "local-lvm:base-900-disk-0/vm-100-disk-0,size=4G";
            change(lab, 100, |guest| drop(guest.config.insert("rootfs".into(), json!(disk))));
        }),
        ("rootfs lies on fast, which the node does not have", |lab| {
            lab.simulator.datacenter().with(|datacenter| {
                let fast = datacenter.storages.iter_mut().find(|storage| storage.name == "fast").unwrap();
                fast.nodes = vec!["pve1".into(), "pve3".into()];
            });
            change(lab, 100, |guest| {
                drop(guest.config.insert("rootfs".into(), json!("fast:100/vm-100-disk-0.raw,size=4G")))
            });
        }),
        ("net0 hangs on vmbr1, which the node does not have", |lab| {
            lab.simulator.datacenter().with(|datacenter| {
                datacenter.nodes.iter_mut().find(|node| node.name == "pve2").unwrap().bridges = vec!["vmbr0"];
            });
            change(lab, 100, |guest| {
                let net = "name=eth0,bridge=vmbr1,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth";
                drop(guest.config.insert("net0".into(), json!(net)));
            });
        }),
        ("rootfs has snapshots, which do not travel from lvmthin", |lab| {
            let ready = lab.simulator.datacenter();
            ready.with(|datacenter| {
                let config = datacenter.guests[&100].config.clone();
                let snapshot = proximity::sim::Snapshot {
                    name: "before".into(),
                    description: String::new(),
                    taken: datacenter.now(),
                    config,
                    parent: None,
                    inside: Default::default(),
                };
                datacenter.guests.get_mut(&100).unwrap().snapshots.push(snapshot);
            });
        }),
        ("it needs 900G of memory", |lab| {
            change(lab, 100, |guest| drop(guest.config.insert("memory".into(), json!(900 << 10))));
        }),
        ("are free", |lab| {
            lab.simulator.datacenter().throw(Fault::FullStorage("local-lvm".into()));
        }),
        ("an HA rule keeps it off this node, because of ct:104", |lab| {
            lab.simulator.datacenter().with(|datacenter| {
                datacenter.manage(100);
                datacenter.manage(104);
                let rule = [("type", "resource-affinity"), ("resources", "ct:100,ct:104"), ("affinity", "negative")];
                let rule = rule.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect();
                datacenter.ha.rules.insert("apart".into(), rule);
            });
        }),
        ("it is offline", |lab| {
            lab.simulator.datacenter().throw(Fault::DeadNode("pve2".into()));
        }),
        ("the cluster has no quorum", |lab| {
            lab.simulator.datacenter().throw(Fault::NoQuorum);
        }),
    ];
    for (words, seeded) in cases {
        let (lab, engine) = lab(12).await;
        seeded(&lab);
        engine.change(Change::Refresh).await.unwrap();
        let told = against(&engine, 100, 2).await;
        assert!(told.contains(words), "{words}: {told}");
        let fault = refused(&engine, Request::Move { app: app(&engine, 100), to: pve(2) }).await;
        assert!(fault.why.contains(words) && !fault.remedy.is_empty(), "{words}: {fault:?}");
        assert_eq!(lab.simulator.datacenter().calls("POST /nodes/pve1/lxc/100/migrate"), 0, "nothing was sent");
        engine.close().await;
    }
}

#[tokio::test]
async fn an_app_moves_runs_again_and_goes_back_by_undo() {
    let (lab, engine) = lab(12).await;
    let before = world(&lab);
    let moved = well(&engine, Request::Move { app: app(&engine, 100), to: pve(3) }).await;
    assert!(moved.plan.steps.iter().any(|step| step.title().contains("off about")), "{:#?}", moved.plan.steps);
    assert_eq!((world(&lab)[&100].0.as_str(), world(&lab)[&100].1), ("pve3", before[&100].1));
    // What it took is what the next one is told.
    let Answer::WayOut(Some(way)) = engine.query(Query::LastUndoable(None)).await.unwrap() else { panic!() };
    assert!(way.way.words.contains("back to pve1"), "{}", way.way.words);
    well(&engine, Request::Undo(moved.id)).await;
    assert_eq!(world(&lab), before);
    let fault = refused(&engine, Request::Move { app: app(&engine, 100), to: pve(1) }).await;
    assert!(fault.why.contains("on that node already"), "{fault:?}");
    let fault = refused(&engine, Request::Move { app: app(&engine, 100), to: NodeName::new("pve9") }).await;
    assert!(fault.why.contains("no such node"), "{fault:?}");
    engine.close().await;
}

#[tokio::test]
async fn what_appears_on_the_way_is_seen_before_the_app_is_stopped() {
    let (lab, engine) = lab(12).await;
    let Answer::Preview(preview) =
        engine.query(Query::Preview(Request::Move { app: app(&engine, 100), to: pve(2) })).await.unwrap()
    else {
        panic!()
    };
    // It was planned when the road was free.
    let store = proximity::store::Store::open(&lab.database()).unwrap().0;
    engine.close().await;
    let id = store.begin_operation(preview.plan, proximity::engine::now(), "somebody who died").await.unwrap();
    store.release(id, "somebody who died").await.unwrap();
    change(&lab, 100, |guest| drop(guest.config.insert("mp1".into(), json!("/mnt/films,mp=/films"))));
    let engine = lab.engine(proximity::engine::Duty::Watch).await;
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Failed));
    assert!(operation.fault().unwrap().why.contains("/mnt/films"), "{:?}", operation.fault());
    assert!(world(&lab)[&100].1, "it was never stopped");
    engine.close().await;
}

#[tokio::test]
async fn one_that_does_not_start_there_comes_back_and_runs() {
    let lab = Lab::at(Seed::plain(3, 12), Pace::Live { speed: 6.0 }).await;
    change(&lab, 100, |guest| guest.snapshots.clear());
    let engine = lab.watching().await;
    assert!(world(&lab)[&100].1, "it runs");
    let id = engine.ask(Request::Move { app: app(&engine, 100), to: pve(2) }).await.unwrap();
    until(&engine, |fleet| fleet.operation(id).is_some_and(|operation| operation.task.is_some())).await;
    // Its bridge is taken away while it is on its way.
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.nodes.iter_mut().find(|node| node.name == "pve2").unwrap().bridges.clear();
    });
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Undone), "{:#?}", operation.journal);
    assert_eq!((world(&lab)[&100].0.as_str(), world(&lab)[&100].1), ("pve1", true));
    engine.close().await;
}
