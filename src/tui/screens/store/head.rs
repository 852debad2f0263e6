//! The line over the shelf: what is searched, how much was found, what narrows it, in which order, and where one is.

use ratatui::layout::Rect;

use crate::tui::{
    model::{Model, store::Reading},
    theme::Role,
    widgets::brush::{Brush, Line, width},
};

pub fn draw(brush: &mut Brush, area: Rect, model: &Model) {
    let store = &model.store;
    let order = if store.is_searching() { "best first" } else { store.sort.words() };
    let place = match store.len() {
        0 => "none".to_owned(),
        all => format!("{} of {all}", store.hand.at + 1),
    };
    let mut edge = format!("{order}   {place}");
    if width(&edge) + 34 > area.width {
        edge = place;
    }
    let room = area.width.saturating_sub(width(&edge) + 4);
    let mut line = brush.line(area.x + 1, area.y, room, Role::Page);
    asked(&mut line, model);
    narrowed(&mut line, model);
    reading(&mut line, model);
    brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page).at_edge(&edge, Role::Dim);
}

/// The search as it is typed, and what it found.
fn asked(line: &mut Line, model: &Model) {
    let store = &model.store;
    if model.is_filtering || !store.search.is_empty() {
        line.say("/", Role::Accent).say(&store.search, Role::Title);
        if model.is_filtering {
            line.say("█", Role::Accent);
        }
        line.skip(1);
    }
    if model.is_filtering && store.search.is_empty() {
        line.say("name, tag, what it does …", Role::Dim).skip(2);
        return;
    }
    let count = store.len();
    line.say(&count.to_string(), Role::Title).say(if count == 1 { " recipe" } else { " recipes" }, Role::Dim).skip(3);
}

fn narrowed(line: &mut Line, model: &Model) {
    if !model.store.choices.any() {
        return;
    }
    for choice in model.store.choices.chosen() {
        line.say("▐", Role::Border).say(&choice.words, Role::Bright).say("▌", Role::Border).skip(1);
    }
    line.say("t", Role::Text).say(" changes, ", Role::Dim).say("Esc", Role::Text).say(" clears", Role::Dim).skip(2);
}

fn reading(line: &mut Line, model: &Model) {
    match &model.store.reading {
        Reading::Asked => {
            line.say("reading them anew …", Role::Warning);
        }
        Reading::Failed(fault) => {
            line.say("✖ ", Role::Danger).say(&fault.what, Role::Text);
        }
        _ => {
            let bad = model.store.shelf.as_ref().map_or(0, |shelf| shelf.faults.len());
            if bad > 0 && line.room() > 24 {
                line.say(&format!("{bad} could not be read"), Role::Warning);
            }
        }
    }
}
