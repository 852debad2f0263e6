//! Several that move as one operation: a node is emptied and filled again, and the nodes of a host are evened out. What
//! must hold: what has arrived stays when a later one fails, nobody is left behind without a word, and undo brings all back.

use proximity::{
    domain::{
        fault::FaultCode,
        ids::Vmid,
        moves::{Because, Errand, Whose},
        plan::{PlanKind, journal::Outcome},
    },
    engine::{Answer, Change, Query, RelocateWish, Request, Rest, Which},
    sim::{Fault, Seed},
};
use serde_json::json;

use super::{
    super::lab::{Lab, ended, home},
    app, change, key, lab, node, on, proposal, proposed, pve, refused, targets, well, world,
};

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
        let how = if *vmid == 112 { "stays off" } else { "off about" };
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
async fn what_left_in_several_evacuations_comes_back_together() {
    let (lab, engine) = lab(24).await;
    let before = on(&lab, "pve1");
    well(&engine, proposed(Errand::Evacuate(node(1)), Whose::Ours, Rest::Left)).await;
    let first = before.len() - on(&lab, "pve1").len();
    well(&engine, proposed(Errand::Evacuate(node(1)), Whose::All, Rest::Left)).await;
    let gone = before.len() - on(&lab, "pve1").len();
    assert!(gone > first && first > 0, "{first} and {gone} of {before:?}");
    let told = proposal(&engine, Errand::Fill(node(1)), Whose::Ours).await;
    assert_eq!(told.legs.len() + told.cannot().count(), gone, "{told:#?}");
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
