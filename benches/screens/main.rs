//! Every screen with 1,000 apps and 20 running operations at 200x60: how long a frame takes from the key to its bytes, how
//! many bytes a key and a second of what moves cost, and that a screen at rest costs none.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;
#[path = "../../tests/deck/fleet.rs"]
#[allow(dead_code)]
mod fleet;
#[path = "../../tests/deck/stage.rs"]
#[allow(dead_code)]
mod stage;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use common::row;
use proximity::{
    domain::{fleet::Fleet, ids::OperationId},
    settings::Motion,
    tui::{
        canvas::Charset,
        term::{Encoder, Erase, Rows},
        theme::Depth,
    },
};
use stage::Stage;

const APPS: u32 = 1_000;
const RUNNING: i64 = 20;
/// The name of a screen, and the keys that lead there.
const SCREENS: [(&str, &str); 10] = [
    ("deck", "1"),
    ("apps", "2"),
    ("apps, one line each", "2 z"),
    ("store", "3"),
    ("hosts", "4"),
    ("backups", "5"),
    ("operations", "6"),
    ("settings", "7"),
    ("an app in depth", "2 jjj Enter"),
    ("the palette", "2 C-p a"),
];

fn main() {
    let mut rows = Vec::new();
    for (name, keys) in SCREENS {
        let told = |what: &str| -> &'static str { Box::leak(format!("{name}: {what}").into_boxed_str()) };
        let (times, bytes) = pressed(keys);
        rows.push(row(told("a key to its bytes, p99"), 8.0, share(&times, 0.99), "ms"));
        rows.push(row(told("bytes of a key, median"), 2_000.0, share(&bytes, 0.5), "B"));
        rows.push(row(told("what moves, a second"), 8_000.0, moving(keys), "B"));
        rows.push(row(told("at rest, 10 s"), 0.0, resting(keys), "B"));
    }
    common::print(&format!("With {APPS} apps and {RUNNING} running operations at 200x60"), &rows);
}

/// Many of them at work.
fn busy() -> Fleet {
    let mut fleet = fleet::crowd(APPS);
    let one = fleet.operations[0].clone();
    for i in 0..RUNNING {
        let mut another = one.clone();
        another.id = OperationId(500 + i);
        let guest = fleet.guests[100 + i as usize].key.clone();
        let mut plan = (*another.plan).clone();
        plan.subject = proximity::domain::plan::Subject::Guest(guest);
        another.plan = Arc::new(plan);
        fleet.operations.push(another);
    }
    fleet
}

fn encoder() -> Encoder {
    Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable)
}

fn at(fleet: Fleet, motion: Motion, keys: &str) -> Stage {
    let mut stage = Stage::with(fleet, 200, 60, "dark", Depth::True, motion);
    stage.wait(Duration::from_secs(2)).keys(keys).answer_backs();
    stage
}

/// The hand goes down and up again: milliseconds and bytes of each key.
fn pressed(keys: &str) -> (Vec<f64>, Vec<f64>) {
    let (mut stage, mut encoder) = (at(busy(), Motion::None, keys), encoder());
    encoder.frame(&mut stage.picture(), None);
    let mut found = (Vec::new(), Vec::new());
    for at in 0..200 {
        let began = Instant::now();
        stage.keys(if at % 40 < 30 { "Down" } else { "Up" });
        let bytes = encoder.frame(&mut stage.picture(), None).len();
        found.0.push(began.elapsed().as_secs_f64() * 1_000.0);
        found.1.push(bytes as f64);
    }
    found
}

/// Bytes a second while nobody presses anything.
fn moving(keys: &str) -> f64 {
    let (mut stage, mut encoder) = (at(busy(), Motion::Full, keys), encoder());
    encoder.frame(&mut stage.picture(), None);
    let end = stage.now.tick + Duration::from_secs(10);
    let mut bytes = 0;
    while let Some(next) = stage.model.wakes_at().filter(|next| *next < end) {
        // No terminal is sent more than thirty pictures a second.
        stage.wait((next - stage.now.tick).max(Duration::from_millis(33)));
        bytes += encoder.frame(&mut stage.picture(), None).len();
    }
    bytes as f64 / 10.0
}

/// The same with nothing running and nothing that moves.
fn resting(keys: &str) -> f64 {
    let mut fleet = fleet::crowd(APPS);
    fleet.operations.retain(|operation| !operation.is_running());
    let (mut stage, mut encoder) = (at(fleet, Motion::None, keys), encoder());
    encoder.frame(&mut stage.picture(), None);
    let end = stage.now.tick + Duration::from_secs(10);
    let mut bytes = 0;
    while let Some(next) = stage.model.wakes_at().filter(|next| *next < end) {
        stage.wait(next - stage.now.tick);
        bytes += encoder.frame(&mut stage.picture(), None).len();
    }
    bytes as f64
}

/// The value under which this share of them lies.
fn share(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share) as usize]
}
