//! What the README claims of discovery: what it costs us to see 5,000 guests of ten hosts for the first time, to find the
//! apps among them, and to look again. The hosts are simulated in other processes, so that only our own time is counted.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use common::{min, process, row};
use proximity::{
    domain::secret::Secret,
    engine::{Change, Credential, Duty, Engine, HostDraft, Parts, Tempo},
    secrets::{Kind, Vault},
    sim::{Options, Pace, Ready, Seed, Simulator},
    store::Store,
};

const HOSTS: usize = 10;
const GUESTS: u32 = 500;
const ROUNDS: usize = 5;
/// What makes this program one of the hosts.
const SERVE: &str = "--serve";

struct Host {
    process: Child,
    ready: Vec<String>,
}

impl Host {
    fn open(number: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &number.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, ready: line.split_whitespace().map(str::to_owned).collect() }
    }

    fn draft(&self, number: usize) -> HostDraft {
        let [address, fingerprint, id, secret] = &self.ready[..] else { panic!("{:?}", self.ready) };
        let credential = Credential::Token { id: id.clone(), secret: Secret::new(secret.as_str()) };
        HostDraft::of(&format!("host{number}"), address, fingerprint, credential)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Until whoever began it ends. Its time nearly stands still, and its apps are its own.
async fn serve(number: u64) {
    let seed = Seed { number, ..Seed::crowded_demo(GUESTS) };
    let simulator = Simulator::start(Options::local(seed, Pace::Live { speed: 0.01 })).await.unwrap();
    let Ready { url, fingerprint, token_id, token_secret, .. } = simulator.ready();
    let line = format!("{url} {fingerprint} {token_id} {token_secret}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    drop(tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await);
}

async fn engine(file: &Path, vault: Vault) -> Engine {
    let (store, kept) = Store::open(file).unwrap();
    let tempo = Tempo::default();
    let parts = Parts {
        store,
        kept,
        vault,
        passphrase: None,
        request_log: None,
        recipes: None,
        sources: None,
        tempo,
        rules: Default::default(),
    };
    let engine = Engine::open(parts, Duty::OneErrand);
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
    let said: Vec<String> = std::env::args().collect();
    if let [_, serve_it, number] = &said[..]
        && serve_it == SERVE
    {
        return serve(number.parse().unwrap()).await;
    }
    let hosts: Vec<_> = (1..=HOSTS).map(Host::open).collect();
    let folder = tempfile::tempdir().unwrap();
    let (mut first, mut first_wall, mut again, mut apps) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let (file, vault) = (folder.path().join(format!("{round}.db")), Vault::open(Kind::Memory));
        let engine = engine(&file, vault).await;
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
