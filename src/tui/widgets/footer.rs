//! The last line: the keys that are worth a glance here and now, and where one is. What must hold: what is offered can be
//! done with what is under the hand, and a click on it does what it says.

use ratatui::layout::Rect;

use super::{
    brush::{Brush, width},
    text::fit_middle,
};
use crate::tui::{
    command::Command,
    model::{Model, fitting::Light},
    theme::Role,
};

/// One of the keys, where it stands.
pub struct Hint {
    pub place: Rect,
    pub command: Command,
    key: String,
    words: &'static str,
    light: Light,
}

/// `s start`, or `S stop`.
const POWER: u16 = 7;
/// Of the way from the deck to the layer on top.
const CRUMBS: u16 = 40;

pub fn hints(model: &Model, area: Rect) -> Vec<Hint> {
    let chosen = chosen(model);
    let mut x = area.x + 1 + width(&chosen);
    let end = area.right().saturating_sub(1 + crumbs_width(model, area));
    let mut hints = Vec::new();
    for bound in model.keymap.at(model.place(), model.demo) {
        let Some((words, light)) = model.hint_of(&bound) else { continue };
        let Some(key) = bound.keys.first().map(|key| key.label()) else { continue };
        let wide = width(&key) + width(words) + 1;
        if end.saturating_sub(x) < wide + 2 {
            break;
        }
        let place = Rect { x, width: wide, ..area };
        hints.push(Hint { place, command: bound.command, key, words, light });
        // One of the two stands there: what follows keeps its place.
        x += if matches!(bound.command, Command::Power(_)) { wide.max(POWER) } else { wide } + 2;
    }
    hints
}

/// How much is selected.
fn chosen(model: &Model) -> String {
    match model.selected() {
        0 => String::new(),
        one => format!("{one} selected   "),
    }
}

fn crumbs(model: &Model) -> String {
    model.crumbs().join(" › ")
}

/// The keys come first: where it is tight they have the line for themselves.
fn crumbs_width(model: &Model, area: Rect) -> u16 {
    let wanted = width(&crumbs(model));
    let most = if area.width >= 100 { CRUMBS } else { area.width * 3 / 10 };
    if wanted == 0 { 0 } else { wanted.min(most) + 2 }
}

pub fn draw(brush: &mut Brush, area: Rect, model: &Model) {
    brush.fill(area, Role::Page);
    brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page).say(&chosen(model), Role::Bright);
    for Hint { place, command, key, words, light } in hints(model, area) {
        // What cannot be done is said by its light: it can be pressed, and then tells why.
        let (lit, dim) = match (model.denied(command), light) {
            (None, Light::Lit) => (Role::Text, Role::Dim),
            _ => (Role::Off, Role::Off),
        };
        brush.line(place.x, place.y, place.width, Role::Page).say(&key, lit).say(" ", dim).say(words, dim);
    }
    let room = crumbs_width(model, area).saturating_sub(2);
    let way = crumbs(model);
    let x = area.right().saturating_sub(room + 1);
    brush.line(x, area.y, room, Role::Page).say(&fit_middle(&way, room), Role::Off);
}
