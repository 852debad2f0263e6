//! The panel that a layer stands on: a lit plate with the hairline of light on top.

use ratatui::layout::Rect;

use crate::tui::{layers::wrap, theme::Role, widgets::brush::Brush};

pub const METAL: Role = Role::CaseLit;

/// A line of a panel: pieces of text, each with its role.
pub type Row = Vec<(String, Role)>;

/// The room for text in a pane.
pub fn inner(screen: Rect) -> u16 {
    pane_width(screen).saturating_sub(6)
}

fn pane_width(screen: Rect) -> u16 {
    screen.width.saturating_sub(4).min(116)
}

/// Where a panel in the middle stands.
fn frame(screen: Rect, wide: u16, high: u16) -> Rect {
    let wide = wide.min(screen.width);
    let high = (high + 2).min(screen.height);
    Rect {
        x: screen.x + (screen.width - wide) / 2,
        y: screen.y + (screen.height - high) / 3,
        width: wide,
        height: high,
    }
}

/// The room inside such a panel.
pub fn panel_area(screen: Rect, wide: u16, high: u16) -> Rect {
    let area = frame(screen, wide, high);
    Rect { x: area.x + 3, y: area.y + 1, width: area.width.saturating_sub(6), height: area.height.saturating_sub(2) }
}

/// A panel in the middle, with the hairline of light on top; gives the room inside.
pub fn panel(brush: &mut Brush, screen: Rect, wide: u16, high: u16) -> Rect {
    let area = frame(screen, wide, high);
    brush.fill(area, METAL);
    brush.tile(Rect { height: 1, ..area }, '▔', brush.canvas.on(Role::Bezel, METAL));
    brush.tile(
        Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area },
        '▁',
        brush.canvas.on(Role::Page, METAL),
    );
    panel_area(screen, wide, high)
}

/// The room inside a panel that is as wide as a pane.
pub fn pane_area(screen: Rect, high: u16) -> Rect {
    panel_area(screen, pane_width(screen), high.min(screen.height.saturating_sub(2)))
}

/// The panel around such a room.
pub fn plate(brush: &mut Brush, screen: Rect, high: u16) {
    panel(brush, screen, pane_width(screen), high);
}

pub fn pane(brush: &mut Brush, screen: Rect, title: &str, of: &str, rows: &[Row], top: u16) {
    let wanted = rows.len() as u16 + 2;
    let area = panel(brush, screen, pane_width(screen), wanted.min(screen.height.saturating_sub(2)));
    brush.line(area.x, area.y, area.width, METAL).say(title, Role::Dim).skip(1).bold(of, Role::Title);
    let room = area.height.saturating_sub(2);
    let last_top = (rows.len() as u16).saturating_sub(room);
    let top = top.min(last_top);
    for (y, row) in (area.y + 2..area.bottom()).zip(rows.iter().skip(usize::from(top))) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    if last_top > 0 {
        let more = format!("{}–{} of {}", top + 1, (top + room).min(rows.len() as u16), rows.len());
        brush.line(area.x, area.y, area.width, METAL).right(&more, area.width, Role::Dim);
    }
}

/// Label and text, wrapped under each other.
pub fn told(parts: &[(&str, &str, Role)], room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    for (label, text, role) in parts {
        for (i, line) in wrap(text, room.saturating_sub(7)).into_iter().enumerate() {
            let label = if i == 0 { *label } else { "" };
            rows.push(vec![(format!("{label:<7}"), Role::Dim), (line, *role)]);
        }
    }
    rows
}
