//! When apps are looked at, and what comes of it.

use std::time::Duration;

use proximity::domain::care::{Health, Off};

use super::stage::{Manner, Stage, UNWELL, WELL};

#[tokio::test]
async fn looks_are_spread_over_their_interval_and_none_is_left_out() {
    let mut stage = Stage::with(60).await;
    let visits = |stage: &Stage| stage.servers.iter().map(|server| server.visits()).collect::<Vec<_>>();
    stage.looks(2).await;
    let mut before = visits(&stage);
    let (mut most, first) = (0, before.clone());
    for _ in 0..90 {
        stage.pass(Duration::from_secs(1)).await;
        let now = visits(&stage);
        most = most.max(now.iter().zip(&before).map(|(now, before)| now - before).sum::<u32>());
        before = now;
    }
    let each: Vec<u32> = before.iter().zip(first).map(|(now, first)| now - first).collect();
    assert!(each.iter().all(|looks| (3..=4).contains(looks)), "{each:?}");
    assert!(most <= 4, "60 apps in 30 seconds are two a second, and {most} came at once");
}

#[tokio::test]
async fn an_app_that_flaps_does_not_make_its_state_flap() {
    let mut stage = Stage::with(1).await;
    stage.looks(3).await;
    let (mut turns, mut before) = (0, stage.health(0).health);
    assert_eq!(before, Health::Healthy);
    for look in 0..100 {
        stage.servers[0].is(if look % 2 == 0 { UNWELL } else { WELL });
        stage.looks(1).await;
        let now = stage.health(0).health;
        turns += u32::from(now != before);
        before = now;
    }
    assert_eq!((turns, before), (1, Health::Degraded));
}

#[tokio::test]
async fn a_sick_app_fails_and_what_it_said_is_told() {
    let mut stage = Stage::with(2).await;
    stage.looks(3).await;
    stage.servers[1].is(UNWELL);
    stage.looks(4).await;
    let (well, sick) = (stage.health(0), stage.health(1));
    assert_eq!((well.health, sick.health), (Health::Healthy, Health::Failing));
    assert!(well.last.unwrap().to_string().starts_with("200 in "), "it says what it heard");
    assert_eq!(sick.last_bad.unwrap().said, Err(format!("port {} answers 503", stage.servers[1].port)));
    stage.servers[1].is(Manner::HangsUp);
    stage.looks(2).await;
    assert_eq!(stage.health(1).health, Health::Failing);
}

#[tokio::test]
async fn what_an_app_says_while_something_is_done_to_it_does_not_count() {
    let mut stage = Stage::with(1).await;
    stage.looks(3).await;
    stage.world.change(|fleet| std::sync::Arc::make_mut(&mut fleet.guests[0]).lock = Some("backup".into()));
    stage.servers[0].is(UNWELL);
    stage.looks(6).await;
    let (health, visits) = (stage.health(0), stage.servers[0].visits());
    assert_eq!((health.health, health.uptime.day), (Health::Healthy, Some(1.0)));
    stage.looks(3).await;
    assert_eq!(stage.servers[0].visits(), visits, "nobody asks what does not count");
}

#[tokio::test]
async fn an_app_that_ends_by_itself_is_down_and_answers_again_after_its_start() {
    let mut stage = Stage::with(1).await;
    stage.looks(3).await;
    stage.stopped(0);
    stage.looks(4).await;
    let down = stage.health(0);
    assert_eq!((down.health, down.off), (Health::Down, Off::ByItself));
    assert!(down.uptime.day.unwrap() < 0.6, "{:?}", down.uptime);
    stage.started(0);
    stage.looks(1).await;
    assert_eq!(stage.health(0).health, Health::Healthy);
}

#[tokio::test]
async fn the_deck_is_not_woken_for_every_look() {
    let mut stage = Stage::with(30).await;
    stage.looks(3).await;
    let mut fleet = stage.world.watch();
    let (mut seen, mut known) = (0, fleet.borrow_and_update().care.clone());
    for _ in 0..60 {
        stage.pass(Duration::from_secs(1)).await;
        let now = fleet.borrow_and_update().care.clone();
        seen += u32::from(!std::sync::Arc::ptr_eq(&now, &known));
        known = now;
    }
    assert!((5..=7).contains(&seen), "60 looks of a minute are shown {seen} times");
}
