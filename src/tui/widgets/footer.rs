//! The last line: the keys that are worth a glance here.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::{keymap, model::Model, theme::Role};

pub fn draw(brush: &mut Brush, area: Rect, model: &Model) {
    brush.fill(area, Role::Page);
    let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page);
    for binding in keymap::at(model.place(), model.demo).filter(|binding| !binding.hint.is_empty()) {
        let Some(key) = binding.keys.first().map(|key| key.label()) else { continue };
        let needed = (key.len() + binding.hint.len() + 4) as u16;
        if line.room() < needed {
            break;
        }
        // What the login may not do is said by its light: it can be pressed, and then tells why.
        let (lit, words) = match model.denied(binding.command) {
            Some(_) => (Role::Off, Role::Off),
            None => (Role::Text, Role::Dim),
        };
        line.say(&key, lit).say(" ", words).say(binding.hint, words).skip(2);
    }
}
