//! What the README claims of the board: how long it takes from the file to the rows of a thousand apps with twenty thousand
//! backups, and what a refresh costs. The real engine and store against the simulated datacenter over real TLS.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{hint::black_box, path::Path, sync::Arc, time::Duration, time::Instant};

use common::{min, row};
use proximity::{
    domain::{
        app::{App, Marker},
        backup::{Age, BackupMode, Run, RunEnd, board, statistics},
        ids::{AppId, GuestKey, HostId, Upid, Vmid},
        moment::Moment,
        secret::Secret,
    },
    engine::{Change, Credential, Duty, Engine, HostDraft, now},
    sim::{Options, Pace, Seed, Simulator, Volume},
    store::Store,
};

const APPS: u32 = 1_000;
const BACKUPS: u32 = 20_000;
const ROUNDS: usize = 7;
/// The first guest of an app.
const FIRST: u32 = 10_000;
const DAY: i64 = 86_400;

fn home() -> HostId {
    HostId::new("home")
}

fn guest(n: u32) -> GuestKey {
    GuestKey { host: home(), vmid: Vmid(FIRST + n) }
}

/// One night after the other, on the storages that hold backups, in turn.
fn plant(simulator: &Simulator) {
    simulator.datacenter().with(|datacenter| {
        let midnight = datacenter.now().as_secs() / DAY * DAY;
        let nodes: Vec<String> = datacenter.nodes.iter().map(|node| node.name.clone()).collect();
        let mut holders: Vec<_> = datacenter.storages.iter_mut().filter(|storage| storage.takes("backup")).collect();
        for n in 0..BACKUPS {
            let (vmid, night) = (FIRST + n % APPS, i64::from(n / APPS));
            let at = holders.len();
            let storage = &mut holders[n as usize % at];
            let path = format!("backup/vzdump-lxc-{vmid}-night-{night:04}.tar.zst");
            storage.volumes.push(Volume {
                vmid: Some(vmid),
                notes: Some(format!("app-{}", n % APPS)),
                node: (!storage.is_shared).then(|| nodes[n as usize % nodes.len()].clone()),
                ..Volume::plain("backup", path, "tar.zst", 200_000_000 + u64::from(n), midnight - night * DAY)
            });
        }
    });
}

async fn engine(simulator: &Simulator, file: &Path) -> Engine {
    let engine = Engine::open(common::home::parts(file), Duty::OneErrand);
    engine.start().await.unwrap();
    let ready = simulator.ready();
    let credential = Credential::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) };
    let draft = HostDraft::of("home", &ready.url, &ready.fingerprint, credential);
    engine.change(Change::AddHost(draft)).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    engine
}

/// The apps, and how each of their backups went.
async fn write_books(file: &Path) {
    let (store, _) = Store::open(file).unwrap();
    let app = |n: u32| {
        let id = AppId::new(format!("app-{n}"));
        let (name, marker) = (format!("app-{n}").into(), Marker::of(id.clone()));
        App { id, name, guest: guest(n), marker, address: None, book: None }
    };
    store.put_apps((0..APPS).map(app).collect()).await.unwrap();
    let at = now();
    let task = |n: u32| {
        let began = at - Duration::from_secs(u64::from(n / APPS) * DAY as u64 + u64::from(n % APPS));
        let upid = Upid::new(format!("UPID:pve1:{n:08X}:00056CEC:{:08X}:vzdump::root@pam:", began.as_secs()));
        (upid.clone(), began, vec![Arc::new(run(n, upid, began))])
    };
    store.put_runs(home(), (0..BACKUPS).map(task).collect(), at).await.unwrap();
}

fn run(n: u32, task: Upid, began: Moment) -> Run {
    Run {
        task,
        guest: guest(n % APPS),
        began,
        took: Some(Duration::from_secs(60)),
        mode: Some(BackupMode::Snapshot),
        weakened: None,
        end: RunEnd::Good,
        volume: Some(format!("local:backup/vzdump-lxc-{}-night-{:04}.tar.zst", FIRST + n % APPS, n / APPS).into()),
        size: Some(200_000_000),
        left_out: vec!["/data".into()],
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let from = Instant::now();
    let made = black_box(work());
    (from.elapsed().as_secs_f64() * 1_000.0, made)
}

fn best(mut one: impl FnMut() -> f64) -> f64 {
    min(&(0..ROUNDS).map(|_| one()).collect::<Vec<_>>())
}

/// Of each storage and node one call, whatever lies there.
fn assert_one_call_each(simulator: &Simulator) {
    let calls = simulator.datacenter().all_calls();
    let contents: Vec<_> = calls.iter().filter(|(call, _)| call.ends_with("/content")).collect();
    assert!(!contents.is_empty() && contents.iter().all(|(_, count)| **count == 1), "{contents:?}");
    let (nodes, shared) = simulator.datacenter().with(|datacenter| {
        let holders = datacenter.storages.iter().filter(|storage| storage.takes("backup"));
        (datacenter.nodes.len(), holders.map(|storage| storage.is_shared).collect::<Vec<_>>())
    });
    let expected: usize = shared.iter().map(|is_shared| if *is_shared { 1 } else { nodes }).sum();
    assert_eq!(contents.len(), expected, "{contents:?}");
}

#[tokio::main]
async fn main() {
    let simulator = Simulator::start(Options::local(Seed::plain(3, 12), Pace::Live { speed: 0.01 })).await.unwrap();
    plant(&simulator);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proximity.db");
    let engine = engine(&simulator, &file).await;
    let mut refreshes = Vec::new();
    for _ in 0..ROUNDS {
        simulator.datacenter().forget_calls();
        let from = Instant::now();
        engine.change(Change::LookAtBackups(None)).await.unwrap();
        refreshes.push(from.elapsed().as_secs_f64() * 1_000.0);
        assert_one_call_each(&simulator);
    }
    engine.close().await;
    write_books(&file).await;

    let from_file = best(|| {
        timed(|| {
            let (store, kept) = Store::open(&file).unwrap();
            let rows = board(&kept.fleet, now());
            let own = || rows.iter().filter(|row| row.guest.vmid.0 >= FIRST);
            assert_eq!((own().count(), kept.unread.len()), (APPS as usize, 0));
            assert_eq!(own().map(|row| row.count).sum::<usize>(), BACKUPS as usize);
            assert!(own().all(|row| row.age != Age::Never && row.last_run.is_some()));
            (store, rows)
        })
        .0
    });
    let (_store, kept) = Store::open(&file).unwrap();
    let rows = best(|| timed(|| board(&kept.fleet, now())).0);
    let sums = best(|| timed(|| statistics(&kept.fleet, now())).0);
    common::print(
        &format!("{APPS} apps with {BACKUPS} backups and as many runs"),
        &[
            row("from the file to the rows of the board", 100.0, from_file, "ms"),
            row("the rows alone", 10.0, rows, "ms"),
            row("the statistics", 20.0, sums, "ms"),
            row("a refresh, one call a storage and node", 1_000.0, min(&refreshes), "ms"),
        ],
    );
}
