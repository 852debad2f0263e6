//! Deck 4: every host as a unit, and under it its nodes.

use ratatui::layout::Rect;

use super::layout;
use crate::{
    domain::{
        fleet::{Host, Listing, Node, NodeStatus, Reach, Usage},
        state::State,
    },
    tui::{
        event::Now,
        model::{Model, apps::window, hosts::HostRow},
        theme::Role,
        widgets::{
            brush::{Brush, Line},
            ears::{self, Ears, Hold, Mark},
            figures::{self, UNKNOWN},
            gauge,
            led::Led,
            sparkline::{self, Scale},
        },
    },
};

const METAL: Role = Role::Case;

pub fn draw(brush: &mut Brush, body: Rect, model: &Model, now: Now) {
    let hosts = &model.hosts;
    if hosts.rows.is_empty() {
        let y = body.y + body.height / 3;
        super::bare::centred(brush, Rect { y, height: 1, ..body }, "no host yet", Role::Text);
        super::bare::centred(brush, Rect { y: y + 1, height: 1, ..body }, "[n] connects one", Role::Dim);
        return;
    }
    let page = usize::from(body.height / layout::HOST_PITCH).max(1);
    let top = window(hosts.top, hosts.at, hosts.rows.len(), page);
    for (i, row) in hosts.rows.iter().enumerate().skip(top).take(page + 1) {
        let y = body.y + (i - top) as u16 * layout::HOST_PITCH;
        if y + 2 > body.bottom() {
            break;
        }
        let hold = if i == hosts.at { Hold::Held } else { Hold::Idle };
        let place = Rect { y, height: layout::HOST_PITCH, ..body };
        match row {
            HostRow::Host(id) => {
                if let Some(host) = model.world.fleet.host(id) {
                    let face = chassis(brush, place, hold, i as u32);
                    draw_host(brush, face, host, model, now);
                }
            }
            HostRow::Node(key) => {
                if let Some(node) = model.world.fleet.nodes.iter().find(|node| node.key == *key) {
                    let inset = if place.width >= 90 { 6 } else { 2 };
                    let place = Rect { x: place.x + inset, width: place.width - inset, ..place };
                    let face = chassis(brush, place, hold, i as u32);
                    draw_node(brush, face, node, model, now);
                }
            }
        }
    }
}

fn chassis(brush: &mut Brush, place: Rect, hold: Hold, seed: u32) -> Rect {
    ears::seam(brush, Rect { height: 1, ..place }, hold);
    let unit = Rect { y: place.y + 1, height: place.height - 1, ..place };
    let width = if place.width >= 90 { 4 } else { 2 };
    let body = ears::draw(brush, unit, Ears { width, hold, is_marked: Mark::Free, seed });
    brush.fill(body, METAL);
    Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body }
}

fn draw_host(brush: &mut Brush, face: Rect, host: &Host, model: &Model, now: Now) {
    let led = Led::of_host(&host.reach);
    let word = match &host.reach {
        Reach::Online => "online",
        Reach::Waiting => "connecting",
        Reach::Lost(_) => "lost",
    };
    let mut line = brush.line(face.x, face.y, face.width, METAL);
    line.light(led, model.beating(now)).skip(1).bold(host.id.as_str(), Role::Title).skip(2);
    line.say(host.cluster.as_deref().unwrap_or("single machine"), Role::Dim).skip(2);
    let word_role = if led.role == Role::Dim { Role::Warning } else { led.role };
    line.at_edge(word, word_role);
    let mut line = brush.line(face.x, face.y + 1, face.width, METAL);
    line.skip(2).say(host.addresses.first().map_or(UNKNOWN, |address| address), Role::Text).skip(2);
    line.say("as ", Role::Dim).say(&host.login, Role::Text);
    let version = host.version.as_deref().map_or(UNKNOWN.into(), |version| format!("Proxmox VE {version}"));
    line.at_edge(&version, Role::Dim);
    under_host(brush, Rect { y: face.y + 2, height: 1, ..face }, host, model, now);
}

/// The third line: what is wrong, or what it holds.
fn under_host(brush: &mut Brush, row: Rect, host: &Host, model: &Model, now: Now) {
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    line.skip(2);
    let age = model.age(host, now).map(figures::age);
    match (&host.reach, &host.listing) {
        (Reach::Lost(fault), _) => {
            let age = age.map_or(String::new(), |age| format!("{age} old   "));
            line.say(&age, Role::Warning).say(&fault.what, Role::Danger).skip(2).say(&fault.remedy, Role::Text);
        }
        (_, Listing::Partial(missing)) => {
            line.say("seen in part: ", Role::Warning).say(missing, Role::Text);
        }
        _ => holdings(&mut line, host, model, age),
    }
}

fn holdings(line: &mut Line, host: &Host, model: &Model, age: Option<String>) {
    let guests = model.world.entries.iter().filter(|entry| entry.key.host == host.id);
    let (ours, all) = guests.fold((0, 0), |(ours, all), entry| (ours + usize::from(entry.is_app()), all + 1));
    let nodes = model.world.fleet.nodes_of(&host.id).count();
    for (number, word) in [(nodes, "nodes"), (all, "guests"), (ours, "apps")] {
        line.say(&number.to_string(), Role::Text).skip(1).say(word, Role::Dim).skip(2);
    }
    if let Some(age) = age {
        line.say(&format!("{age} old"), Role::Warning);
    }
}

fn draw_node(brush: &mut Brush, face: Rect, node: &Node, model: &Model, now: Now) {
    let (state, word) = match node.status {
        NodeStatus::Online => (State::Running, "online"),
        NodeStatus::Offline => (State::Error, "offline"),
        NodeStatus::Unknown => (State::Unknown, "unknown"),
    };
    let is_lost = model.world.fleet.host(&node.key.host).is_none_or(|host| host.reach != Reach::Online);
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
                .say(if is_lost { "stale" } else { word }, Role::Dim),
            _ => line.skip(2).say("up ", Role::Dim).say(&figures::uptime(node.uptime), Role::Text),
        };
        line.column(name);
        node_gauge(&mut line, node, row, (face.width / 4).clamp(16, 30));
        line.skip(3);
        match row {
            0 => line
                .say(&guests.to_string(), Role::Text)
                .say(" guests   ", Role::Dim)
                .say(&node.cores.map_or(UNKNOWN.into(), |cores| cores.to_string()), Role::Text)
                .say(" cores", Role::Dim),
            row => storages(&mut line, node, model, usize::from(row - 1)),
        };
    }
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

/// Two storages a line: name, kind, fill.
fn storages<'l, 'b, 'a>(line: &'l mut Line<'b, 'a>, node: &Node, model: &Model, at: usize) -> &'l mut Line<'b, 'a> {
    let per_line = usize::from(line.room() / 26).clamp(1, 4);
    let here = model.world.fleet.storages.iter();
    let here = here.filter(|storage| storage.host == node.key.host && storage.node == node.key.node);
    for storage in here.skip(at * per_line).take(per_line) {
        let fraction = storage.usage.and_then(Usage::fraction);
        line.left(&storage.name, 12, Role::Dim).skip(1);
        line.with(5, |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim).skip(2);
    }
    line
}
