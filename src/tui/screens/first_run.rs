//! The first start: no host is known, so the deck says how to get one.

use ratatui::layout::Rect;

use super::bare::centred;
use crate::tui::{theme::Role, widgets::brush::Brush};

/// Key and words, in two columns that stand in the middle together.
const WAYS: [(&str, &str); 3] =
    [("Enter", "connect a Proxmox VE host"), ("d", "open the demo: a simulated datacenter"), ("q", "quit")];

pub fn draw(brush: &mut Brush, body: Rect) {
    let y = body.y + body.height.saturating_sub(WAYS.len() as u16 + 4) / 3;
    let at = |row: u16| Rect { y: y + row, height: 1, ..body };
    centred(brush, at(0), "PROXIMITY", Role::Title);
    centred(brush, at(1), "a command deck for your homelab", Role::Dim);
    for (row, (key, words)) in (3..).zip(WAYS) {
        centred(brush, at(row), &format!("{:<9}{words:<38}", format!("[{key}]")), Role::Text);
    }
}
