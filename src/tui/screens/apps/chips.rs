//! The line over the rack: filter, state chips with their counts, order, and where in the list one is.

use ratatui::layout::Rect;

use crate::{
    domain::state::State,
    tui::{
        model::{
            Model,
            apps::{Apps, Chip},
        },
        theme::Role,
        widgets::{
            brush::{Brush, width},
            led::Led,
        },
    },
};

/// Where each chip stands; a chip that does not fit is not there.
pub fn places(area: Rect, apps: &Apps) -> Vec<(Chip, Rect)> {
    let mut x = area.x + 1 + filter_width(apps, area.width);
    let mut found = Vec::new();
    for (chip, count) in Chip::ALL.into_iter().zip(apps.counts).filter(|(chip, _)| apps.has(*chip)) {
        let words = words(chip, count, apps.chip, area.width);
        let width = width(&words) + 2;
        if x + width > area.right() {
            break;
        }
        found.push((chip, Rect { x, width, ..area }));
        x += width + if area.width >= 100 { 2 } else { 1 };
    }
    found
}

fn filter_width(apps: &Apps, width: u16) -> u16 {
    if apps.filter.is_empty() { 0 } else { 20.min(width / 4) }
}

fn words(chip: Chip, count: usize, open: Chip, width: u16) -> String {
    // Where it is tight only the open chip has its word.
    if width >= 100 || chip == open || chip == Chip::All {
        format!("{} {count}", chip.words())
    } else {
        count.to_string()
    }
}

pub fn draw(brush: &mut Brush, area: Rect, model: &Model, shown: (usize, usize)) {
    let apps = &model.apps;
    filter(brush, area, model);
    let places = if model.is_filtering && apps.filter.is_empty() { Vec::new() } else { places(area, apps) };
    let mut end = places.last().map_or(area.x + 1, |(_, place)| place.right());
    for (chip, place) in places {
        draw_chip(brush, place, chip, apps.count(chip), model);
    }
    if model.is_filtering && apps.filter.is_empty() {
        end = area.x + 30;
    }
    let room = area.right().saturating_sub(end + 2);
    let total = apps.shown.len();
    let (from, to) = shown;
    let place = if to - from < total { format!("{}–{to} of {total}", from + 1) } else { format!("{total}") };
    let marked = if apps.marked.is_empty() { String::new() } else { format!("{} selected   ", apps.marked.len()) };
    let words = format!("{marked}by {}   {place}", apps.sort.words());
    let words = if width(&words) > room { format!("{marked}{}", apps.sort.words()) } else { words };
    let role = if apps.marked.is_empty() { Role::Dim } else { Role::Bright };
    brush.line(end + 1, area.y, room, Role::Page).right(&words, room, role);
}

fn filter(brush: &mut Brush, area: Rect, model: &Model) {
    let apps = &model.apps;
    if apps.filter.is_empty() && !model.is_filtering {
        return;
    }
    let room = if apps.filter.is_empty() { 30 } else { filter_width(apps, area.width) };
    let mut line = brush.line(area.x + 1, area.y, room.saturating_sub(1), Role::Page);
    line.say("/", Role::Accent).say(&apps.filter, Role::Title);
    if model.is_filtering {
        line.say("█", Role::Accent);
        if apps.filter.is_empty() {
            line.skip(1).say("name, address, node …", Role::Dim);
        }
    }
}

fn draw_chip(brush: &mut Brush, place: Rect, chip: Chip, count: usize, model: &Model) {
    let is_open = model.apps.chip == chip;
    let (light, glyph) = match chip {
        Chip::All => (Role::Dim, '▤'),
        Chip::Running => (Role::Good, '●'),
        Chip::Stopped => (Role::Off, '○'),
        Chip::Working => (Role::Warning, '◌'),
        Chip::Attention => (Role::Danger, Led::of(&State::Error).glyph),
        Chip::Bin => (Role::Warning, '◍'),
        Chip::Unmanaged => (Role::Off, '░'),
    };
    let light = if count == 0 { Role::Off } else { light };
    let glyph = if chip == Chip::All { if is_open { '▸' } else { ' ' } } else { glyph };
    let words = words(chip, count, model.apps.chip, model.columns.max(place.width));
    let mut line = brush.line(place.x, place.y, place.width, Role::Page);
    line.say(&glyph.to_string(), light).skip(1);
    if is_open {
        line.bold(&words, Role::Bright);
    } else {
        line.say(&words, if count == 0 { Role::Off } else { Role::Dim });
    }
}
