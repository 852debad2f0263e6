//! What the README claims of discovery: what it costs us to see 5,000 guests of ten hosts for the first time, to find the
//! apps among them, and to look again. The hosts are simulated in other processes, so that only our own time is counted.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{path::Path, time::Instant};

use common::{
    home::{self, Host},
    min, process, row,
};
use proximity::{
    engine::{Change, Duty, Engine},
    sim::{Options, Pace, Seed, Simulator},
};

const HOSTS: usize = 10;
const GUESTS: u32 = 500;
const ROUNDS: usize = 5;

/// Until whoever began it ends. Its time nearly stands still, and its apps are its own.
async fn serve(number: u64) {
    let seed = Seed { number, ..Seed::crowded_demo(GUESTS) };
    let simulator = Simulator::start(Options::local(seed, Pace::Live { speed: 0.01 })).await.unwrap();
    home::serve(&simulator).await;
}

async fn engine(file: &Path) -> Engine {
    let engine = Engine::open(home::parts(file), Duty::OneErrand);
    engine.start().await.unwrap();
    engine
}

/// Milliseconds of our own time, and of the clock on the wall.
async fn refreshed(engine: &Engine) -> (f64, f64) {
    let (cpu, began) = (process::cpu_ms("self"), Instant::now());
    engine.change(Change::Refresh).await.unwrap();
    (process::cpu_ms("self") - cpu, began.elapsed().as_secs_f64() * 1_000.0)
}

fn assert_whole(engine: &Engine) -> usize {
    let fleet = engine.fleet().borrow().clone();
    assert_eq!((fleet.hosts.len(), fleet.guests.len()), (HOSTS, HOSTS * GUESTS as usize));
    fleet.apps.len()
}

#[tokio::main]
async fn main() {
    if let Some(number) = home::is_to_serve() {
        return serve(number).await;
    }
    let hosts: Vec<_> = (1..=HOSTS).map(Host::open).collect();
    let folder = tempfile::tempdir().unwrap();
    let (mut first, mut first_wall, mut again, mut apps) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let engine = engine(&folder.path().join(format!("{round}.db"))).await;
        for (number, host) in hosts.iter().enumerate() {
            engine.change(Change::AddHost(host.draft(number))).await.unwrap();
        }
        let (cpu, wall) = refreshed(&engine).await;
        first.push(cpu);
        first_wall.push(wall);
        apps = assert_whole(&engine);
        again.push(refreshed(&engine).await.0);
        engine.close().await;
    }
    assert!(apps >= HOSTS * 10, "{apps}");
    common::print(
        &format!("{HOSTS} hosts with {GUESTS} guests each, {apps} apps among them"),
        &[
            row("5,000 guests listed and their apps found for the first time: our CPU time", 300.0, min(&first), "ms"),
            row("the same: on the clock, hosts side by side", 3_000.0, min(&first_wall), "ms"),
            row("every later round: our CPU time", 150.0, min(&again), "ms"),
        ],
    );
}
