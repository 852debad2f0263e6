//! The plaque: a brass plate for each honour. What must hold: a plate is bright only when it was earned, and then it has its
//! day.

use ratatui::layout::Rect;

use super::panel::{METAL, pane_area, plate};
use crate::{
    domain::honours::{Honour, Way},
    tui::{model::Model, theme::Role, widgets::brush::Brush},
};

/// Two lines and the gap below them.
const PITCH: u16 = 3;
/// From here on two plates stand side by side.
const PAIRED_FROM: u16 = 58;
const BRASS: Role = Role::Warning;

pub fn draw(brush: &mut Brush, screen: Rect, top: u16, model: &Model) {
    let all = Honour::ALL.len() as u16;
    let paired = pane_area(screen, 4).width >= PAIRED_FROM;
    let columns = if paired { 2 } else { 1 };
    let rows = all.div_ceil(columns);
    let high = (rows * PITCH + 1).min(screen.height.saturating_sub(2));
    plate(brush, screen, high);
    let area = pane_area(screen, high);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say("the plaque of ", Role::Dim).bold("this deck", Role::Title);
    title.at_edge(&format!("{} of {all}", model.honours.count()), Role::Dim);
    let shown = (area.height.saturating_sub(1) / PITCH).max(1);
    let top = top.min(rows.saturating_sub(shown));
    let width = area.width.saturating_sub(2 * (columns - 1)) / columns;
    for (at, honour) in (0..all).zip(Honour::ALL) {
        let (row, column) = (at / columns, at % columns);
        if row < top || row >= top + shown {
            continue;
        }
        let place = Rect { x: area.x + column * (width + 2), y: area.y + 2 + (row - top) * PITCH, width, height: 2 };
        one(brush, place.intersection(area), honour, model);
    }
}

fn one(brush: &mut Brush, area: Rect, honour: Honour, model: &Model) {
    let day = model.honours.day(honour).map(|at| model.day_of(at));
    let (edge, name, words) = match day {
        Some(_) => (BRASS, Role::Title, Role::Text),
        None => (Role::Off, Role::Dim, Role::Dim),
    };
    brush.fill(area, Role::Case);
    brush.tile(Rect { width: 1.min(area.width), ..area }, '▌', brush.canvas.on(edge, Role::Case));
    let beside = day.clone().or_else(|| model.way_to(honour).map(how_far)).unwrap_or_default();
    let lines = [(honour.name(), name, beside.as_str()), (honour.earned_by(), words, "")];
    for (row, (text, role, beside)) in (0..area.height).zip(lines) {
        let mut line = brush.line(area.x + 2, area.y + row, area.width.saturating_sub(3), Role::Case);
        if row == 0 && day.is_some() {
            line.bold(text, role);
        } else {
            line.say(text, role);
        }
        line.at_edge(beside, if day.is_some() { BRASS } else { Role::Dim });
    }
}

/// `7 of 10`, `12 of 30 days`
fn how_far(way: Way) -> String {
    format!("{} of {} {}", way.done, way.of, way.what).trim_end().to_owned()
}
