//! The front of a unit that is one line high.

use ratatui::layout::Rect;

use super::{Unit, columns::Span, display};
use crate::{
    domain::fleet::Usage,
    tui::{
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle},
            figures::{self, UNKNOWN},
            gauge,
            led::Led,
            sparkline::{self, Scale},
        },
    },
};

const METAL: Role = Role::Case;

pub fn draw(brush: &mut Brush, body: Rect, unit: &Unit) {
    let led = Led::of(&unit.entry.state);
    let (name, place, bar) = widths(body.width);
    let role = if unit.entry.is_up() { Role::Title } else { Role::Text };
    let mut line = brush.line(body.x, body.y, body.width, METAL);
    line.light(led, unit.beating).skip(1);
    line.left(&fit_middle(&unit.entry.name, name), name, role).skip(1);
    let endpoint = unit.entry.endpoint.as_deref().unwrap_or(UNKNOWN);
    line.left(&fit_middle(endpoint, place), place, Role::Dim).skip(1);
    let from = line.x() - body.x;
    if let Some(operation) = unit.operation {
        let span = Span { from: from + 1, width: body.width.saturating_sub(from + 2) };
        return display::draw(brush, body, span, unit, operation);
    }
    figures_of(&mut line, unit, bar);
}

/// Name, place and bar.
fn widths(width: u16) -> (u16, u16, u16) {
    match width {
        0..60 => (width.saturating_sub(30).min(16), 0, 3),
        60..90 => (16, 17, 4),
        90..120 => (22, 21, 6),
        _ => (26, 24, 10),
    }
}

fn figures_of(line: &mut Line, unit: &Unit, bar: u16) {
    let guest = unit.entry.guest.as_deref();
    let is_up = unit.entry.has_power();
    let cpu = guest.and_then(|guest| guest.cpu).filter(|_| is_up);
    let memory = guest.and_then(|guest| guest.memory).filter(|_| is_up).and_then(Usage::fraction);
    for fraction in [cpu, memory] {
        line.right(&figures::percent(fraction), 3, gauge::figure_role(fraction)).skip(1);
        line.with(bar, |brush, area, back| gauge::draw(brush, area, fraction, back)).skip(1);
    }
    let rate = guest.and_then(|guest| guest.traffic.rate_in).filter(|_| is_up);
    if line.room() > 20 {
        let (value, scale) = rate.map_or((UNKNOWN.into(), "  "), |rate| figures::scaled(f64::from(rate)));
        line.say("↓", Role::Dim).right(&value, 5, Role::Text).left(scale, 2, Role::Dim).skip(1);
    }
    let tail = if unit.bin.is_some() { 17 } else { 10 }.min(line.room());
    let beside = if line.room() >= tail + SAVED && unit.saved.is_some() { SAVED } else { 0 };
    let bars = line.room().saturating_sub(tail + beside + 1).min(24);
    if let Some(guest) = guest.filter(|_| bars >= 4) {
        let role = if is_up { Role::Info } else { Role::Track };
        let trail = &guest.traffic.trail_in;
        line.with(bars, |brush, area, back| sparkline::draw(brush, area, trail, Scale::AtLeast(65_536.0), role, back));
    }
    let (word, role) = tail_word(unit);
    let room = line.room();
    line.right(&word, room.saturating_sub(beside + 1), role);
    if let Some(saved) = unit.saved.as_ref().filter(|_| beside > 0) {
        let age: String = saved.age.chars().filter(|letter| *letter != ' ').collect();
        line.right(&format!("{}{age}", saved.sign), SAVED, saved.role);
    }
}

/// Cells for the age of the newest backup: `✓120d`
const SAVED: u16 = 6;

/// How long it is up, or what keeps it from being so.
fn tail_word(unit: &Unit) -> (String, Role) {
    if let Some(bin) = &unit.bin {
        return (format!("bin {bin}"), Role::Warning);
    }
    if let Some(age) = &unit.age {
        return (format!("{age} old"), Role::Warning);
    }
    match unit.entry.guest.as_ref().and_then(|guest| guest.uptime) {
        Some(uptime) if unit.entry.is_up() => (figures::uptime(Some(uptime)), Role::Dim),
        _ => (display::word(&unit.entry.state), Led::of(&unit.entry.state).word_role()),
    }
}
