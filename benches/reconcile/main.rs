//! What the README claims of the reconciler: what it costs us to compare the books with ten hosts of 500 guests each, of
//! which fifty are apps. The hosts are simulated in other processes, so that only our own time is counted.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::time::Instant;

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
/// Of them, on each host.
const APPS: usize = 50;
const ROUNDS: usize = 5;

/// Until whoever began it ends. Its time nearly stands still, and its apps are its own.
async fn serve(number: u64) {
    let seed = Seed { number, ..Seed::crowded_demo(GUESTS) };
    let simulator = Simulator::start(Options::local(seed, Pace::Live { speed: 0.01 })).await.unwrap();
    simulator.datacenter().with(|datacenter| {
        let containers = datacenter.guests.values_mut().filter(|guest| guest.kind.word() == "lxc");
        for (i, guest) in containers.enumerate() {
            if i < APPS {
                guest.config.insert("description".into(), format!("proximity app=app-{number}-{i} op=1\n").into());
                guest.config.insert("tags".into(), "proximity".into());
            } else {
                guest.config.remove("description");
                guest.config.remove("tags");
            }
        }
    });
    home::serve(&simulator).await;
}

/// Milliseconds of our own time, and of the clock on the wall.
async fn timed(engine: &Engine, change: Change) -> (f64, f64) {
    let (cpu, began) = (process::cpu_ms("self"), Instant::now());
    engine.change(change).await.unwrap();
    (process::cpu_ms("self") - cpu, began.elapsed().as_secs_f64() * 1_000.0)
}

/// How many apps there are: those of the marked guests that are containers.
fn assert_whole(engine: &Engine) -> usize {
    let fleet = engine.fleet().borrow().clone();
    assert_eq!((fleet.hosts.len(), fleet.guests.len()), (HOSTS, HOSTS * GUESTS as usize));
    assert!(fleet.apps.len() > HOSTS * APPS * 9 / 10, "{}", fleet.apps.len());
    fleet.apps.len()
}

#[tokio::main]
async fn main() {
    if let Some(number) = home::is_to_serve() {
        return serve(number).await;
    }
    let hosts: Vec<_> = (1..=HOSTS).map(Host::open).collect();
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(home::parts(&folder.path().join("reconcile.db")), Duty::OneErrand);
    engine.start().await.unwrap();
    for (number, host) in hosts.iter().enumerate() {
        engine.change(Change::AddHost(host.draft(number))).await.unwrap();
    }
    // Their addresses are looked for a few times, and then no more.
    for _ in 0..6 {
        engine.change(Change::Refresh).await.unwrap();
    }
    let apps = assert_whole(&engine);
    let (first, _) = timed(&engine, Change::Reconcile(None)).await;
    let (mut whole, mut wall, mut listed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (cpu, clock) = timed(&engine, Change::Reconcile(None)).await;
        whole.push(cpu);
        wall.push(clock);
        listed.push(timed(&engine, Change::Refresh).await.0);
    }
    assert_eq!(engine.fleet().borrow().care.findings, []);
    engine.close().await;
    common::print(
        &format!("{HOSTS} hosts with {GUESTS} guests each, {apps} apps among them"),
        &[
            row("books compared with all hosts, each app's configuration read: our CPU time", 200.0, min(&whole), "ms"),
            row("the same for the first time, when every baseline is taken", 300.0, first, "ms"),
            row("of that, listing the hosts alone", 150.0, min(&listed), "ms"),
            row("books compared: on the clock, one host after the other", 10_000.0, min(&wall), "ms"),
        ],
    );
}
