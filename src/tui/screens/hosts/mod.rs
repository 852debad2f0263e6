//! Deck 4: every host as a unit, and under it its nodes.

mod node;

use ratatui::layout::Rect;

use super::{bare, layout};
use crate::{
    domain::fleet::{Host, HostTrust, Listing, PublicCa, Reach},
    tui::{
        event::Now,
        model::{Model, hand::window, hosts::HostRow},
        theme::Role,
        widgets::{
            brush::{Brush, Line},
            ears::{self, Ears, Hold, Mark},
            figures::{self, UNKNOWN},
            led::Led,
            roads,
        },
    },
};

const METAL: Role = Role::Case;

pub fn draw(brush: &mut Brush, body: Rect, model: &Model, now: Now) {
    let hosts = &model.hosts;
    if hosts.rows.is_empty() {
        bare::mount(
            brush,
            body,
            &[("no host yet".to_owned(), Role::Title), ("[n] connects one".to_owned(), Role::Dim)],
        );
        return;
    }
    let page = usize::from(body.height / layout::HOST_PITCH).max(1);
    let top = window(hosts.top, hosts.at, hosts.rows.len(), page);
    let seen = hosts.rows.len().saturating_sub(top);
    if seen < page {
        let used = seen as u16 * layout::HOST_PITCH;
        bare::rest(brush, Rect { y: body.y + used, height: body.height - used, ..body });
    }
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
                    node::draw(brush, face, node, model, now);
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
        Reach::Off => "off",
        Reach::Lost(_) => "lost",
    };
    let mut line = brush.line(face.x, face.y, face.width, METAL);
    line.light(led, model.beating(now)).skip(1).bold(host.id.as_str(), Role::Title).skip(2);
    line.say(host.cluster.as_deref().unwrap_or("single machine"), Role::Dim).skip(2);
    // The word at the edge keeps its place.
    if line.room() >= 44 && !host.roads.is_empty() {
        roads::line(&mut line, &host.roads);
    }
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
    line.at_edge(&certificate(&host.trust), Role::Dim);
}

/// By what the host is known when we connect.
fn certificate(trust: &HostTrust) -> String {
    let authority = trust.authority.as_ref().map(|_| "cluster CA");
    let public = (trust.public == PublicCa::Accepted).then_some("public CA");
    let also: Vec<_> = std::iter::once("pinned leaf").chain(authority).chain(public).collect();
    format!("certificate: {}", also.join(" + "))
}
