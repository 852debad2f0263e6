//! How apps do, on their units: the front says what the probe heard and since when it is so, the back how much of the time.

use std::{sync::Arc, time::Duration};

use proximity::domain::{
    care::{AppHealth, Care, Health, Probed, Uptime},
    fleet::Fleet,
};

use super::{
    fleet::{NOW, homelab},
    snapshot::check,
    stage::Stage,
};

const DAY: u64 = 86_400;

fn looked(ago: u64, took_ms: u32, said: Result<&str, &str>) -> Probed {
    Probed { at: NOW - Duration::from_secs(ago), took_ms, said: said.map(Into::into).map_err(Into::into) }
}

fn well(since: u64, took_ms: u32) -> AppHealth {
    AppHealth {
        health: Health::Healthy,
        since: NOW - Duration::from_secs(since),
        last: Some(looked(12, took_ms, Ok("200"))),
        uptime: Uptime { day: Some(1.0), week: Some(1.0), month: Some(0.9991) },
        ..AppHealth::default()
    }
}

/// One of each: well for long, well since a moment, slow, failing, failing for good, and one at which nobody looks.
pub fn watched() -> Fleet {
    let mut fleet = homelab();
    let failing = AppHealth {
        health: Health::Failing,
        since: NOW - Duration::from_secs(1_200),
        last: Some(looked(5, 3, Err("port 3000 answers 503"))),
        last_bad: Some(looked(5, 3, Err("port 3000 answers 503"))),
        uptime: Uptime { day: Some(0.9402), week: Some(0.991), month: Some(0.998) },
        restarts: vec![NOW - Duration::from_secs(900), NOW - Duration::from_secs(600), NOW - Duration::from_secs(300)],
        gave_up: Some(NOW - Duration::from_secs(60)),
        ..AppHealth::default()
    };
    let slow = AppHealth { health: Health::Degraded, ..well(300, 2_814) };
    let known = |name: &str| match name {
        "vaultwarden" => Some(well(14 * DAY, 14)),
        "pihole" => Some(AppHealth { last: Some(looked(3, 1, Ok("open"))), ..well(40, 1) }),
        "homeassistant" => Some(slow.clone()),
        "gitea" => Some(failing.clone()),
        "jellyfin" => {
            Some(AppHealth { last_bad: Some(looked(7_300, 4_000, Err("port 8096 says nothing"))), ..well(7_200, 22) })
        }
        "mosquitto" => Some(AppHealth { health: Health::Down, last: None, ..well(DAY, 0) }),
        _ => None,
    };
    let health = fleet.apps.iter().filter_map(|app| Some((app.id.clone(), known(&app.name)?))).collect();
    fleet.care = Arc::new(Care { health, ..Care::default() });
    fleet
}

fn at(columns: u16, rows: u16, name: &str, keys: &str) {
    let mut stage = Stage::new(watched(), columns, rows);
    stage.keys(keys).answer_backs();
    check(&format!("{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_unit_says_what_its_probe_heard_and_since_when_it_is_well() {
    at(120, 36, "health", "2 End");
    at(80, 24, "health", "2 End");
    at(80, 24, "health-dense", "2 z");
}

#[test]
fn the_back_says_how_much_of_the_time_it_was_up() {
    at(120, 36, "health-back", "2 jjjjjj Space");
    at(80, 24, "health-back", "2 jjjjjj Space");
}

#[test]
fn what_fails_its_probe_wants_attention_and_what_is_only_slow_does_not() {
    let stage = Stage::new(watched(), 120, 36);
    let wants = |name: &str| {
        let entry = stage.model.world.entries.iter().find(|entry| &*entry.name == name).unwrap();
        (entry.state.slug(), entry.state.wants_attention())
    };
    assert_eq!(wants("gitea"), ("degraded", true));
    assert_eq!((wants("homeassistant"), wants("vaultwarden")), (("running", false), ("running", false)));
}
