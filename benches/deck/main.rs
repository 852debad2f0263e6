//! What the README claims of speed, measured from outside on the real binary, against `proximity sim` in another
//! process. `cargo bench` prints the README's table; a goal that is missed is marked, not hidden.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;
mod lab;
mod refresh;
mod screen;

use std::time::Duration;

use common::{min, row};
use lab::Lab;

fn main() {
    let guests = 1_000;
    let lab = Lab::open(guests);
    let cached = lab.deck(&["--motion", "none"]);
    cached.quit();
    let firsts: Vec<f64> = (0..7).map(|_| first_frame(&lab)).collect();
    let quiet = screen::quiet(&lab, Duration::from_secs(10));
    let keys = screen::keys(&lab, 200);
    let refresh = refresh::cost(&lab, 200);
    let rows = [
        row("First frame after start, last fleet cached (best of 7)", 30.0, min(&firsts), "ms"),
        row("Unchanged screen, `motion = none`, bytes in 10 s", 0.0, quiet.bytes, "B"),
        row("Unchanged screen, wake-ups a second beyond the poll", 1.0, quiet.wakes_a_second, "/s"),
        row("One LED changes", 64.0, screen::one_led(), "B"),
        row("A key on the list at 120x40, median of 200", 2_000.0, keys.median_bytes, "B"),
        row("A key on the list at 120x40, worst of 200", 2_000.0, keys.worst_bytes, "B"),
        row("Key to first byte, p50", 5.0, keys.p50, "ms"),
        row("Key to first byte, p99", 5.0, keys.p99, "ms"),
        row("A refresh: requests", 1.0, refresh.requests, ""),
        row("A refresh: CPU", 5.0, refresh.cpu_ms, "ms"),
        row("Resident memory of the deck", 25.0, keys.resident_mb, "MB"),
    ];
    common::print(&format!("With {guests} guests on 3 nodes"), &rows);
}

fn first_frame(lab: &Lab) -> f64 {
    let deck = lab.deck(&["--motion", "none"]);
    let first = deck.first_frame_ms;
    deck.quit();
    first
}
