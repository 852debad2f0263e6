//! What the README claims of the wire: the list of 5,000 guests read and taken in by the client's side, and held and
//! answered by `proximity sim` in another process. Best of many, so that a busy machine is not counted.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../tests/sim/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../common/mod.rs"]
mod common;
mod datacenter;

use std::time::Instant;

use common::{min, process, row};
use datacenter::Datacenter;
use proximity::{
    domain::{
        fleet::{Fleet, Host},
        ids::HostId,
        moment::Moment,
        observe::Observation,
    },
    proxmox::read_resources,
};

const GUESTS: u32 = 5_000;
const NODES: u32 = 50;
const ROUNDS: usize = 60;

fn main() {
    let mut datacenter = Datacenter::open(NODES, GUESTS);
    let bodies: Vec<String> =
        (0..ROUNDS).map(|_| String::from_utf8(datacenter.listing(Packing::None)).unwrap()).collect();
    let body = &bodies[0];
    let plain: Vec<f64> = (0..ROUNDS).map(|_| datacenter.time(Packing::None)).collect();
    let packed: Vec<f64> = (0..ROUNDS).map(|_| datacenter.time(Packing::Gzip)).collect();
    let before = process::cpu_ms(&datacenter.id().to_string());
    (0..ROUNDS).for_each(|_| drop(datacenter.listing(Packing::None)));
    let each = (process::cpu_ms(&datacenter.id().to_string()) - before) / ROUNDS as f64;
    let rows = [
        row("`cluster/resources` of 5,000 guests: parsed (best of 60)", 15.0, min(&parsed(body)), "ms"),
        row("the same: diffed and merged into the fleet (best of 60)", 5.0, min(&merged(&bodies)), "ms"),
        row(
            "`proximity sim` with 5,000 guests on 50 nodes: resident memory",
            150.0,
            process::resident_mb(datacenter.id()),
            "MB",
        ),
        row("it answers `cluster/resources` over TLS, to the last byte (best of 60)", 20.0, min(&plain), "ms"),
        row("the same, packed with gzip (best of 60)", 20.0, min(&packed), "ms"),
        row("the same: its CPU time (mean of 60)", 20.0, each, "ms"),
    ];
    let size = body.len() as f64 / 1_048_576.0;
    common::print(&format!("With {GUESTS} guests on {NODES} nodes, {size:.1} MiB of JSON"), &rows);
}

#[derive(Clone, Copy)]
pub enum Packing {
    None,
    Gzip,
}

fn read(body: &str, at: Moment) -> Observation {
    read_resources(&HostId::new("lab"), at, body).unwrap()
}

fn parsed(body: &str) -> Vec<f64> {
    let run = || {
        let began = Instant::now();
        let seen = read(body, Moment(1));
        let took = began.elapsed().as_secs_f64() * 1_000.0;
        assert_eq!(seen.guests.len(), GUESTS as usize);
        took
    };
    (0..ROUNDS).map(|_| run()).collect()
}

/// The second and every later listing: the fleet knows all of them, and their counters have moved.
fn merged(bodies: &[String]) -> Vec<f64> {
    let mut fleet = Fleet::default();
    fleet.hosts.push(Host::unseen(HostId::new("lab"), Vec::new(), String::new()));
    let mut run = |(round, body): (usize, &String)| {
        let seen = read(body, Moment(round as i64 * 10_000));
        let began = Instant::now();
        fleet.observe(seen);
        began.elapsed().as_secs_f64() * 1_000.0
    };
    let times: Vec<f64> = bodies.iter().enumerate().map(&mut run).skip(1).collect();
    assert!(fleet.guests.iter().filter(|guest| guest.traffic.rate_in.is_some()).count() > GUESTS as usize / 2);
    times
}
