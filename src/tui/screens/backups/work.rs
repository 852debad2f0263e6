//! What is made of an app's backups right now: its light, and the display on its row.

use ratatui::layout::Rect;

use crate::{
    domain::{operation::Operation, plan::PlanKind, state::State},
    tui::{
        event::Now,
        model::progress,
        theme::Role,
        widgets::{
            brush::{Brush, width},
            figures, gauge,
            led::Led,
        },
    },
};

const GLASS: Role = Role::LcdGlass;
/// So wide the bar is, its number beside it.
const BAR: u16 = 8;

pub fn light(operation: &Operation) -> Led {
    match operation.plan.kind {
        _ if operation.asks() => Led::of(&State::Error),
        PlanKind::Backup => Led::of(&State::BackingUp),
        _ => Led::of(&State::Restoring),
    }
}

pub fn display(brush: &mut Brush, area: Rect, operation: &Operation, now: Now) {
    brush.fill(area, GLASS);
    let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), GLASS);
    if operation.asks() {
        line.say("✖ ", Role::Danger).say("waits for your word", Role::LcdText).skip(2);
        line.keyed("[l]", Role::LcdText).say(" why, and what now", Role::LcdDim);
        return;
    }
    let time = figures::clock(now.wall.since(operation.began));
    let share = progress::share(operation);
    line.say(operation.plan.kind.doing(), Role::LcdText).skip(1);
    line.say(&progress::count(operation), Role::LcdText).skip(2);
    let bar = if share.is_some() && line.room() >= width(&time) + BAR + 20 { BAR + 7 } else { 0 };
    let room = line.room().saturating_sub(width(&time) + bar + 2);
    line.left(&said(operation), room, Role::LcdDim).skip(1);
    if bar > 0 {
        line.with(BAR, |brush, area, back| gauge::draw_plain(brush, area, share, back));
        line.right(&figures::percent(share), 4, Role::LcdText).say(" %", Role::LcdDim).skip(1);
    }
    line.at_edge(&time, Role::LcdText);
}

/// Its phase where it tells one, else the step.
fn said(operation: &Operation) -> String {
    let doing = progress::doing(operation);
    match &operation.note {
        Some(note) => format!("{doing} · {note}"),
        None => doing,
    }
}
