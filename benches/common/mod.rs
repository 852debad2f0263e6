//! What the benches share: rows of the README's table, a loop to compare machines by, a process's own numbers, hosts in
//! processes of their own.

pub mod calibration;
// Not every bench has a home.
#[allow(dead_code)]
pub mod home;
pub mod process;

/// One line of the table.
pub struct Row {
    what: &'static str,
    goal: f64,
    found: f64,
    unit: &'static str,
}

pub fn row(what: &'static str, goal: f64, found: f64, unit: &'static str) -> Row {
    Row { what, goal, found, unit }
}

impl Row {
    pub fn print(&self) {
        let mark = if self.found <= self.goal { "✓" } else { "✖" };
        let (found, goal) = (figure(self.found), figure(self.goal));
        say(&format!("| {} | {found} {} | {goal} {} | {mark} |", self.what, self.unit, self.unit));
    }
}

/// The whole table, with what it was measured on.
pub fn print(setting: &str, rows: &[Row]) {
    say(&format!("{setting}; calibration loop {:.0} ms.\n", calibration::milliseconds()));
    say("| | measured | goal | |\n|---|---|---|---|");
    rows.iter().for_each(Row::print);
}

fn figure(value: f64) -> String {
    if value == 0.0 || value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

pub fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}
