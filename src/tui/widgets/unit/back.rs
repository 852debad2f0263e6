//! The back: what you would find behind a real one, in a cooler metal. What the guest's configuration does not say is
//! `--`.

use ratatui::layout::Rect;

use super::{Unit, display, pulse, stickers};
use crate::{
    domain::{
        detail::{GuestDetail, Network, Volume},
        fault::Fault,
    },
    tui::{
        model::Back,
        theme::Role,
        widgets::{
            brush::{Brush, Line, width},
            figures::UNKNOWN,
            roads,
        },
    },
};

const METAL: Role = Role::Back;

pub fn draw(brush: &mut Brush, body: Rect, unit: &Unit) {
    let panels = panels(body);
    for wall in &panels[1..] {
        let wall = Rect { x: wall.x - 2, width: 1, ..*wall };
        brush.tile(wall, '┃', brush.canvas.on(Role::Border, METAL));
    }
    let detail = match unit.back {
        Some(Back::Known(detail)) => Some(&**detail),
        Some(Back::Failed(fault)) => return refused(brush, panels[0], unit, fault),
        Some(Back::Asked) | None => None,
    };
    identity(brush, panels[0], unit, detail);
    let third = &mut brush.line(panels[0].x, panels[0].y + 2, panels[0].width, METAL);
    match unit.pulse.filter(|_| panels.len() < 3) {
        // Where there is room, it has a place of its own.
        Some(pulse) => pulse::history(third, pulse),
        None => recipe(third, unit, detail),
    }
    let mut others = panels.iter().skip(1);
    if let Some(area) = others.next() {
        volumes(brush, *area, unit, detail);
    }
    if let Some(area) = others.next() {
        stickers::environment(brush, *area, unit, detail);
    }
    if let Some(area) = others.next() {
        stickers::nature(brush, *area, unit, detail);
    }
}

/// The same on one line, for a dense rack.
pub fn draw_line(brush: &mut Brush, body: Rect, unit: &Unit) {
    let detail = match unit.back {
        Some(Back::Known(detail)) => Some(&**detail),
        _ => None,
    };
    let mut line = brush.line(body.x, body.y, body.width, METAL);
    line.skip(1);
    numbers(&mut line, unit, detail);
    let address = detail.and_then(|detail| detail.addresses.first()).map_or(UNKNOWN, |address| address);
    line.skip(2).say("ip ", Role::Dim).say(address, Role::Text);
    if line.room() >= 10 {
        line.skip(2).say("boot ", Role::Dim).say(boot(detail), Role::Text);
    }
    if line.room() >= 24 {
        roads::line(line.skip(2), detail.map_or(&[][..], |detail| &detail.roads));
    }
}

fn panels(body: Rect) -> Vec<Rect> {
    let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
    let shares: &[u16] = match inner.width {
        0..56 => &[100],
        56..96 => &[58, 42],
        96..160 => &[47, 26, 27],
        _ => &[36, 22, 21, 21],
    };
    let mut x = inner.x;
    shares
        .iter()
        .enumerate()
        .map(|(i, share)| {
            let width = if i + 1 == shares.len() { inner.right() - x } else { inner.width * share / 100 };
            let panel = Rect { x, width: width.saturating_sub(if i + 1 == shares.len() { 0 } else { 3 }), ..inner };
            x += width;
            panel
        })
        .collect()
}

fn identity(brush: &mut Brush, area: Rect, unit: &Unit, detail: Option<&GuestDetail>) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    numbers(&mut line, unit, detail);
    if let Some(swap) = detail.and_then(|detail| detail.swap).filter(|_| line.room() >= 16) {
        line.skip(2).say("swap ", Role::Dim).say(&swap.to_string(), Role::Text).say(" MB", Role::Dim);
    }
    let mut net = brush.line(area.x, area.y + 1, area.width, METAL);
    match detail.and_then(|detail| detail.networks.first().map(|network| (detail, network))) {
        Some((detail, network)) => wire(&mut net, detail, network),
        None => {
            net.say("net ", Role::Dim).say(if detail.is_some() { UNKNOWN } else { "reading …" }, Role::Text);
        }
    }
}

/// The sizes it was given.
fn numbers(line: &mut Line, unit: &Unit, detail: Option<&GuestDetail>) {
    let node = unit.entry.guest.as_ref().map_or(UNKNOWN, |guest| guest.node.as_str());
    let cores = detail.and_then(|detail| detail.cores).map_or(UNKNOWN.into(), |cores| cores.to_string());
    let memory = detail.and_then(|detail| detail.memory).map_or(UNKNOWN.into(), |mib| mib.to_string());
    let disk = detail.and_then(|detail| detail.volumes.first()).and_then(|root| root.size.as_deref());
    let line_is_long = line.room() >= 46;
    let gap = if line_is_long { 2 } else { 1 };
    // Where room is short, numbers that explain themselves go without their labels.
    let label = |words: &'static str| if line_is_long { words } else { "" };
    line.say(label("vmid "), Role::Dim).say(&unit.entry.vmid().to_string(), Role::Text).skip(gap);
    line.say(label("node "), Role::Dim).say(node, Role::Text).skip(gap);
    line.say(&cores, Role::Text).say(if cores == "1" { " core" } else { " cores" }, Role::Dim).skip(gap);
    line.say(&memory, Role::Text).say(" MB", Role::Dim).skip(gap);
    line.say(label("disk "), Role::Dim).say(disk.unwrap_or(UNKNOWN), Role::Text);
}

fn wire(line: &mut Line, detail: &GuestDetail, network: &Network) {
    let address = detail.addresses.first().map_or(UNKNOWN, |address| address);
    line.say(&network.name, Role::Dim).skip(1).say(address, Role::Text).skip(2);
    let given = network.ip.as_deref().filter(|ip| *ip != address);
    if detail.networks.len() > 1 {
        line.say(&format!("+{}", detail.networks.len() - 1), Role::Dim).skip(2);
    }
    let vlan = network.vlan.map(|vlan| format!("vlan {vlan}"));
    let gateway = network.gateway.as_deref().map(|gateway| format!("gw {gateway}"));
    let parts = [network.bridge.as_deref(), vlan.as_deref(), given, network.mac.as_deref(), gateway.as_deref()];
    // Half an address is no address: what does not fit is left out.
    for part in parts.into_iter().flatten() {
        if line.room() >= width(part) {
            line.say(part, Role::Dim).skip(2);
        }
    }
}

fn recipe(line: &mut Line, unit: &Unit, detail: Option<&GuestDetail>) {
    let marker = unit.app.map(|app| &app.marker);
    match marker.and_then(|marker| marker.recipe.as_deref()) {
        Some(recipe) => {
            line.say("recipe ", Role::Dim).say(recipe, Role::Text).skip(1);
            line.say(marker.and_then(|marker| marker.version.as_deref()).unwrap_or(UNKNOWN), Role::Text);
            let method = marker.and_then(|marker| marker.method).map_or("", |method| method.slug());
            line.skip(1).say(method, Role::Dim);
            let os = detail.and_then(|detail| detail.ostype.as_deref());
            if let Some(os) = os.filter(|os| line.room() >= width(os) + 5) {
                line.skip(2).say("os ", Role::Dim).say(os, Role::Text);
            }
        }
        None => {
            let os = detail.and_then(|detail| detail.ostype.as_deref()).unwrap_or(UNKNOWN);
            line.say(display::kind(unit.entry), Role::Text).skip(2).say("os ", Role::Dim).say(os, Role::Text);
        }
    }
}

fn boot(detail: Option<&GuestDetail>) -> &'static str {
    match detail.map(|detail| detail.starts_on_boot) {
        Some(true) => "yes",
        Some(false) => "no",
        None => UNKNOWN,
    }
}

fn volumes(brush: &mut Brush, area: Rect, unit: &Unit, detail: Option<&GuestDetail>) {
    let ports = unit.app.map_or(&[][..], |app| &app.marker.ports);
    let ports = ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" ");
    let ports = if ports.is_empty() { UNKNOWN.into() } else { ports };
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("ports ", Role::Dim).say(&ports, Role::Text).skip(2).say("boot ", Role::Dim).say(boot(detail), Role::Text);
    saved(&mut line, unit);
    let volumes = detail.map_or(&[][..], |detail| &detail.volumes);
    let mut line = brush.line(area.x, area.y + 1, area.width, METAL);
    match volumes {
        [] => {
            line.say("volumes ", Role::Dim).say(UNKNOWN, Role::Text);
        }
        [volume] => shelf(&mut line, volume),
        [volume, more @ ..] => {
            shelf(&mut line, volume);
            line.skip(1).say(&format!("+{}", more.len()), Role::Dim);
            if more.iter().any(|volume| !volume.is_backed_up) {
                line.say(if line.room() >= 10 { " no backup" } else { " ◐" }, Role::Warning);
            }
        }
    }
    let ways = detail.map_or(&[][..], |detail| &detail.roads);
    roads::line(&mut brush.line(area.x, area.y + 2, area.width, METAL), ways);
}

/// How old its newest backup is, where there is room to say so.
fn saved(line: &mut Line, unit: &Unit) {
    let Some(saved) = &unit.saved else { return };
    if line.room() >= width(&saved.age) + 11 {
        line.skip(2).say("backup ", Role::Dim);
        line.say(&saved.age, Role::Text).skip(1).say(&saved.sign.to_string(), saved.role);
    }
}

fn shelf(line: &mut Line, volume: &Volume) {
    line.say(&volume.path, Role::Text).skip(1);
    line.say(volume.size.as_deref().unwrap_or(UNKNOWN), Role::Dim).skip(1);
    line.say(volume.storage.as_deref().unwrap_or(UNKNOWN), Role::Dim);
    if !volume.is_backed_up {
        line.say(" no backup", Role::Warning);
    }
}

fn refused(brush: &mut Brush, area: Rect, unit: &Unit, fault: &Fault) {
    numbers(&mut brush.line(area.x, area.y, area.width, METAL), unit, None);
    brush.line(area.x, area.y + 1, area.width, METAL).say("✖ ", Role::Danger).say(&fault.what, Role::Danger);
    brush.line(area.x, area.y + 2, area.width, METAL).skip(2).say(&fault.remedy, Role::Text);
}
