//! A cabinet: one node, with its apps as units, blanking panels for guests that are not ours, and empty slots.

use std::time::Duration;

use ratatui::layout::Rect;

use super::{
    brush::{Brush, fit_middle, width},
    chart, chase,
    fan::{self, Speed},
    figures, gauge,
    led::{Beat, Beating, Led, faded},
    sparkline::{self, Scale},
};
use crate::{
    domain::{
        fleet::{Node, NodeStatus, Usage},
        state::State,
    },
    tui::{
        model::{
            room::{View, racks::number},
            world::Entry,
        },
        screens::overview::Rack,
        theme::Role,
    },
};

pub struct Cabinet<'a> {
    /// What the operator calls it; empty where it has its node's name.
    pub name: &'a str,
    pub node_name: &'a str,
    pub node: Option<&'a Node>,
    /// Whether what is shown of it is of now.
    pub is_fresh: Freshness,
    /// How long its host is lost, where it is.
    pub age: Option<String>,
    /// The units that are seen, and where.
    pub units: Vec<(&'a Entry, Rect)>,
    /// How many there are.
    pub count: usize,
    /// Which of those seen is under the hand.
    pub hand: Option<usize>,
    pub fan: Speed,
    pub view: View,
    pub beating: Beating,
    /// What is left of the power-on show.
    pub spin: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    Old,
}

/// The post with the U numbers.
const POST: u16 = 3;

pub fn draw(brush: &mut Brush, rack: &Rack, cabinet: &Cabinet) {
    brush.fill(rack.area, Role::Ear);
    plate(brush, Rect { height: rack.area.height.min(1), ..rack.area }, cabinet);
    for bay in &rack.bays {
        brush.fill(inside(*bay), Role::Page);
    }
    for height in &rack.heights {
        let number = number(height.slot).to_string();
        brush.line(height.place.x, height.place.y, POST, Role::Ear).right(&number, POST - 1, Role::Screw);
    }
    for (i, (entry, place)) in cabinet.units.iter().enumerate() {
        let is_held = cabinet.hand == Some(i);
        let body = inside(*place);
        match (entry.is_app(), cabinet.view) {
            (false, View::Full) => blank(brush, body, entry, cabinet.beating),
            (false, _) => brush.tile(body, '░', faded(brush.canvas.on(Role::Screw, Role::Ear), 0.6)),
            (true, View::Wall) if !is_held => lights(brush, body, entry, cabinet.beating),
            (true, _) => unit(brush, body, entry, cabinet),
        }
        if is_held {
            let bezel = brush.canvas.on(Role::Bezel, Role::Ear);
            brush.tile(Rect { x: body.x.saturating_sub(1), width: 1, ..body }, '▐', bezel);
            brush.tile(Rect { x: body.right(), width: 1, ..body }, '▌', bezel);
        }
    }
    if let Some(node) = cabinet.node {
        history(brush, rack.chart, node);
    }
    meters(brush, rack.meters, cabinet);
}

/// Between the posts.
pub fn inside(place: Rect) -> Rect {
    Rect { x: place.x + POST, width: place.width.saturating_sub(POST + 1), ..place }
}

/// A free place that asks to be used.
pub fn invite(brush: &mut Brush, place: Rect, beating: Beating) {
    let body = inside(place);
    let mut line = brush.line(body.x, body.y, body.width, Role::Page);
    line.light(Led::new('○', Role::Accent, Beat::Blink), beating).skip(1);
    line.say("nothing here yet", Role::Dim);
    if line.room() >= 21 {
        line.say(": ", Role::Dim).say("[3]", Role::Text).say(" open the store", Role::Dim);
        return;
    }
    let mut below = brush.line(body.x, body.y + 1, body.width, Role::Page);
    below.skip(2).say("[3]", Role::Text).say(" open the store", Role::Dim);
}

/// A light and two gauges: what is seen from afar.
fn lights(brush: &mut Brush, body: Rect, entry: &Entry, beating: Beating) {
    brush.fill(body, Role::Case);
    let guest = entry.guest.as_ref().filter(|_| entry.has_power());
    let cpu = guest.and_then(|guest| guest.cpu);
    let memory = guest.and_then(|guest| guest.memory).and_then(Usage::fraction);
    let mut line = brush.line(body.x, body.y, body.width.saturating_sub(1), Role::Case);
    line.light(Led::of(&entry.state), beating).skip(1);
    if guest.is_none() {
        return;
    }
    let half = line.room().saturating_sub(1) / 2;
    line.with(half, |brush, area, back| gauge::draw(brush, area, cpu, back)).skip(1);
    line.with(half, |brush, area, back| gauge::draw(brush, area, memory, back));
}

/// The node's processors over the last readings.
fn history(brush: &mut Brush, area: Rect, node: &Node) {
    if area.height < 3 {
        return;
    }
    let face = inside(Rect { y: area.y + 1, height: area.height - 2, ..area });
    brush.fill(face, Role::LcdGlass);
    brush
        .line(face.x + 1, face.y, face.width.saturating_sub(2), Role::LcdGlass)
        .say("cpu, last readings", Role::LcdDim);
    let bars = Rect { y: face.y + 1, height: face.height - 1, ..face };
    chart::draw(brush, bars, &node.cpu_trail, Role::LcdText, Role::LcdGlass);
}

/// Name, version and light of the node.
fn plate(brush: &mut Brush, area: Rect, cabinet: &Cabinet) {
    let led = light(cabinet);
    let version = cabinet.node.and_then(|node| node.version.as_deref()).unwrap_or("");
    let hidden = cabinet.count - cabinet.units.len();
    let beside = match &cabinet.age {
        Some(age) => age.clone(),
        None if hidden > 0 => format!("+{hidden}"),
        None => version.to_owned(),
    };
    let mut line = brush.line(area.x, area.y, area.width, Role::Ear);
    line.skip(1).light(led, cabinet.beating).skip(1);
    let room = line.room().saturating_sub(beside.len() as u16 + 4);
    let role = if cabinet.hand.is_some() { Role::Bright } else { Role::Title };
    let (name, also) =
        if cabinet.name.is_empty() { (cabinet.node_name, "") } else { (cabinet.name, cabinet.node_name) };
    line.bold(&fit_middle(name, room), role);
    if !also.is_empty() && room > width(name) + width(also) {
        line.skip(1).say(also, Role::Dim);
    }
    let rest = line.room().saturating_sub(3);
    let role = if cabinet.age.is_some() { Role::Warning } else { Role::Dim };
    line.right(&beside, rest, role).skip(1);
    let (x, y) = (line.x(), area.y);
    match cabinet.spin {
        Some(left) => fan::spin_up(brush, x, y, left, Role::Ear),
        None => fan::draw(brush, x, y, cabinet.fan, Role::Ear, cabinet.beating),
    }
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

fn unit(brush: &mut Brush, body: Rect, entry: &Entry, cabinet: &Cabinet) {
    let beating = cabinet.beating;
    brush.fill(body, Role::Case);
    let led = Led::of(&entry.state);
    let mut line = brush.line(body.x, body.y, body.width, Role::Case);
    line.light(led, beating).skip(1);
    let tail = if body.width >= 30 {
        12
    } else if body.width >= 24 {
        8
    } else {
        6
    };
    let name = line.room().saturating_sub(tail);
    let role = if entry.is_up() { Role::Text } else { Role::Dim };
    line.left(&fit_middle(&entry.name, name.saturating_sub(1)), name, role);
    match &entry.guest {
        Some(_) if entry.is_up() && cabinet.view == View::Quiet => {}
        Some(guest) if entry.is_up() => {
            let bars = tail - 1;
            line.with(bars, |brush, area, back| {
                sparkline::draw(brush, area, &guest.cpu_trail, Scale::AtLeast(0.25), Role::Accent, back);
            });
        }
        _ => {
            let role = led.word_role();
            let mut is_moving = false;
            if entry.is_working() && !entry.asks && cabinet.view != View::Quiet {
                line.with(tail - 1, |brush, area, back| {
                    is_moving = chase::draw(brush, area, led.role, back, beating);
                });
            }
            if !is_moving {
                line.column(body.width - tail + 1).right(short(&entry.state), tail - 1, role);
            }
        }
    }
    if body.height >= 2 {
        second_line(brush, Rect { y: body.y + 1, ..body }, entry);
    }
    if body.height >= 3 {
        third_line(brush, Rect { y: body.y + 2, ..body }, entry);
    }
}

/// Where it is found, and how full it is.
fn second_line(brush: &mut Brush, body: Rect, entry: &Entry) {
    let mut line = brush.line(body.x, body.y, body.width.saturating_sub(1), Role::Case);
    line.skip(2);
    let guest = entry.guest.as_ref().filter(|_| entry.has_power());
    let memory = guest.and_then(|guest| guest.memory).and_then(Usage::fraction);
    const BAR: u16 = 5;
    let tail = if body.width >= 30 { BAR + 5 } else { 0 };
    let room = line.room().saturating_sub(tail);
    let endpoint = entry.endpoint.as_deref().unwrap_or(figures::UNKNOWN);
    line.left(&fit_middle(endpoint, room), room, Role::Dim);
    if guest.is_some() && tail > 0 {
        line.with(BAR, |brush, area, back| gauge::draw(brush, area, memory, back)).skip(1);
        let role = gauge::loud(memory).unwrap_or(Role::Dim);
        line.right(&format!("{}%", figures::percent(memory)), 4, role);
    }
}

/// How busy it is, and what comes in.
fn third_line(brush: &mut Brush, body: Rect, entry: &Entry) {
    let mut line = brush.line(body.x, body.y, body.width.saturating_sub(1), Role::Case);
    line.skip(2);
    let Some(guest) = entry.guest.as_ref().filter(|_| entry.has_power()) else { return };
    line.say("cpu ", Role::Dim).with(5, |brush, area, back| gauge::draw(brush, area, guest.cpu, back));
    line.right(&figures::percent(guest.cpu), 4, gauge::figure_role(guest.cpu)).say(" %", Role::Dim);
    if let Some(rate) = guest.traffic.rate_in.filter(|_| line.room() > 14) {
        let (value, unit) = figures::scaled(f64::from(rate));
        line.at_edge(&format!("↓ {value} {unit}/s"), Role::Dim);
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
    let led = match led.role {
        _ if entry.is_up() => Led { role: Role::Dim, beat: Beat::Steady, ..led },
        // A light that is out is made to be seen on the case; this metal is darker.
        Role::Off => Led { role: Role::Screw, ..led },
        _ => led,
    };
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
