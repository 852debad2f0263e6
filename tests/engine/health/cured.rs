//! Apps that are restarted by themselves.

use std::time::Duration;

use proximity::{
    domain::{
        care::{Health, HealthRules, Rules, SelfRestart},
        fleet::Power,
        ids::GuestKey,
        operation::Operation,
        plan::PlanKind,
        state::{State, state_of},
    },
    engine::{Duty, Request},
    sim::{Fault, Options, Pace, Seed, Sickness},
};

use super::stage::{Stage, UNWELL, WELL};
use crate::engine::{
    lab::{Lab, until},
    life::{done, lan, wish},
};

fn restarting(stage: &mut Stage) {
    stage.rules = HealthRules { self_restart: SelfRestart::On, ..HealthRules::default() };
}

#[tokio::test]
async fn a_sick_app_is_restarted_so_often_a_day_and_then_left() {
    let mut stage = Stage::with(1).await;
    restarting(&mut stage);
    stage.looks(3).await;
    stage.servers[0].is(UNWELL);
    let mut restarts = 0;
    for _ in 0..100 {
        stage.looks(1).await;
        restarts += stage.cure().await;
    }
    let health = stage.health(0);
    assert_eq!((restarts, health.restarts.len(), health.health), (3, 3, Health::Failing));
    assert!(health.gave_up.is_some(), "that nobody does more is told");
    // Nor does whoever takes over, on the books of the one before.
    stage.take_over().await;
    for _ in 0..20 {
        stage.looks(1).await;
        assert_eq!(stage.cure().await, 0);
    }
    stage.servers[0].is(WELL);
    stage.looks(3).await;
    assert_eq!((stage.health(0).gave_up, stage.health(0).health), (None, Health::Degraded));
}

#[tokio::test]
async fn an_app_is_left_alone_while_somebody_else_does_something_to_it() {
    let mut stage = Stage::with(1).await;
    restarting(&mut stage);
    stage.looks(3).await;
    stage.servers[0].is(UNWELL);
    stage.looks(4).await;
    stage.world.change(|fleet| std::sync::Arc::make_mut(&mut fleet.guests[0]).lock = Some("backup".into()));
    assert_eq!(stage.cure().await, 0);
    stage.world.change(|fleet| std::sync::Arc::make_mut(&mut fleet.guests[0]).lock = None);
    assert_eq!(stage.cure().await, 1);
}

/// A datacenter whose apps answer, and rules that are hasty.
async fn hasty() -> Lab {
    let options =
        Options { apps: proximity::sim::Apps::Answer, ..Options::local(Seed::demo(), Pace::Live { speed: 10.0 }) };
    let mut lab = Lab::of(options).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.lan = lan());
    let health = HealthRules {
        interval: 1,
        timeout: 1,
        bad_to_fall: 2,
        good_to_rise: 1,
        self_restart: SelfRestart::On,
        restarts_a_day: 2,
        ..HealthRules::default()
    };
    lab.rules = Rules { health, ..Rules::default() };
    lab
}

/// The real loop on the simulated datacenter: it fails, is restarted, is left alone, and is well again.
#[tokio::test]
async fn a_sick_app_is_seen_restarted_and_seen_to_be_well_again() {
    let lab = hasty().await;
    let engine = lab.watching().await;
    let deployed = done(&engine, Request::Deploy(Box::new(wish("uptime-kuma")))).await;
    let app = deployed.plan.subject.app().unwrap().clone();
    let guest: GuestKey = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    engine.close().await;
    // Its start takes no time at all, else this would take minutes.
    lab.meddle("UPDATE app SET book = json_set(book, '$.probe.deadline', 1) WHERE book IS NOT NULL");
    let engine = lab.engine(Duty::Watch).await;
    let is = |health: Health| {
        let app = app.clone();
        move |fleet: &proximity::domain::fleet::Fleet| {
            fleet.care.health.get(&app).is_some_and(|known| known.health == health)
        }
    };
    until(&engine, is(Health::Healthy)).await;
    let sick = lab.simulator.datacenter().throw(Fault::SickApp(Sickness::Unwell).on_guest(guest.vmid.0));
    let fleet = until(&engine, is(Health::Failing)).await;
    assert_eq!(fleet.care.health[&app].last.as_ref().unwrap().said.as_ref().unwrap_err(), "port 3001 answers 503");
    let light = |fleet: &proximity::domain::fleet::Fleet| state_of(fleet, fleet.guest(&guest).unwrap());
    until(&engine, |fleet| light(fleet) == State::Restarting).await;
    let fleet = until(&engine, |fleet| fleet.care.health[&app].gave_up.is_some()).await;
    // On a busy machine others of the demo may answer late and be restarted too.
    let its = |one: &&Operation| one.plan.subject.guest() == Some(&guest);
    let restarts = fleet.operations.iter().filter(its).filter(|one| one.plan.kind == PlanKind::Restart);
    assert_eq!((restarts.count(), fleet.care.health[&app].restarts.len()), (2, 2));
    assert_eq!(light(&fleet), State::Degraded);
    lab.simulator.datacenter().mend(sick);
    until(&engine, |fleet| matches!(fleet.care.health[&app].health, Health::Degraded | Health::Healthy)).await;
    engine.close().await;
}

/// Whoever follows sees what the one that leads has found, and goes on with it.
#[tokio::test]
async fn who_follows_shows_what_was_found_and_takes_over_when_the_leader_goes() {
    let mut lab = hasty().await;
    // A machine under load answers late: that is neither slow nor a failure here.
    lab.rules.health = HealthRules { slow_after: 60_000, bad_to_fall: 20, ..lab.rules.health };
    let one = lab.watching().await;
    let fleet = until(&one, |fleet| fleet.care.health.values().any(|known| known.health == Health::Healthy)).await;
    let (app, found) = fleet.care.health.iter().find(|(_, known)| known.health == Health::Healthy).unwrap();
    let two = lab.engine(Duty::Watch).await;
    let same = |fleet: &proximity::domain::fleet::Fleet| {
        fleet.care.health.get(app).is_some_and(|known| (known.health, known.since) == (found.health, found.since))
    };
    until(&two, same).await;
    one.close().await;
    let last = found.last.as_ref().unwrap().at;
    let newer = |fleet: &proximity::domain::fleet::Fleet| {
        fleet.care.health[app].last.as_ref().is_some_and(|probed| probed.at > last + Duration::from_secs(1))
    };
    until(&two, |fleet| fleet.care.lead == proximity::domain::care::Lead::Ours && newer(fleet)).await;
    assert!(same(&two.fleet().borrow()), "its time in the state goes on");
    two.close().await;
}

#[tokio::test]
async fn every_app_of_the_demo_that_runs_is_seen_to_be_well() {
    let lab = hasty().await;
    let engine = lab.watching().await;
    let is_well = |fleet: &proximity::domain::fleet::Fleet| {
        let runs = fleet.apps.iter().filter(|app| {
            fleet.guest(&app.guest).is_some_and(|guest| guest.power == Power::Running && guest.lock.is_none())
        });
        let well = runs.map(|app| fleet.care.health.get(&app.id).is_some_and(|known| known.health == Health::Healthy));
        let well: Vec<bool> = well.collect();
        well.len() > 3 && well.into_iter().all(|well| well)
    };
    until(&engine, is_well).await;
    engine.close().await;
}
