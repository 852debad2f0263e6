//! Files that could not be read, by name and reason. What must hold: they hide no recipe, however many they are.

use ratatui::layout::Rect;

use crate::tui::{
    layers::{Row, wrap},
    model::store::Store,
    theme::Role,
    widgets::brush::Brush,
};

/// A third of the list at most.
pub fn height(store: &Store, list: Rect) -> u16 {
    rows(store, list.width, list.height / 3).len() as u16
}

/// As many as there is room for; the last one says how many more there are.
fn rows(store: &Store, width: u16, most: u16) -> Vec<Row> {
    let faults = store.shelf.as_ref().map_or(&[][..], |shelf| &shelf.faults);
    if faults.is_empty() || most < 2 {
        return Vec::new();
    }
    let heading = format!("  {} could not be read", faults.len());
    let mut rows = vec![vec![], vec![(heading, Role::Warning)]];
    for bad in faults.iter().take(usize::from(most)) {
        rows.push(vec![("  ✖ ".into(), Role::Danger), (bad.file.clone(), Role::Text)]);
        let why = wrap(&bad.why, width.saturating_sub(4));
        rows.extend(why.into_iter().map(|line| vec![(format!("    {line}"), Role::Dim)]));
    }
    rows.truncate(usize::from(most));
    rows
}

pub fn draw(brush: &mut Brush, area: Rect, store: &Store) {
    for (y, row) in (area.y..area.bottom()).zip(rows(store, area.width, area.height)) {
        let mut line = brush.line(area.x, y, area.width, Role::Page);
        for (text, role) in &row {
            line.say(text, *role);
        }
    }
}
