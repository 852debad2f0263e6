//! What units and containers have written down. It lies in the guest's files.

use crate::{domain::moment::Moment, sim::shell::files::Files};

const KEPT_LINES: usize = 400;

fn path(unit: &str) -> String {
    format!("/var/log/journal/{unit}.log")
}

/// A line of a unit, as `journalctl` shows it.
pub fn note(files: &mut Files, unit: &str, host: &str, text: &str, now: Moment) {
    let time = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default().strftime("%b %d %H:%M:%S");
    let known = files.text(&path(unit)).unwrap_or_default();
    let over = (known.lines().count() + 1).saturating_sub(KEPT_LINES);
    let kept: String = known.lines().skip(over).map(|line| format!("{line}\n")).collect();
    files.write(&path(unit), &format!("{kept}{time} {host} {text}\n"), 0o640, now.as_secs());
}

pub fn lines(files: &Files, unit: &str) -> Vec<String> {
    files.text(&path(unit)).unwrap_or_default().lines().map(str::to_owned).collect()
}
