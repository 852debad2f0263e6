//! A stat block: one number of the whole, with its light.

use ratatui::layout::Rect;

use super::{
    brush::{Brush, Line, width},
    gauge,
    led::{Beating, Led},
    sparkline::{self, Scale},
};
use crate::{domain::trail::Trail, tui::theme::Role};

pub struct Stat<'a> {
    pub led: Led,
    pub label: &'static str,
    pub value: String,
    pub unit: String,
    pub beside: Beside<'a>,
}

/// What stands beside the number where there is room.
pub enum Beside<'a> {
    Nothing,
    Gauge(Option<f32>),
    Trail(&'a Trail),
}

const METAL: Role = Role::Case;

pub fn draw(brush: &mut Brush, area: Rect, stat: &Stat, beating: Beating) {
    brush.fill(area, METAL);
    let inner = area.width.saturating_sub(2);
    let tight = u16::from(inner < 12);
    let mut top = brush.line(area.x + 1, area.y, inner + tight, METAL);
    top.light(stat.led, beating).skip(1).say(stat.label, Role::Dim);
    let room = top.room().saturating_sub(1 + tight).min(12);
    let is_tall = area.height >= 4;
    if room >= 4 && !is_tall {
        top.skip(top.room() - room - tight);
        beside(&mut top, room, &stat.beside);
    }
    if is_tall {
        let mut last = brush.line(area.x + 1, area.bottom() - 1, inner, METAL);
        let room = last.skip(2).room().saturating_sub(1);
        beside(&mut last, room, &stat.beside);
    }
    let role = match &stat.beside {
        Beside::Gauge(fraction) => gauge::loud(*fraction).unwrap_or(Role::Title),
        Beside::Nothing | Beside::Trail(_) => Role::Title,
    };
    let mut line = brush.line(area.x + 1, area.y + 1, inner, METAL);
    line.skip(if inner < 12 { 0 } else { 2 }).bold(&stat.value, role);
    let unit = width(&stat.unit);
    // The number is worth more than its unit, and the unit more than the space before it.
    if line.room() >= unit {
        line.skip(u16::from(line.room() > unit)).say(&stat.unit, Role::Dim);
    }
}

fn beside(line: &mut Line, room: u16, beside: &Beside) {
    match beside {
        Beside::Nothing => {}
        Beside::Gauge(fraction) => {
            line.with(room, |brush, area, back| gauge::draw(brush, area, *fraction, back));
        }
        Beside::Trail(trail) => {
            let scale = Scale::AtLeast(0.5);
            line.with(room, |brush, area, back| sparkline::draw(brush, area, trail, scale, Role::Accent, back));
        }
    }
}
