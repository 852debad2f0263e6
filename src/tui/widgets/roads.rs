//! The roads into a guest on one line, and with their reasons on many. What must hold: open and shut differ by their glyph,
//! not by colour alone.

use super::brush::Line;
use crate::{
    domain::road::{Way, WayState},
    tui::{
        layers::{Row, told},
        theme::Role,
        widgets::figures::UNKNOWN,
    },
};

/// With its label and air between them, and without.
const ROOMY: u16 = 31;
const TIGHT: u16 = 22;

/// `roads ● console  ○ ssh  ○ node`; half of it would say the wrong thing, so nothing where it does not fit.
pub fn line(line: &mut Line, ways: &[Way]) {
    if ways.is_empty() && line.room() >= 8 {
        line.say("roads ", Role::Dim).say(UNKNOWN, Role::Text);
    }
    let is_roomy = line.room() >= ROOMY;
    if ways.is_empty() || line.room() < TIGHT {
        return;
    }
    if is_roomy {
        line.say("roads ", Role::Dim);
    }
    for (i, way) in ways.iter().enumerate() {
        if i > 0 {
            line.skip(if is_roomy { 2 } else { 1 });
        }
        let (glyph, role) = mark(way);
        let word = if way.is_open() { Role::Text } else { Role::Dim };
        line.say(glyph, role).skip(1).say(way.road.short(), word);
    }
}

fn mark(way: &Way) -> (&'static str, Role) {
    if way.is_open() { ("●", Role::Good) } else { ("○", Role::Dim) }
}

/// Each with what opens it, or why it is shut and what would open it.
pub fn rows(ways: &[Way], room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    for way in ways {
        let (glyph, role) = mark(way);
        let word = if way.is_open() { "open" } else { "shut" };
        rows.push(vec![
            (format!("{glyph} "), role),
            (format!("{:<20}", way.road.words()), Role::Title),
            (word.into(), if way.is_open() { Role::Good } else { Role::Warning }),
        ]);
        let parts = match &way.state {
            WayState::Open { with } => told(&[("with", with, Role::Text)], room.saturating_sub(2)),
            WayState::Shut { why, remedy } => {
                told(&[("why", why, Role::Text), ("now", remedy, Role::Title)], room.saturating_sub(2))
            }
        };
        rows.extend(parts.into_iter().map(|mut row| {
            row.insert(0, ("  ".into(), Role::Dim));
            row
        }));
    }
    rows
}
