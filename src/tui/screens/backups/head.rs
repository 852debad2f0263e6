//! The lines over the board: filter, age chips with their counts, order; and what all the backups come to.

use ratatui::layout::Rect;

use super::{light, places};
use crate::{
    domain::{backup::StorageOutlook, moment::Moment},
    tui::{
        model::{
            Model,
            backups::{Chip, silent},
            store::Reading,
        },
        theme::Role,
        widgets::{
            brush::{Brush, Line, width},
            figures::{self, UNKNOWN},
        },
    },
};

pub fn chips(brush: &mut Brush, area: Rect, model: &Model, (top, page): (usize, usize)) {
    let board = &model.board;
    filter(brush, area, model);
    let mut end = area.x + 1;
    if !(model.is_filtering && board.filter.is_empty()) {
        for (chip, place) in places::chips(area, board) {
            draw_chip(brush, place, chip, model);
            end = place.right();
        }
    } else {
        end += 28.min(area.width);
    }
    let all = board.shown.len();
    let place = if all > page { format!("{}–{} of {all}", top + 1, (top + page).min(all)) } else { all.to_string() };
    let marked = if board.marked.is_empty() { String::new() } else { format!("{} selected   ", board.marked.len()) };
    let room = area.right().saturating_sub(end + 2);
    let words = format!("{marked}by {}   {place}", board.sort.words());
    let words = if width(&words) > room { format!("{marked}{}", board.sort.words()) } else { words };
    let role = if board.marked.is_empty() { Role::Dim } else { Role::Bright };
    brush.line(end + 1, area.y, room, Role::Page).right(&words, room, role);
}

fn filter(brush: &mut Brush, area: Rect, model: &Model) {
    let typed = &model.board.filter;
    if typed.is_empty() && !model.is_filtering {
        return;
    }
    let room = if typed.is_empty() { 28 } else { (width(typed) + 3).min(area.width / 3) };
    let mut line = brush.line(area.x + 1, area.y, room.min(area.width.saturating_sub(2)), Role::Page);
    line.say("/", Role::Accent).say(typed, Role::Title);
    if model.is_filtering {
        line.say("█", Role::Accent);
        if typed.is_empty() {
            line.skip(1).say("name, storage, number …", Role::Dim);
        }
    }
}

fn draw_chip(brush: &mut Brush, place: Rect, chip: Chip, model: &Model) {
    let is_open = model.board.chip == chip;
    let count = model.board.count(chip);
    let led = light::of(chip.age());
    let (glyph, role) = match chip {
        Chip::All => (if is_open { '▸' } else { ' ' }, Role::Dim),
        _ => (led.glyph, if count == 0 { Role::Off } else { led.role }),
    };
    let words = places::words(chip, &model.board);
    let mut line = brush.line(place.x, place.y, place.width, Role::Page);
    line.say(&glyph.to_string(), role).skip(1);
    match is_open {
        true => line.bold(&words, Role::Bright),
        false => line.say(&words, if count == 0 { Role::Off } else { Role::Dim }),
    };
}

/// How much there is, how often it went well, when room ends; or that somebody looks.
pub fn figures(brush: &mut Brush, area: Rect, model: &Model) {
    let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page);
    match &model.board.looking {
        Reading::Asked => {
            line.say("◌ looking at the storages …", Role::Warning).skip(3);
        }
        Reading::Failed(fault) if silent(&model.world.fleet).next().is_none() => {
            line.say("✖ ", Role::Danger).say(&fault.what, Role::Text).keyed(": [R] looks again", Role::Dim).skip(3);
        }
        _ => {}
    }
    let told = &model.board.statistics;
    if told.backups == 0 && model.board.known() == 0 {
        if model.board.looking != Reading::Asked {
            line.keyed("no storage was read yet: [R] looks", Role::Dim);
        }
        return;
    }
    number(&mut line, &told.backups.to_string(), if told.backups == 1 { "backup" } else { "backups" });
    let (value, unit) = figures::scaled(told.total as f64);
    number(&mut line, &value, unit);
    let success = told.success.map_or(UNKNOWN.into(), |share| figures::percent(Some(share)));
    number(&mut line, &success, "% went well");
    if let Some((full, at)) = soonest(&told.storages) {
        // Beyond that it is no forecast.
        const FAR: u64 = 999;
        let days = at.since(model.board.as_of()).as_secs() / 86_400;
        let role = if days < 14 { Role::Warning } else { Role::Text };
        if days <= FAR && line.room() > width(full.storage.as_str()) + 16 {
            line.say(full.storage.as_str(), role).say(" full in ", Role::Dim);
            line.say(&days.to_string(), role).say(" d", Role::Dim);
        }
    }
}

fn number(line: &mut Line, value: &str, unit: &str) {
    if line.room() > width(value) + width(unit) + 1 {
        line.say(value, Role::Title).skip(1).say(unit, Role::Dim).skip(3);
    }
}

/// The storage that will be full first.
pub fn soonest(storages: &[StorageOutlook]) -> Option<(&StorageOutlook, Moment)> {
    storages.iter().filter_map(|storage| Some((storage, storage.full_at?))).min_by_key(|(_, at)| *at)
}
