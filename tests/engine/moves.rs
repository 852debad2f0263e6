//! Apps that move between nodes. What must hold: every obstacle is told before anything is done, what ran runs again, what
//! was off stays off, nothing is lost, and what has arrived stays when a later one fails.

use std::{collections::BTreeMap, time::Duration};

use proximity::{
    domain::{
        fault::{Fault as Failure, FaultCode},
        ids::{AppId, GuestKey, NodeKey, NodeName, Vmid},
        moves::{Because, Errand, Manner, Proposal, Target, Whose},
        operation::Operation,
        plan::{PlanKind, journal::Outcome},
    },
    engine::{Answer, Change, Engine, Query, RelocateWish, Request, Rest, Which},
    sim::{Fault, Guest, Options, Pace, Seed},
};
use serde_json::json;

use super::{
    lab::{Lab, ended, home},
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
    assert!(moved.plan.steps.iter().any(|step| step.title().contains("off for about")), "{:#?}", moved.plan.steps);
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
async fn a_node_is_emptied_and_filled_again_as_it_was() {
    let (lab, engine) = lab(24).await;
    change(&lab, 112, |guest| guest.runs.clear());
    engine.change(Change::Refresh).await.unwrap();
    let before = world(&lab);
    let here = on(&lab, "pve1");
    let apps: Vec<u32> =
        here.iter().copied().filter(|vmid| engine.fleet().borrow().app_of(&key(*vmid)).is_some()).collect();
    assert!(apps.len() >= 2 && apps.len() < here.len(), "{apps:?} of {here:?}");

    let told = proposal(&engine, Errand::Evacuate(node(1)), Whose::Ours).await;
    assert_eq!(told.legs.len(), apps.len(), "{told:#?}");
    assert!(
        told.staying.iter().all(|one| one.because == Because::NotMeant && one.why.contains("not ours")),
        "{told:#?}"
    );
    let request = proposed(Errand::Evacuate(node(1)), Whose::Ours, Rest::Refused);
    let Answer::Preview(preview) = engine.query(Query::Preview(request.clone())).await.unwrap() else { panic!() };
    for vmid in &apps {
        let name = engine.fleet().borrow().app_of(&key(*vmid)).unwrap().name.clone();
        let step = preview.steps.iter().find(|step| step.title.starts_with(&format!("move {name} to ")));
        let step = step.unwrap_or_else(|| panic!("{name} is not shown: {:#?}", preview.steps));
        let how = if *vmid == 112 { "it is off and stays off" } else { "off for about" };
        assert!(step.title.contains(how) && step.calls.len() == 1, "{step:?}");
    }
    let emptied = well(&engine, request).await;
    assert_eq!((emptied.plan.kind, emptied.parts()), (PlanKind::Evacuate, (apps.len(), apps.len())));
    let after = world(&lab);
    for (vmid, (was_on, ran, config)) in &before {
        let (is_on, runs, still) = &after[vmid];
        assert_eq!((runs, still), (ran, config), "{vmid}");
        assert_eq!(is_on != was_on, apps.contains(vmid), "{vmid} was on {was_on} and is on {is_on}");
    }

    let filled = well(&engine, proposed(Errand::Fill(node(1)), Whose::Ours, Rest::Refused)).await;
    assert_eq!((filled.plan.kind, filled.parts().0), (PlanKind::Fill, apps.len()));
    assert_eq!(world(&lab), before);
    let fault = refused(&engine, proposed(Errand::Fill(node(1)), Whose::Ours, Rest::Refused)).await;
    assert!(fault.why.contains("nothing of what left pve1"), "{fault:?}");
    engine.close().await;
}

#[tokio::test]
async fn what_went_on_since_is_left_where_it_is() {
    let (lab, engine) = lab(24).await;
    well(&engine, proposed(Errand::Evacuate(node(1)), Whose::Ours, Rest::Refused)).await;
    let there = world(&lab)[&100].0.clone();
    let elsewhere = if there == "pve2" { 3 } else { 2 };
    well(&engine, Request::Move { app: app(&engine, 100), to: pve(elsewhere) }).await;
    let told = proposal(&engine, Errand::Fill(node(1)), Whose::Ours).await;
    let left: Vec<_> = told.staying.iter().map(|one| one.guest.clone()).collect();
    assert_eq!(left, [key(100)], "{told:#?}");
    assert!(told.staying[0].why.contains("it went on to"), "{told:#?}");
    well(&engine, proposed(Errand::Fill(node(1)), Whose::Ours, Rest::Refused)).await;
    assert_eq!(world(&lab)[&100].0, format!("pve{elsewhere}"));
    engine.close().await;
}

#[tokio::test]
async fn nobody_is_left_behind_without_the_operators_word() {
    let (lab, engine) = lab(24).await;
    change(&lab, 100, |guest| drop(guest.config.insert("mp1".into(), json!("/mnt/films,mp=/films"))));
    let evacuate = |rest| proposed(Errand::Evacuate(node(1)), Whose::Ours, rest);
    let fault = refused(&engine, evacuate(Rest::Refused)).await;
    assert!(fault.why.contains("/mnt/films") && fault.remedy.contains("--partly"), "{fault:?}");
    well(&engine, evacuate(Rest::Left)).await;
    let left: Vec<u32> = on(&lab, "pve1").into_iter().filter(|vmid| vmid.is_multiple_of(4)).collect();
    assert_eq!(left, [100]);
    let told = proposal(&engine, Errand::Evacuate(node(1)), Whose::All).await;
    let others: Vec<_> = told.legs.iter().filter(|leg| leg.app.is_none()).collect();
    assert!(!others.is_empty(), "{told:#?}");
    let emptied = well(&engine, proposed(Errand::Evacuate(node(1)), Whose::All, Rest::Left)).await;
    assert!(emptied.plan.also_locks.iter().any(|lock| *lock == format!("guest {}", others[0].guest)));
    let templates = |vmid: &u32| lab.simulator.datacenter().with(|datacenter| datacenter.guests[vmid].is_template());
    let left: Vec<u32> = on(&lab, "pve1").into_iter().filter(|vmid| !templates(vmid)).collect();
    assert_eq!(left, [100]);
    engine.close().await;
}

#[tokio::test]
async fn what_has_arrived_stays_when_a_later_one_fails() {
    let (lab, engine) = lab(36).await;
    let before = world(&lab);
    let told = proposal(&engine, Errand::Evacuate(node(1)), Whose::Ours).await;
    assert!(told.legs.len() >= 3, "{told:#?}");
    let second = &told.legs[1];
    let fails = Fault::TaskFails { percent: 70, text: "the cable was pulled".into() };
    lab.simulator.datacenter().throw(fails.on_guest(second.guest.vmid.0).times(1));
    let request = proposed(Errand::Evacuate(node(1)), Whose::Ours, Rest::Refused);
    let id = engine.ask(request).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!((operation.outcome(), operation.parts()), (Some(Outcome::Partly), (1, told.legs.len())));
    let after = world(&lab);
    let of = |vmid: Vmid| (after[&vmid.0].0.as_str(), after[&vmid.0].1);
    assert_eq!(of(told.legs[0].guest.vmid), (told.legs[0].to.as_str(), before[&told.legs[0].guest.vmid.0].1));
    for leg in &told.legs[1..] {
        let (node, runs, config) = &before[&leg.guest.vmid.0];
        assert_eq!(after[&leg.guest.vmid.0], (node.clone(), *runs, config.clone()), "{} is whole", leg.name);
    }
    // It can be gone on with, or what arrived can come back.
    engine.ask(Request::Retry(id)).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!((operation.outcome(), operation.parts().0), (Some(Outcome::Done), told.legs.len()));
    engine.change(Change::Refresh).await.unwrap();
    well(&engine, Request::Undo(id)).await;
    assert_eq!(world(&lab), before);
    engine.close().await;
}

#[tokio::test]
async fn nobody_else_works_on_a_guest_that_is_about_to_move() {
    let lab = Lab::with(Seed::plain(3, 24)).await;
    lab.simulator.datacenter().with(|datacenter| {
        for guest in datacenter.guests.values_mut() {
            let vmid = guest.vmid;
            guest.snapshots.clear();
            guest.config.insert("rootfs".into(), json!(format!("local-lvm:vm-{vmid}-disk-0,size=4G")));
        }
    });
    let engine = lab.watching().await;
    let moves: Vec<_> = [100, 112].map(|vmid| (key(vmid), pve(2))).to_vec();
    let wish = RelocateWish { errand: Errand::Balance(home()), which: Which::Chosen(moves) };
    let id = engine.ask(Request::Relocate(wish)).await.unwrap();
    let fault = refused(&engine, Request::Bin(app(&engine, 112))).await;
    assert_eq!(fault.code, FaultCode::Busy, "{fault:?}");
    let fleet = engine.fleet().borrow().clone();
    let waiting = fleet.guest(&key(112)).unwrap();
    assert_eq!(proximity::domain::state::state_of(&fleet, waiting).slug(), "migrating");
    engine.ask(Request::Cancel(id)).await.unwrap();
    let operation = ended(&engine, id).await;
    assert!(matches!(operation.outcome(), Some(Outcome::Undone | Outcome::Partly | Outcome::Failed)), "{operation:#?}");
    engine.close().await;
}

#[tokio::test]
async fn a_hot_node_is_evened_out_and_then_nothing_is_suggested() {
    let (lab, engine) = lab(36).await;
    // All apps crowd on the first node, which has little memory.
    lab.simulator.datacenter().with(|datacenter| {
        for guest in datacenter.guests.values_mut().filter(|guest| guest.vmid.is_multiple_of(4)) {
            guest.node = "pve1".into();
            guest.config.insert("memory".into(), json!(2048));
            guest.profile.memory = 0.9;
        }
        let first = datacenter.nodes.iter_mut().find(|node| node.name == "pve1").unwrap();
        first.memory = 32 << 30;
    });
    engine.change(Change::Refresh).await.unwrap();
    let told = proposal(&engine, Errand::Balance(home()), Whose::Ours).await;
    assert!(!told.legs.is_empty(), "{told:#?}");
    assert!(
        told.legs.iter().all(|leg| leg.from == pve(1) && leg.app.is_some() && leg.why.contains("pve1 is")),
        "{told:#?}"
    );
    let worst = |fills: &[proximity::domain::moves::Fill]| fills.iter().map(|fill| fill.worst()).max().unwrap();
    assert!(worst(&told.after) < worst(&told.before), "{told:#?}");
    let moves = told.legs.iter().map(|leg| (leg.guest.clone(), leg.to.clone())).collect();
    let wish = RelocateWish { errand: Errand::Balance(home()), which: Which::Chosen(moves) };
    let before = world(&lab);
    let balanced = well(&engine, Request::Relocate(wish)).await;
    let again = proposal(&engine, Errand::Balance(home()), Whose::Ours).await;
    assert!(again.legs.len() < told.legs.len(), "{again:#?}");
    let undone = well(&engine, Request::Undo(balanced.id)).await;
    assert_eq!((undone.plan.kind, world(&lab)), (PlanKind::Balance, before));
    engine.close().await;
}

#[tokio::test]
async fn even_nodes_are_left_alone() {
    let (_lab, engine) = lab(12).await;
    let told = proposal(&engine, Errand::Balance(home()), Whose::Ours).await;
    assert!(told.legs.is_empty() && told.words.contains("the nodes are even"), "{told:#?}");
    let fault = refused(&engine, proposed(Errand::Balance(home()), Whose::Ours, Rest::Refused)).await;
    assert!(fault.why.contains("the nodes are even"), "{fault:?}");
    engine.close().await;
}

#[tokio::test]
async fn what_ha_looks_after_counts_as_moved_when_it_is_there() {
    let (lab, engine) = lab(12).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.manage(100));
    well(&engine, Request::Move { app: app(&engine, 100), to: pve(2) }).await;
    assert_eq!(world(&lab)[&100].0, "pve2");
    assert!(world(&lab)[&100].1, "it runs there");
    engine.close().await;
}

#[tokio::test]
async fn a_single_machine_has_nowhere_to_go() {
    let lab = Lab::with(Seed::plain(1, 8)).await;
    let engine = lab.watching().await;
    assert_eq!(targets(&engine, 100).await, []);
    let told = proposal(&engine, Errand::Balance(home()), Whose::Ours).await;
    assert!(told.words.contains("only one node"), "{told:#?}");
    let fault = refused(&engine, proposed(Errand::Evacuate(node(1)), Whose::Ours, Rest::Refused)).await;
    assert!(fault.why.contains("there is no other node"), "{fault:?}");
    engine.close().await;
}
