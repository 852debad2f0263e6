//! The aisles: a rail at the left, or a line where it is narrow.

use ratatui::layout::Rect;

use super::places;
use crate::tui::{
    model::{
        hand::window,
        store::{Pane, Store, aisle::Aisle},
    },
    theme::Role,
    widgets::brush::{Brush, width},
};

pub fn rail(brush: &mut Brush, area: Rect, store: &Store) {
    brush.fill(area, Role::Case);
    let open = store.aisle_at();
    let top = window(store.rail_top, open, store.aisles.len(), usize::from(area.height));
    for (y, (at, (aisle, count))) in (area.y..area.bottom()).zip(store.aisles.iter().enumerate().skip(top)) {
        let is_open = at == open;
        let role = match (is_open, store.pane == Pane::Rail) {
            (true, true) => Role::Bright,
            (true, false) => Role::Title,
            (false, _) => Role::Dim,
        };
        let mut line = brush.line(area.x + 1, y, area.width.saturating_sub(2), Role::Case);
        line.say(if is_open { "▸" } else { " " }, Role::Accent);
        line.say(&aisle.glyph().to_string(), light(aisle)).skip(1);
        let count = count.to_string();
        let name = line.room().saturating_sub(width(&count) + 1);
        if is_open {
            line.with(name, |brush, area, back| {
                brush.line(area.x, area.y, area.width, back).bold(aisle.words(), role);
            });
        } else {
            line.left(aisle.words(), name, role);
        }
        line.at_edge(&count, if is_open { Role::Text } else { Role::Dim });
    }
}

fn light(aisle: &Aisle) -> Role {
    match aisle {
        Aisle::Favourites => Role::Warning,
        Aisle::Installed => Role::Good,
        Aisle::All | Aisle::Category(_) => Role::Dim,
    }
}

pub fn line(brush: &mut Brush, area: Rect, store: &Store) {
    let shown = places::chips(area, store);
    let (first, last) = (shown.first().map_or(0, |(at, _)| *at), shown.last().map_or(0, |(at, _)| *at));
    for (at, place) in shown {
        let Some((aisle, count)) = store.aisles.get(at) else { continue };
        let is_open = at == store.aisle_at();
        let mut line = brush.line(place.x, place.y, place.width, Role::Page);
        line.say(if is_open { "▸ " } else { "  " }, Role::Accent);
        match is_open {
            true => line.bold(aisle.words(), Role::Bright),
            false => line.say(aisle.words(), Role::Dim),
        };
        line.skip(1).say(&count.to_string(), if is_open { Role::Text } else { Role::Dim });
    }
    if first > 0 {
        brush.line(area.x, area.y, 2, Role::Page).say("‹", Role::Text);
    }
    if last + 1 < store.aisles.len() {
        brush.line(area.right().saturating_sub(2), area.y, 2, Role::Page).say("›", Role::Text);
    }
}
