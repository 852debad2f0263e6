//! What the README claims of the roads into guests: round trips, upload and output over a console, in real shells behind
//! a real `dtach` and a real websocket. The peer of an upload is the acknowledged way typed by hand, chunk by chunk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../../tests/sim/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;
mod hand;
#[path = "../../tests/proxmox/host.rs"]
#[allow(dead_code)]
mod host;
#[path = "../../tests/exec/lab/mod.rs"]
#[allow(dead_code, unused_imports)]
mod lab;
#[path = "../../tests/sent.rs"]
#[allow(dead_code)]
mod sent;

/// Where the laboratory looks for what it shares with the tests.
mod proxmox {
    pub(crate) use crate::host;
}
mod sim {
    pub(crate) use crate::client;
}

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use common::{min, row};
use lab::{Lab, NODE, Shell, VMID};
use proximity::{
    domain::ids::{GuestKey, HostId, NodeName, Vmid},
    exec::{self, Entrance, Ground, JobId, Link, NewFile, Patience, Script, Written},
};
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 7;
const MEGABYTE: usize = 1 << 20;

#[tokio::main]
async fn main() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let (mut turns, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (before, clock) = (lab.turns(), Instant::now());
        let mut link = link(&lab).await;
        run(&mut link, &Script::command(&["true"]), |_| {}).await;
        whole.push(clock.elapsed().as_secs_f64() * 1_000.0);
        turns.push((lab.turns() - before) as f64);
    }
    let bytes: Vec<u8> = (0..MEGABYTE).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let (mut ours, mut by_hand) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        by_hand.push(hand::upload(&lab, &bytes).await);
        let (mut link, path) = (link(&lab).await, lab.root().join("ours").display().to_string());
        let clock = Instant::now();
        exec::put(&mut link, &*bytes, &NewFile::at(path), |_| {}, &CancellationToken::new()).await.unwrap();
        ours.push(clock.elapsed().as_secs_f64() * 1_000.0);
        link.leave().await;
    }
    let delays = delays(&lab).await;
    let rows = [
        row("`exec` of `true` over a console: round trips, of 7 the worst", 5.0, max(&turns), "trips"),
        row("the same, from nothing to its exit code (best of 7)", 1_000.0, min(&whole), "ms"),
        row("Upload of 1 MB over a console (best of 7)", 1.5 * min(&by_hand), min(&ours), "ms"),
        row("the same against the way by hand", 1.5, min(&ours) / min(&by_hand), "×"),
        row("Output follows, the worst of 20 lines", 300.0, max(&delays), "ms"),
    ];
    common::print("In bash, behind a real `dtach` and a real websocket", &rows);
}

fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

async fn link(lab: &Lab) -> Link {
    let key = GuestKey { host: HostId::new("lab"), vmid: Vmid(VMID) };
    let entrance = Entrance::Console { client: lab.client(), key, node: NodeName::new(NODE) };
    let ground = Ground { folder: lab.root().join("proximity").display().to_string(), mark: lab.boot_mark() };
    let mut link = Link::new("lab/101", ground, vec![entrance], Patience::default());
    link.open().await.unwrap();
    link
}

async fn run(link: &mut Link, script: &Script, mut hear: impl FnMut(Vec<u8>)) {
    let (id, cancel) = (JobId::fresh(), CancellationToken::new());
    let write = async |written: Written| match written {
        Written::Out(bytes) => hear(bytes),
        Written::Err(bytes) => panic!("{}", String::from_utf8_lossy(&bytes)),
    };
    assert_eq!(exec::run(link, &id, Some(script), write, &cancel).await, Ok(0));
    exec::forget(link, &id).await.unwrap();
}

/// How long after it was written each line was here; the clock is the same.
async fn delays(lab: &Lab) -> Vec<f64> {
    let script = Script::new("i=0; while [ $i -lt 20 ]; do date +%s%N; i=$((i+1)); sleep 0.317; done");
    let mut delays = Vec::new();
    run(&mut link(lab).await, &script, |bytes| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as f64;
        let text = String::from_utf8(bytes).unwrap();
        delays.extend(text.lines().map(|line| (now - line.parse::<f64>().unwrap()) / 1e6));
    })
    .await;
    delays
}
