//! One node of a host: how full, how busy, how long up, and its storages.

use ratatui::layout::Rect;

use super::METAL;
use crate::{
    domain::{
        fleet::{Node, NodeStatus, Reach, Usage},
        state::State,
    },
    tui::{
        event::Now,
        model::Model,
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle},
            fan,
            figures::{self, UNKNOWN},
            gauge,
            led::Led,
            sparkline::{self, Scale},
        },
    },
};

pub fn draw(brush: &mut Brush, face: Rect, node: &Node, model: &Model, now: Now) {
    let (state, word) = match node.status {
        NodeStatus::Online => (State::Running, "online"),
        NodeStatus::Offline => (State::Error, "offline"),
        NodeStatus::Unknown => (State::Unknown, "unknown"),
    };
    let host = model.world.fleet.host(&node.key.host);
    let is_lost = host.is_none_or(|host| host.reach != Reach::Online);
    let stale = if host.is_some_and(|host| host.reach == Reach::Off) { "off" } else { "stale" };
    let led = Led::of(if is_lost { &State::Stale } else { &state });
    let name = 22.min(face.width / 3);
    let guests = guests_on(model, node);
    for row in 0..3 {
        let mut line = brush.line(face.x, face.y + row, face.width, METAL);
        match row {
            0 => line.light(led, model.beating(now)).skip(1).bold(node.key.node.as_str(), Role::Title),
            1 => line
                .skip(2)
                .say(node.version.as_deref().unwrap_or(UNKNOWN), Role::Dim)
                .say(" · ", Role::Off)
                .say(if is_lost { stale } else { word }, Role::Dim),
            _ => line.skip(2).say("up ", Role::Dim).say(&figures::uptime(node.uptime), Role::Text),
        };
        if row == 2 {
            let fan = model.fan_of_node(node);
            line.column(name - 3)
                .with(1, |brush, area, back| fan::draw(brush, area.x, area.y, fan, back, model.beating(now)));
        }
        line.column(name);
        node_gauge(&mut line, node, row, (face.width / 4).clamp(16, 30));
        line.skip(3);
        match row {
            0 => line
                .say(&guests.to_string(), Role::Text)
                .say(if guests == 1 { " guest   " } else { " guests   " }, Role::Dim)
                .say(&node.cores.map_or(UNKNOWN.into(), |cores| cores.to_string()), Role::Text)
                .say(if node.cores == Some(1) { " core" } else { " cores" }, Role::Dim)
                .say("   load ", Role::Dim)
                .say(&load(node, model, now), Role::Text),
            row => storages(&mut line, node, model, usize::from(row - 1)),
        };
    }
}

/// Over the last minute; what was told longer ago is no load of now.
fn load(node: &Node, model: &Model, now: Now) -> String {
    let machine = model.hosts.machine_now(&node.key, now.wall);
    machine.and_then(|machine| machine.load.first()).map_or(UNKNOWN.into(), |load| format!("{load:.2}"))
}

fn guests_on(model: &Model, node: &Node) -> usize {
    model.world.cabinets.iter().find(|cabinet| cabinet.node == node.key).map_or(0, |cabinet| cabinet.units.len())
}

fn node_gauge(line: &mut Line, node: &Node, row: u16, room: u16) {
    let (label, fraction) = match row {
        0 => ("cpu", node.cpu),
        1 => ("mem", node.memory.and_then(Usage::fraction)),
        _ => ("dsk", node.disk.and_then(Usage::fraction)),
    };
    line.say(label, Role::Dim).skip(1);
    line.with(room.saturating_sub(10), |brush, area, back| gauge::draw(brush, area, fraction, back));
    line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim);
    if row == 0 && line.room() > 60 {
        line.skip(2).with(12, |brush, area, back| {
            sparkline::draw(brush, area, &node.cpu_trail, Scale::AtLeast(0.5), Role::Accent, back);
        });
    } else if line.room() > 60 {
        let usage = if row == 1 { node.memory } else { node.disk };
        let words = usage.map_or(UNKNOWN.into(), |usage| {
            let (share, unit) = figures::share(usage.used, usage.total);
            format!("{share} {unit}")
        });
        line.skip(2).left(&words, 12, Role::Dim);
    }
}

/// Name, fill and, where there is room, sizes; its own storages before those it shares with others.
fn storages<'l, 'b, 'a>(line: &'l mut Line<'b, 'a>, node: &Node, model: &Model, at: usize) -> &'l mut Line<'b, 'a> {
    let here = model.world.fleet.storages.iter();
    let mut here: Vec<_> =
        here.filter(|storage| storage.host == node.key.host && storage.node == node.key.node).collect();
    here.sort_by_key(|storage| storage.shared);
    const ROWS: usize = 2;
    let spacious = usize::from(line.room() / SPACIOUS).min(3);
    let is_spacious = spacious * ROWS >= here.len();
    let per_line = if is_spacious { spacious } else { usize::from(line.room() / COMPACT).clamp(1, 4) };
    let hidden = here.len().saturating_sub(per_line * ROWS);
    for storage in here.iter().skip(at * per_line).take(per_line) {
        let fraction = storage.usage.and_then(Usage::fraction);
        line.left(&fit_middle(&storage.name, 12), 12, Role::Dim).skip(1);
        line.with(if is_spacious { 10 } else { 5 }, |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim).skip(2);
        if is_spacious {
            let share = storage.usage.map_or((UNKNOWN.into(), ""), |usage| figures::share(usage.used, usage.total));
            line.left(&format!("{} {}", share.0, share.1), 14, Role::Dim);
        }
    }
    if hidden > 0 && at + 1 == ROWS {
        line.say(&format!("+{hidden}"), Role::Dim);
    }
    line
}

/// Cells of a storage with its sizes, and without.
const SPACIOUS: u16 = 45;
const COMPACT: u16 = 26;
