//! The places that have a letter. What must hold: a letter does what was asked for, setting or going, and nothing else.

use ratatui::layout::Rect;

use super::panel::{METAL, panel};
use crate::tui::{model::Model, theme::Role, widgets::brush::Brush};

#[derive(Debug, Clone)]
pub struct MarksMenu {
    pub wish: Wish,
    pub at: usize,
}

/// What a letter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Set,
    Go,
}

pub fn draw(brush: &mut Brush, screen: Rect, menu: &MarksMenu, model: &Model) {
    let marks = &model.marks.0;
    let area = panel(brush, screen, 56.min(screen.width.saturating_sub(2)), marks.len().max(1) as u16 + 4);
    let mut head = brush.line(area.x, area.y, area.width, METAL);
    match menu.wish {
        Wish::Set => {
            let stop = model.stop();
            head.say("a letter for ", Role::Dim)
                .bold(&words(&model.name_of_stop(&stop).0, stop.deck.name()), Role::Title);
        }
        Wish::Go => drop(head.bold("marks", Role::Title)),
    }
    for (i, (y, (letter, stop))) in (area.y + 2..area.bottom().saturating_sub(2)).zip(marks).enumerate() {
        let is_held = i == menu.at && menu.wish == Wish::Go;
        let (name, is_there) = model.name_of_stop(stop);
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(&format!("{letter}  "), Role::Title);
        let role = match (is_held, is_there) {
            (_, false) => Role::Off,
            (true, _) => Role::Bright,
            (false, _) => Role::Text,
        };
        line.say(&words(&name, stop.deck.name()), role);
        line.at_edge(if is_there { "" } else { "is gone" }, Role::Dim);
    }
    if marks.is_empty() {
        brush
            .line(area.x, area.y + 2, area.width, METAL)
            .keyed("none yet: [`] and a letter mark what is under the hand", Role::Dim);
    }
    let below = match menu.wish {
        Wish::Set => "a letter sets it, and takes the place of an older one",
        Wish::Go => "a letter goes there",
    };
    brush.line(area.x, area.bottom().saturating_sub(1), area.width, METAL).say(below, Role::Dim);
}

/// `jellyfin · apps`
fn words(name: &str, deck: &str) -> String {
    if name.is_empty() { deck.to_owned() } else { format!("{name} · {deck}") }
}
