//! Consoles of a real Proxmox VE, as they were recorded. What must hold: however the line cuts them, they show the same.

use super::{cells, shown, size};
use crate::exec::replay::transcript::Transcript;
use proximity::tui::console::Screen;

/// Where the bytes are cut does not matter, and an independent emulator shows the same letters.
#[test]
fn recorded_consoles_show_the_same_however_they_are_cut() {
    for transcript in Transcript::recorded() {
        let Some(bytes) = transcript.heard() else { continue };
        let whole = shown(&bytes, 120, 36);
        for cut in [1, 7, 1000] {
            let mut screen = Screen::new(size(120, 36));
            bytes.chunks(cut).for_each(|piece| drop(screen.feed(piece)));
            assert_eq!(cells::ours(&screen), cells::ours(&whole), "{} in pieces of {cut}", transcript.name);
        }
        let mut other = vt100::Parser::new(36, 120, 0);
        other.process(&bytes);
        // What is no text at all ours shows as such, and the other one not.
        let lines = |rows: Vec<String>| {
            let rows = rows.iter().map(|row| row.replace('\u{fffd}', "").trim_end().to_owned());
            rows.collect::<Vec<_>>().join("\n").trim_end().to_owned()
        };
        let seen = whole.seen().lines().map(str::to_owned).collect();
        // Row by row: as one text it would join those that were wrapped.
        assert_eq!(lines(seen), lines(other.screen().rows(0, 120).collect()), "{}", transcript.name);
    }
}
