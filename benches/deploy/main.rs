//! What the README claims of deploys: the time that we add to what Proxmox itself takes, many at once, and how fast a long
//! journal is read. The real engine, store and vault against the simulated datacenter over real TLS.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{collections::HashMap, time::Instant};

use common::{min, row};
use proximity::{
    domain::{
        app::Method,
        catalog::RecipeId,
        ids::{NodeName, OperationId},
        operation::Operation,
        plan::{
            Plan, PlanKind, Subject,
            journal::{Entry, Outcome, Output},
        },
        secret::Secret,
    },
    engine::{Change, Credential, DeployWish, Duty, Engine, HostDraft, Parts, Request, Tempo, now},
    sim::{Apps, Options, Pace, Seed, Simulator},
    store::Store,
};

const ROUNDS: usize = 5;
const AT_ONCE: usize = 20;
const ENTRIES: usize = 10_000;
/// Where Proxmox and the container take no time, all that is left is ours.
const NO_TIME: f64 = 5_000.0;

struct Lab {
    simulator: Simulator,
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Lab {
    async fn open(speed: f64) -> Self {
        let options = Options { apps: Apps::Answer, ..Options::local(Seed::plain(3, 12), Pace::Live { speed }) };
        let simulator = Simulator::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let parts = common::home::parts(&folder.path().join("proximity.db"));
        let parts = Parts { tempo: Tempo { per_node: 20, ..parts.tempo }, ..parts };
        let engine = Engine::open(parts, Duty::Watch);
        engine.start().await.unwrap();
        let ready = simulator.ready();
        let credential =
            Credential::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) };
        let draft = HostDraft::of("home", &ready.url, &ready.fingerprint, credential);
        engine.change(Change::AddHost(draft)).await.unwrap();
        let mut fleet = engine.fleet();
        fleet.wait_for(|fleet| !fleet.guests.is_empty()).await.unwrap();
        Self { simulator, engine, _folder: folder }
    }

    async fn deploy(&self, recipe: &str, method: Method, name: String, node: Option<&str>) -> OperationId {
        let wish = DeployWish {
            method: Some(method),
            name: Some(name),
            node: node.map(NodeName::new),
            memory: Some(128),
            disk: Some(2),
            ..DeployWish::of(RecipeId::new(recipe))
        };
        self.engine.ask(Request::Deploy(Box::new(wish))).await.unwrap()
    }

    async fn end(&self, id: OperationId) -> Operation {
        let mut fleet = self.engine.fleet();
        let ended = |operation: &Operation| operation.ended.is_some();
        let found = fleet.wait_for(|fleet| fleet.operation(id).is_some_and(ended)).await.unwrap();
        let operation = found.operation(id).unwrap().clone();
        assert_eq!(operation.outcome(), Some(Outcome::Done), "{:#?}", operation.journal);
        operation
    }

    /// Milliseconds that Proxmox worked on an operation's tasks.
    fn proxmox_time(&self, operation: &Operation) -> f64 {
        let tasks: Vec<String> = operation.journal.iter().filter_map(task).collect();
        self.simulator.datacenter().with(|datacenter| {
            let all: HashMap<_, _> = datacenter.tasks.newest_first().map(|task| (task.upid.clone(), task)).collect();
            let took = |upid: &String| {
                let task = all.get(upid)?;
                Some((task.ended_at()?.0 - task.start.0) as f64)
            };
            tasks.iter().filter_map(took).sum()
        })
    }
}

fn task(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Did(_, Output::Task(upid)) => Some(upid.to_string()),
        _ => None,
    }
}

fn took(operation: &Operation) -> f64 {
    let ended = operation.ended.as_ref().unwrap();
    ended.at.since(operation.began).as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() {
    let (mut added, mut ours) = (Vec::new(), Vec::new());
    let lab = Lab::open(1.0).await;
    for round in 0..ROUNDS {
        let id = lab.deploy("vaultwarden", Method::Oci, format!("image-{round}"), None).await;
        let operation = lab.end(id).await;
        added.push(took(&operation) - lab.proxmox_time(&operation));
    }
    lab.engine.close().await;
    let lab = Lab::open(NO_TIME).await;
    for round in 0..ROUNDS {
        let id = lab.deploy("miniflux", Method::Compose, format!("services-{round}"), None).await;
        ours.push(took(&lab.end(id).await));
    }
    lab.engine.close().await;
    let (whole, slowest) = at_once().await;
    let read = journal().await;
    let rows = [
        row("A deploy of an image: what we add to Proxmox's own time (best of 5)", 1_000.0, min(&added), "ms"),
        row(
            "A deploy of two services, where Proxmox and the container take no time (best of 5)",
            1_000.0,
            min(&ours),
            "ms",
        ),
        row("20 deploys at once over 3 nodes: beyond the slowest one's Proxmox time", 3_000.0, whole - slowest, "ms"),
        row("A journal of 10,000 entries is read (best of 5)", 50.0, read, "ms"),
    ];
    common::print("Against a simulated cluster of three nodes", &rows);
}

/// From the first key to the last end, and the Proxmox time of the one for which that was longest.
async fn at_once() -> (f64, f64) {
    let lab = Lab::open(1.0).await;
    let clock = Instant::now();
    let nodes = ["pve1", "pve2", "pve3"];
    let node = |i: usize| nodes[i % nodes.len()];
    let asked = (0..AT_ONCE).map(|i| lab.deploy("vaultwarden", Method::Oci, format!("many-{i}"), Some(node(i))));
    let ids = futures_util::future::join_all(asked).await;
    let mut slowest = 0.0_f64;
    for id in ids {
        let operation = lab.end(id).await;
        slowest = slowest.max(lab.proxmox_time(&operation));
    }
    let whole = clock.elapsed();
    lab.engine.close().await;
    (whole.as_secs_f64() * 1_000.0, slowest)
}

async fn journal() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proximity.db");
    let (store, _) = Store::open(&path).unwrap();
    for _ in 0..ENTRIES / 20 {
        let guest = "home/100".parse().unwrap();
        let plan = Plan::new(PlanKind::Start, Subject::Guest(guest), "web", Vec::new());
        let id = store.begin_operation(plan, now(), "bench").await.unwrap();
        for step in 0..10 {
            store.append(id, Entry::Began(step), now()).await.unwrap();
            store.append(id, Entry::Did(step, Output::Nothing), now()).await.unwrap();
        }
        store.finish(id, Outcome::Done, now()).await.unwrap();
    }
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let clock = Instant::now();
        let read = store.operations(u32::MAX).await.unwrap();
        times.push(clock.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(read.iter().map(|operation| operation.journal.len()).sum::<usize>(), ENTRIES);
    }
    min(&times)
}
