//! What every tab shares: its metal, words where there is nothing to show, and rows of text that scroll.

use ratatui::layout::Rect;

use crate::{
    domain::fault::Fault,
    tui::{
        layers::{Row, panel::METAL, told},
        theme::Role,
        widgets::brush::Brush,
    },
};

/// Rows from `top` on; says how many there are where not all are in sight.
pub fn rows(brush: &mut Brush, area: Rect, rows: &[Row], top: usize) {
    let top = top.min(rows.len().saturating_sub(usize::from(area.height)));
    for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(top)) {
        row_at(brush, Rect { y, height: 1, ..area }, row);
    }
}

pub fn row_at(brush: &mut Brush, area: Rect, row: &Row) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    for (text, role) in row {
        line.say(text, *role);
    }
}

/// One calm sentence and the key that helps.
pub fn empty(brush: &mut Brush, area: Rect, words: &str, key: &str) {
    let y = area.y + area.height / 3;
    if y < area.bottom() {
        brush.line(area.x + 1, y, area.width.saturating_sub(1), METAL).say(words, Role::Text);
    }
    if y + 1 < area.bottom() {
        brush.line(area.x + 1, y + 1, area.width.saturating_sub(1), METAL).say(key, Role::Dim);
    }
}

/// What, why, and what to press or do now.
pub fn failed(brush: &mut Brush, area: Rect, fault: &Fault, key: &str) {
    let parts = [
        ("what", fault.what.as_str(), Role::Danger),
        ("why", fault.why.as_str(), Role::Text),
        ("now", fault.remedy.as_str(), Role::Title),
    ];
    let mut all = told(&parts, area.width.saturating_sub(2));
    all.push(Vec::new());
    all.push(vec![(key.to_owned(), Role::Dim)]);
    let top = area.height.saturating_sub(all.len() as u16) / 3;
    let place = Rect { x: area.x + 1, y: area.y + top, width: area.width.saturating_sub(2), height: area.height - top };
    rows(brush, place, &all, 0);
}
