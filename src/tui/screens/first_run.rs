//! The first start: no host is known, so the deck says how to get one.

use ratatui::layout::Rect;

use super::bare::centred;
use crate::tui::{theme::Role, widgets::brush::Brush};

pub fn draw(brush: &mut Brush, body: Rect) {
    let lines = [
        ("PROXIMITY", Role::Title),
        ("a command deck for your homelab", Role::Dim),
        ("", Role::Dim),
        ("[Enter]  connect a Proxmox VE host", Role::Text),
        ("[d]      open the demo: a simulated datacenter ", Role::Text),
        ("[q]      quit                                  ", Role::Dim),
    ];
    let y = body.y + body.height.saturating_sub(lines.len() as u16) / 3;
    for (row, (text, role)) in (0u16..).zip(lines) {
        centred(brush, Rect { y: y + row, height: 1, ..body }, text, role);
    }
}
