//! The seven buttons of the decks: a strip of keys, or below 100 columns a rail on the left.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::{
    command::Deck,
    screens::layout::{self, Floor, Shape},
    theme::Role,
};

pub fn draw(brush: &mut Brush, floor: &Floor, open: Deck) {
    let area = floor.navigation;
    brush.fill(area, Role::Ear);
    for deck in Deck::ALL {
        let place = layout::button(floor, deck);
        let is_open = deck == open;
        if floor.shape == Shape::Narrow {
            on_rail(brush, place, deck, is_open)
        } else {
            on_strip(brush, place, deck, is_open)
        }
    }
}

fn on_strip(brush: &mut Brush, place: Rect, deck: Deck, is_open: bool) {
    let (glyph, light, name) = look(is_open);
    let mut line = brush.line(place.x, place.y, place.width, Role::Ear);
    line.say(&deck.number().to_string(), Role::Dim).skip(1).say(glyph, light).skip(1);
    if is_open {
        line.bold(deck.name(), name);
    } else {
        line.say(deck.name(), name);
    }
}

fn on_rail(brush: &mut Brush, place: Rect, deck: Deck, is_open: bool) {
    let (glyph, light, name) = look(is_open);
    let mut line = brush.line(place.x, place.y, place.width, Role::Ear);
    line.say(&deck.number().to_string(), name).skip(1).say(glyph, light);
    if is_open {
        // The post lights up beside it.
        let lit = brush.canvas.on(Role::Bezel, Role::Ear);
        brush.put(place.x.saturating_sub(1), place.y, '▐', lit);
    }
}

fn look(is_open: bool) -> (&'static str, Role, Role) {
    if is_open { ("◉", Role::Bright, Role::Title) } else { ("○", Role::Screw, Role::Dim) }
}
