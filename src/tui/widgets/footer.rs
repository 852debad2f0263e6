//! The last line: the keys that are worth a glance here.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::{
    keymap::{self, Place},
    model::Demo,
    theme::Role,
};

pub fn draw(brush: &mut Brush, area: Rect, place: Place, world: Demo) {
    brush.fill(area, Role::Page);
    let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page);
    for binding in keymap::at(place, world).filter(|binding| !binding.hint.is_empty()) {
        let Some(key) = binding.keys.first().map(|key| key.label()) else { continue };
        let needed = (key.len() + binding.hint.len() + 4) as u16;
        if line.room() < needed {
            break;
        }
        line.say(&key, Role::Text).say(" ", Role::Dim).say(binding.hint, Role::Dim).skip(2);
    }
}
