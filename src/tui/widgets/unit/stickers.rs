//! The stickers on the back: the environment, the tags, and what kind of thing it is. What must hold: a value that looks
//! like a secret is dots.

use ratatui::layout::Rect;

use super::{Unit, pulse};
use crate::{
    domain::{
        detail::GuestDetail,
        mask::{DOTS, is_secret},
    },
    tui::{
        theme::Role,
        widgets::{
            brush::{Brush, Line},
            figures::UNKNOWN,
        },
    },
};

const METAL: Role = Role::Back;

pub fn environment(brush: &mut Brush, area: Rect, unit: &Unit, detail: Option<&GuestDetail>) {
    let variables = detail.map_or(&[][..], |detail| &detail.environment);
    if variables.is_empty() {
        brush.line(area.x, area.y, area.width, METAL).say("env ", Role::Dim).say(UNKNOWN, Role::Text);
        middle(&mut brush.line(area.x, area.y + 1, area.width, METAL), unit);
        return walls(&mut brush.line(area.x, area.y + 2, area.width, METAL), detail);
    }
    let rows = if unit.pulse.is_some() { 2 } else { 3 };
    let more = variables.len().saturating_sub(usize::from(rows));
    if let Some(pulse) = unit.pulse {
        pulse::history(&mut brush.line(area.x, area.y + rows, area.width, METAL), pulse);
    }
    for (row, (name, value)) in (0..rows).zip(variables) {
        let mut line = brush.line(area.x, area.y + row, area.width, METAL);
        let value = if is_secret(name, value) { DOTS } else { value };
        line.say(name, Role::Dim).skip(1).say(value, Role::Text);
        if row + 1 == rows && more > 0 {
            line.skip(1).say(&format!("+{more}"), Role::Dim);
        }
    }
}

/// What kind of thing it is, where there is room to say so.
pub fn nature(brush: &mut Brush, area: Rect, unit: &Unit, detail: Option<&GuestDetail>) {
    let known = |text: Option<&str>| text.unwrap_or(UNKNOWN).to_owned();
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("name ", Role::Dim).say(&known(detail.and_then(|detail| detail.hostname.as_deref())), Role::Text);
    line.skip(2).say(&known(detail.and_then(|detail| detail.arch.as_deref())), Role::Dim);
    let has_variables = detail.is_some_and(|detail| !detail.environment.is_empty());
    let mut line = brush.line(area.x, area.y + 1, area.width, METAL);
    if has_variables {
        tags(&mut line, unit);
        return walls(&mut brush.line(area.x, area.y + 2, area.width, METAL), detail);
    }
    line.say("features ", Role::Dim).say(&known(detail.and_then(|detail| detail.features.as_deref())), Role::Text);
    let guarded = detail.map_or(UNKNOWN, |detail| if detail.is_protected { "yes" } else { "no" });
    brush.line(area.x, area.y + 2, area.width, METAL).say("protected ", Role::Dim).say(guarded, Role::Text);
}

/// How it does, where somebody looks at it.
fn middle(line: &mut Line, unit: &Unit) {
    match unit.pulse {
        Some(pulse) => pulse::history(line, pulse),
        None => tags(line, unit),
    }
}

fn tags(line: &mut Line, unit: &Unit) {
    let tags = unit.entry.guest.as_ref().map(|guest| guest.tags.join(" ")).unwrap_or_default();
    line.say("tags ", Role::Dim).say(if tags.is_empty() { UNKNOWN } else { &tags }, Role::Text);
}

/// What keeps it apart from its node; looser than the default is never silent.
fn walls(line: &mut Line, detail: Option<&GuestDetail>) {
    match detail.and_then(|detail| detail.is_unprivileged) {
        Some(true) => line.say("unprivileged", Role::Text),
        Some(false) => line.say("◐ privileged", Role::Warning),
        None => line.say(UNKNOWN, Role::Dim),
    };
    if let Some(features) = detail.and_then(|detail| detail.features.as_deref()) {
        line.skip(1).say(features, Role::Dim);
    }
}
