//! What the README claims of speed, measured from outside on the real binary, against `proximity sim` in another
//! process. `cargo bench` prints the README's table; a goal that is missed is marked, not hidden.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calibration;
mod lab;
mod refresh;
mod screen;

use std::time::Duration;

use lab::Lab;

/// One line of the table.
struct Row {
    what: &'static str,
    goal: f64,
    found: f64,
    unit: &'static str,
}

impl Row {
    fn print(&self) {
        let mark = if self.found <= self.goal { "✓" } else { "✖" };
        let (found, goal) = (figure(self.found), figure(self.goal));
        say(&format!("| {} | {found} {} | {goal} {} | {mark} |", self.what, self.unit, self.unit));
    }
}

fn figure(value: f64) -> String {
    if value == 0.0 || value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

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
    say(&format!("With {guests} guests on 3 nodes; calibration loop {:.0} ms.\n", calibration::milliseconds()));
    say("| | measured | goal | |\n|---|---|---|---|");
    rows.iter().for_each(Row::print);
}

fn row(what: &'static str, goal: f64, found: f64, unit: &'static str) -> Row {
    Row { what, goal, found, unit }
}

fn first_frame(lab: &Lab) -> f64 {
    let deck = lab.deck(&["--motion", "none"]);
    let first = deck.first_frame_ms;
    deck.quit();
    first
}

fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}
