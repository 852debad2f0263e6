//! The front of a host: whether it answers, what it holds, and what runs out.

use ratatui::layout::Rect;

use super::METAL;
use crate::{
    domain::fleet::{Host, HostTrust, Listing, PublicCa, Reach},
    tui::{
        event::Now,
        model::{Model, expiry},
        theme::Role,
        widgets::{
            brush::{Brush, Line},
            figures::{self, UNKNOWN},
            led::Led,
            roads,
        },
    },
};

pub fn draw(brush: &mut Brush, face: Rect, host: &Host, model: &Model, now: Now) {
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
    let word_role = if led.role == Role::Dim { Role::Warning } else { led.word_role() };
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
        _ => holdings(&mut line, host, model, age, now),
    }
}

fn holdings(line: &mut Line, host: &Host, model: &Model, age: Option<String>, now: Now) {
    let guests = model.world.entries.iter().filter(|entry| entry.key.host == host.id);
    let (ours, all) = guests.fold((0, 0), |(ours, all), entry| (ours + usize::from(entry.is_app()), all + 1));
    let nodes = model.world.fleet.nodes_of(&host.id).count();
    for (number, word) in [(nodes, "nodes"), (all, "guests"), (ours, "apps")] {
        line.say(&number.to_string(), Role::Text).skip(1).say(word, Role::Dim).skip(2);
    }
    if let Some(age) = age {
        line.say(&format!("{age} old"), Role::Warning);
    }
    let soon = expiry::first(&host.expiring).and_then(|one| Some((one, expiry::loud(one.at, now.wall)?)));
    match soon {
        Some((one, role)) => {
            line.at_edge(&format!("◐ {} {}", expiry::what(one), expiry::words(one.at, now.wall)), role);
        }
        None => {
            line.at_edge(&certificate(&host.trust), Role::Dim);
        }
    }
}

/// By what the host is known when we connect.
pub fn certificate(trust: &HostTrust) -> String {
    let authority = trust.authority.as_ref().map(|_| "cluster CA");
    let public = (trust.public == PublicCa::Accepted).then_some("public CA");
    let also: Vec<_> = std::iter::once("pinned leaf").chain(authority).chain(public).collect();
    format!("certificate: {}", also.join(" + "))
}
