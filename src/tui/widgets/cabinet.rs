//! A cabinet: one node, with its apps as units, blanking panels for guests that are not ours, and empty slots.

use ratatui::layout::Rect;

use super::{
    brush::{Brush, fit_middle},
    figures, gauge,
    led::{Beat, Beating, Led, faded},
    sparkline::{self, Scale},
};
use crate::{
    domain::{
        fleet::{Node, NodeStatus, Usage},
        state::State,
    },
    tui::{model::world::Entry, theme::Role},
};

pub struct Cabinet<'a> {
    pub name: &'a str,
    pub node: Option<&'a Node>,
    /// Whether what is shown of it is of now.
    pub is_fresh: Freshness,
    pub units: Vec<&'a Entry>,
    /// Which unit is the first shown.
    pub from: usize,
    /// The unit under the hand.
    pub hand: Option<usize>,
    pub beating: Beating,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    Old,
}

/// The post with the U numbers.
const POST: u16 = 3;

pub fn draw(brush: &mut Brush, area: Rect, slots: Rect, cabinet: &Cabinet) {
    brush.fill(area, Role::Ear);
    plate(brush, Rect { height: area.height.min(1), ..area }, cabinet);
    for row in 0..slots.height {
        let place = Rect { y: slots.y + row, height: 1, ..slots };
        slot(brush, place, cabinet, cabinet.from + usize::from(row), usize::from(slots.height));
    }
    let gauges = Rect { y: slots.bottom(), height: area.bottom().saturating_sub(slots.bottom()), ..area };
    meters(brush, gauges, cabinet);
}

/// Name, version and light of the node.
fn plate(brush: &mut Brush, area: Rect, cabinet: &Cabinet) {
    let led = light(cabinet);
    let version = cabinet.node.and_then(|node| node.version.as_deref()).unwrap_or("");
    let mut line = brush.line(area.x, area.y, area.width, Role::Ear);
    line.skip(1).light(led, cabinet.beating).skip(1);
    let room = line.room().saturating_sub(version.len() as u16 + 2);
    let role = if cabinet.hand.is_some() { Role::Bright } else { Role::Title };
    let name = fit_middle(cabinet.name, room);
    line.bold(&name, role);
    let rest = line.room().saturating_sub(1);
    line.right(version, rest, Role::Dim);
}

fn light(cabinet: &Cabinet) -> Led {
    let status = cabinet.node.map_or(NodeStatus::Unknown, |node| node.status);
    match (cabinet.is_fresh, status) {
        (Freshness::Old, _) => Led::of(&State::Stale),
        (_, NodeStatus::Online) => Led { beat: Beat::Steady, ..Led::of(&State::Running) },
        (_, NodeStatus::Offline) => Led::of(&State::Error),
        (_, NodeStatus::Unknown) => Led::of(&State::Unknown),
    }
}

fn slot(brush: &mut Brush, place: Rect, cabinet: &Cabinet, index: usize, height: usize) {
    let top = cabinet.units.len().max(height);
    let number = (top - index.min(top)).to_string();
    brush.line(place.x, place.y, POST, Role::Ear).right(&number, POST - 1, Role::Screw);
    let body = Rect { x: place.x + POST, width: place.width.saturating_sub(POST + 1), ..place };
    let is_held = cabinet.hand == Some(index);
    match cabinet.units.get(index) {
        Some(entry) if entry.is_app() => unit(brush, body, entry, cabinet.beating),
        Some(entry) => blank(brush, body, entry, cabinet.beating),
        None => brush.fill(body, Role::Page),
    }
    if is_held {
        let bezel = brush.canvas.on(Role::Bezel, Role::Ear);
        brush.put(body.x.saturating_sub(1), body.y, '▐', bezel);
        brush.put(body.right(), body.y, '▌', bezel);
    }
}

fn unit(brush: &mut Brush, body: Rect, entry: &Entry, beating: Beating) {
    brush.fill(body, Role::Case);
    let led = Led::of(&entry.state);
    let mut line = brush.line(body.x, body.y, body.width, Role::Case);
    line.light(led, beating).skip(1);
    let tail = if body.width >= 24 { 8 } else { 6 };
    let name = line.room().saturating_sub(tail);
    let role = if entry.is_up() { Role::Text } else { Role::Dim };
    line.left(&fit_middle(&entry.name, name.saturating_sub(1)), name, role);
    match &entry.guest {
        Some(guest) if entry.is_up() => {
            let bars = tail - 2;
            line.with(bars, |brush, area, back| {
                sparkline::draw(brush, area, &guest.cpu_trail, Scale::AtLeast(0.25), Role::Accent, back);
            });
        }
        _ => {
            let role = if led.role == Role::Off { Role::Dim } else { led.role };
            line.right(short(&entry.state), tail - 2, role);
        }
    }
}

/// The state in a word of four letters at most.
fn short(state: &State) -> &'static str {
    match state {
        State::Stopped => "off",
        State::Error => "fail",
        State::Missing => "gone",
        State::Stale => "old",
        State::Locked(_) => "lock",
        State::BackingUp => "save",
        State::Migrating => "move",
        State::Unknown => "?",
        _ => "busy",
    }
}

/// A guest that is not ours: a blanking panel with its name stamped on it.
fn blank(brush: &mut Brush, body: Rect, entry: &Entry, beating: Beating) {
    brush.tile(body, '░', faded(brush.canvas.on(Role::Screw, Role::Ear), 0.5));
    // Who is not ours may run or not; only what wants a person has a colour.
    let led = Led::of(&entry.state);
    let led = if entry.is_up() { Led { role: Role::Dim, beat: Beat::Steady, ..led } } else { led };
    let mut line = brush.line(body.x, body.y, body.width.saturating_sub(1), Role::Ear);
    line.light(led, beating).say(" ", Role::Dim);
    let name = fit_middle(&entry.name, line.room().saturating_sub(5));
    line.say(&name, Role::Dim).say(" ", Role::Dim);
}

fn meters(brush: &mut Brush, area: Rect, cabinet: &Cabinet) {
    let node = cabinet.node;
    let cpu = node.and_then(|node| node.cpu);
    let memory = node.and_then(|node| node.memory).and_then(Usage::fraction);
    let disk = node.and_then(|node| node.disk).and_then(Usage::fraction);
    for (row, (label, fraction)) in (0..area.height).zip([("cpu", cpu), ("mem", memory), ("dsk", disk)]) {
        let mut line = brush.line(area.x, area.y + row, area.width, Role::Ear);
        line.skip(POST).say(label, Role::Dim).skip(1);
        let bar = line.room().saturating_sub(7);
        line.with(bar, |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim);
    }
}
