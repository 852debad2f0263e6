//! What the terminal gets: bytes while nothing happens, bytes and time for a key.

use std::time::Duration;

use proximity::tui::term::{Encoder, Erase, Rows};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Style},
};

use super::{common::process, lab::Lab};

pub struct Quiet {
    pub bytes: f64,
    pub wakes_a_second: f64,
}

/// The list of apps, where nothing moves and the world stands still.
pub fn quiet(lab: &Lab, time: Duration) -> Quiet {
    let mut deck = lab.deck(&["--motion", "none"]);
    deck.write(b"2");
    // The first rounds of listing are quick ones; the quiet comes after them.
    deck.listen_for(Duration::from_secs(36));
    let before = wakes(deck.id());
    let bytes = deck.listen_for(time);
    let woken = wakes(deck.id()) - before;
    deck.quit();
    Quiet { bytes: bytes as f64, wakes_a_second: woken / time.as_secs_f64() }
}

/// How often its main thread was put to sleep, which is how often it was woken.
fn wakes(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/task/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or(0.0)
}

pub struct Keys {
    pub median_bytes: f64,
    pub worst_bytes: f64,
    pub p50: f64,
    pub p99: f64,
    pub resident_mb: f64,
}

/// Up and down the list of all guests.
pub fn keys(lab: &Lab, presses: usize) -> Keys {
    let mut deck = lab.deck(&["--motion", "none"]);
    deck.write(b"2");
    // Without focus hosts are listed once a minute, so that a key's bytes are the key's; the first rounds are quick ones.
    deck.write(b"\x1b[O");
    deck.listen_for(Duration::from_secs(36));
    let pressed: Vec<_> = (0..presses).map(|i| deck.press(if i % 5 == 4 { b"k" } else { b"j" })).collect();
    let resident_mb = process::resident_mb(deck.id());
    deck.quit();
    let mut times: Vec<f64> = pressed.iter().map(|(time, _)| *time).collect();
    let mut bytes: Vec<f64> = pressed.iter().map(|(_, bytes)| *bytes as f64).collect();
    Keys {
        median_bytes: quantile(&mut bytes, 0.5),
        worst_bytes: quantile(&mut bytes, 1.0),
        p50: quantile(&mut times, 0.5),
        p99: quantile(&mut times, 0.99),
        resident_mb,
    }
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

/// A green light turns red, on a screen that is shown already.
pub fn one_led() -> f64 {
    let mut encoder = Encoder::new(
        proximity::tui::theme::Depth::True,
        proximity::tui::canvas::Charset::Unicode,
        Erase::Coloured,
        Rows::Movable,
    );
    let screen = |colour| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
        buffer.set_string(40, 20, "●", Style::new().fg(colour).bg(Color::Rgb(31, 41, 55)));
        buffer
    };
    drop(encoder.frame(&mut screen(Color::Rgb(74, 222, 128)), None));
    encoder.frame(&mut screen(Color::Rgb(239, 68, 68)), None).len() as f64
}
