//! The unit's own display: black glass that comes on while something runs on it, and stays on when that failed.

use ratatui::layout::Rect;

use super::{Unit, columns::Span};
use crate::{
    domain::{fleet::GuestKind, operation::Operation, plan::PlanKind, state::State},
    tui::{
        model::{progress, world::Entry},
        theme::Role,
        widgets::{
            brush::{Brush, Line, width},
            chase, figures, gauge,
            led::Led,
        },
    },
};

const GLASS: Role = Role::LcdGlass;

pub fn draw(brush: &mut Brush, body: Rect, span: Span, unit: &Unit, operation: &Operation) {
    let from = span.from.saturating_sub(1).min(body.width);
    let area = Rect { x: body.x + from, width: (span.width + 2).min(body.width - from), ..body };
    brush.fill(area, GLASS);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if operation.is_running() && !unit.entry.asks {
        running(brush, inner, unit, operation);
    } else {
        failed(brush, inner, operation);
    }
}

/// So wide the bar is, its number beside it.
const BAR: u16 = 8;

fn running(brush: &mut Brush, area: Rect, unit: &Unit, operation: &Operation) {
    let led = Led::of(&unit.entry.state);
    let time = figures::clock(unit.wall.since(operation.began));
    let what = progress::doing(operation);
    let share = progress::share(operation);
    let mut line = brush.line(area.x, area.y, area.width, GLASS);
    line.light(led, unit.beating).skip(1);
    line.say(operation.plan.kind.doing(), Role::LcdText).skip(1).say(&progress::count(operation), Role::LcdText);
    let bar = if share.is_some() && line.room() >= width(&time) + BAR + 9 { BAR + 7 } else { 0 };
    if area.height < 3 {
        let room = line.room().saturating_sub(width(&time) + bar + 4);
        line.skip(2).left(&what, room, Role::LcdDim);
    }
    // Nobody knows how far it is: a light runs to and fro.
    let runs = if share.is_none() && area.height >= 3 && line.room() >= width(&time) + BAR + 4 { BAR + 2 } else { 0 };
    line.skip(line.room().saturating_sub(width(&time) + bar + runs + 1));
    if runs > 0 {
        line.with(BAR, |brush, area, back| {
            chase::draw(brush, area, Role::LcdText, back, unit.beating);
        });
    }
    if bar > 0 {
        line.with(BAR, |brush, area, back| gauge::draw_plain(brush, area, share, back));
        line.right(&figures::percent(share), 4, Role::LcdText).say(" %", Role::LcdDim);
    }
    line.at_edge(&time, Role::LcdText);
    if area.height < 3 {
        return;
    }
    let note = operation.note.as_deref().map_or(String::new(), |note| format!(" · {note}"));
    brush.line(area.x, area.y + 1, area.width, GLASS).skip(2).say(&format!("{what}{note}"), Role::LcdDim);
    let last = operation.log.last().map_or("", |line| line);
    brush.line(area.x, area.y + 2, area.width, GLASS).skip(2).say(last, Role::LcdDim);
}

fn failed(brush: &mut Brush, area: Rect, operation: &Operation) {
    let fault = operation.fault();
    let what = fault.map_or_else(|| format!("{} failed", operation.plan.kind.slug()), |fault| fault.what.clone());
    if area.height < 3 {
        let mut line = brush.line(area.x, area.y, area.width, GLASS);
        let keys = if area.width >= 30 { 12 } else { 0 };
        let room = line.room().saturating_sub(keys);
        line.left(&format!("✖ {what}"), room, Role::Danger);
        return hint(&mut line, "Enter", if operation.is_running() { "asks" } else { "why" });
    }
    let mut line = brush.line(area.x, area.y, area.width, GLASS);
    line.say("✖ ", Role::Danger).say(&what, Role::Danger);
    let why = fault.map_or("", |fault| &fault.why);
    brush.line(area.x, area.y + 1, area.width, GLASS).skip(2).say(why, Role::LcdText);
    let mut keys = brush.line(area.x, area.y + 2, area.width, GLASS);
    keys.skip(2);
    if operation.is_running() {
        return hint(&mut keys, "Enter", "why, and keep it or undo");
    }
    hint(&mut keys, "Enter", "why");
    keys.skip(2);
    let again = match operation.plan.kind {
        PlanKind::Start => "s",
        PlanKind::Stop => "S",
        PlanKind::Restart => "r",
        _ => return,
    };
    hint(&mut keys, again, "try again");
}

fn hint(line: &mut Line, key: &str, words: &str) {
    if line.room() > 8 {
        line.say(&format!("[{key}]"), Role::LcdText).say(&format!(" {words}"), Role::LcdDim);
    }
}

/// The state's word, with what Proxmox says of a lock.
pub fn word(state: &State) -> String {
    match state {
        State::Locked(lock) if !lock.is_empty() => format!("locked: {lock}"),
        state => state.slug().replace('-', " "),
    }
}

pub fn kind(entry: &Entry) -> &'static str {
    match entry.guest.as_ref().map(|guest| guest.kind) {
        Some(GuestKind::Container) => "container",
        Some(GuestKind::Machine) => "virtual machine",
        None => figures::UNKNOWN,
    }
}
