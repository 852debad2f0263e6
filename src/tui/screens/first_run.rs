//! The first start: no host is known, so the deck says how to get one.

use ratatui::layout::Rect;

use super::bare::mount;
use crate::tui::{theme::Role, widgets::brush::Brush};

/// Key and words, in two columns that stand in the middle together.
const WAYS: [(&str, &str); 3] =
    [("Enter", "connect a Proxmox VE host"), ("d", "open the demo: a simulated datacenter"), ("q", "quit")];

pub fn draw(brush: &mut Brush, body: Rect) {
    let mut lines = vec![
        ("P R O X I M I T Y".to_owned(), Role::Title),
        ("a command deck for your homelab".to_owned(), Role::Dim),
        (String::new(), Role::Dim),
    ];
    lines.extend(WAYS.map(|(key, words)| (format!("{:<9}{words:<38}", format!("[{key}]")), Role::Text)));
    mount(brush, body, &lines);
}
