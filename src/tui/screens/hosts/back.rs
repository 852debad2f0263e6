//! The backs of hosts and nodes, in the cooler metal of all backs. What must hold: what was not told is `--`, and no
//! secret stands there.

use ratatui::layout::Rect;

use super::host::certificate;
use crate::{
    domain::{
        fleet::{Host, Node, SshAccess, SshProof, Storage, Usage},
        host::{Expiring, Expiry},
        machine::Machine,
    },
    engine::TestReport,
    tui::{
        event::Now,
        model::{Model, expiry, hosts::Looked},
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle, width},
            figures::{self, UNKNOWN},
            gauge, roads,
        },
    },
};

pub const METAL: Role = Role::Back;

/// Parts of the back beside each other, with walls between them.
fn panels(brush: &mut Brush, face: Rect) -> Vec<Rect> {
    let shares: &[u16] = match face.width {
        0..56 => &[100],
        56..104 => &[53, 47],
        _ => &[42, 31, 27],
    };
    let mut x = face.x;
    let part = |(i, share): (usize, &u16)| {
        let is_last = i + 1 == shares.len();
        let width = if is_last { face.right() - x } else { face.width * share / 100 };
        let panel = Rect { x, width: width.saturating_sub(if is_last { 0 } else { 3 }), ..face };
        x += width;
        panel
    };
    let panels: Vec<Rect> = shares.iter().enumerate().map(part).collect();
    for panel in &panels[1..] {
        let wall = Rect { x: panel.x.saturating_sub(2), width: 1, ..*panel };
        brush.tile(wall, '┃', brush.canvas.on(Role::Border, METAL));
    }
    panels
}

fn row<'b, 'a>(brush: &'b mut Brush<'a>, panel: Rect, at: u16) -> Line<'b, 'a> {
    brush.line(panel.x, panel.y + at, panel.width, METAL)
}

/// A label and what it is, where both fit: half a name would be another one.
fn name(line: &mut Line, label: &str, value: Option<&str>) {
    let value = value.unwrap_or(UNKNOWN);
    if line.room() >= width(label) + 1 + width(value).min(8) {
        let room = line.room().saturating_sub(width(label) + 1);
        line.say(label, Role::Dim).skip(1).say(&fit_middle(value, room), Role::Text).skip(1);
    }
}

pub fn of_host(brush: &mut Brush, face: Rect, host: &Host, model: &Model, now: Now) {
    let panels = panels(brush, face);
    let first = panels[0];
    let mut line = row(brush, first, 0);
    line.bold(&fit_middle(host.id.as_str(), first.width / 3), Role::Title).skip(1);
    name(&mut line, "as", Some(&host.login));
    good_for(&mut line, host.expiring.iter().find(|one| one.what == Expiring::Token), now);
    let mut line = row(brush, first, 1);
    let mine = host.expiring.iter().filter(|one| one.what != Expiring::Token).min_by_key(|one| one.at);
    line.say("certificate ", Role::Dim);
    good_for(&mut line, mine, now);
    line.skip(2).say(certificate(&host.trust).trim_start_matches("certificate: "), Role::Dim);
    let mut line = row(brush, first, 2);
    name(&mut line, "at", Some(&addresses(host)));
    if let Some(second) = panels.get(1) {
        defaults(brush, *second, host);
        ssh(&mut row(brush, *second, 2), host.ssh.as_ref());
    }
    let report = model.hosts.reports.get(&host.id);
    match panels.get(2) {
        Some(third) => {
            rights(&mut row(brush, *third, 0), report.map(|report| report.as_deref()));
            roads::line(&mut row(brush, *third, 1), &host.roads);
            let nodes = model.world.fleet.nodes_of(&host.id).count();
            row(brush, *third, 2)
                .say(&nodes.to_string(), Role::Text)
                .say(if nodes == 1 { " node" } else { " nodes" }, Role::Dim);
        }
        // Where there is no place for it, the rights stand after the address, if they may.
        None if first.width >= 30 => rights_short(brush, first, host, report.map(|report| report.as_deref())),
        None => {}
    }
}

/// Without what is the same for nearly all of them.
fn addresses(host: &Host) -> String {
    let bare = |address: &String| address.trim_start_matches("https://").trim_end_matches(":8006").to_owned();
    host.addresses.iter().map(bare).collect::<Vec<_>>().join(" ")
}

/// `12 d left`, in the colour of how soon that is.
fn good_for(line: &mut Line, expiry: Option<&Expiry>, now: Now) {
    let Some(one) = expiry else { return };
    let words = expiry::words(one.at, now.wall);
    if line.room() >= width(&words) {
        line.say(&words, expiry::loud(one.at, now.wall).unwrap_or(Role::Text));
    }
}

fn defaults(brush: &mut Brush, panel: Rect, host: &Host) {
    let defaults = &host.defaults;
    let mut line = row(brush, panel, 0);
    name(&mut line, "disks", defaults.storage.as_deref());
    name(&mut line, "backups", defaults.backups.as_deref());
    let mut line = row(brush, panel, 1);
    name(&mut line, "bridge", defaults.bridge.as_deref());
    name(&mut line, "pool", defaults.pool.as_deref());
    name(&mut line, "templates", defaults.templates.as_deref());
}

fn ssh(line: &mut Line, access: Option<&SshAccess>) {
    let Some(access) = access else {
        line.say("SSH ", Role::Dim).say("not set up", Role::Text);
        return;
    };
    let proof = match &access.proof {
        SshProof::Agent => "agent".to_owned(),
        SshProof::KeyFile(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        SshProof::Password => "password".to_owned(),
    };
    line.say("SSH ", Role::Dim).say(&access.user, Role::Text).say(" by ", Role::Dim).say(&proof, Role::Text);
}

/// What the login may, in a few words.
fn rights_words(report: Option<Result<&TestReport, &crate::domain::fault::Fault>>) -> (String, Role) {
    match report {
        None => ("reading …".into(), Role::Dim),
        Some(Err(fault)) => (format!("✖ {}", fault.what), Role::Danger),
        Some(Ok(report)) => {
            let lacking = report.optional.iter().filter(|allowance| !allowance.missing.is_empty()).count();
            match (report.missing.len(), lacking) {
                (0, 0) => ("✓ all".into(), Role::Good),
                (0, lacking) => (
                    format!("◐ {} of {} purposes", report.optional.len() - lacking, report.optional.len()),
                    Role::Warning,
                ),
                (missing, _) => (format!("✖ {missing} missing"), Role::Danger),
            }
        }
    }
}

fn rights(line: &mut Line, report: Option<Result<&TestReport, &crate::domain::fault::Fault>>) {
    let (words, role) = rights_words(report);
    line.say("rights ", Role::Dim).say(&words, role);
}

fn rights_short(
    brush: &mut Brush,
    panel: Rect,
    host: &Host,
    report: Option<Result<&TestReport, &crate::domain::fault::Fault>>,
) {
    let (words, role) = rights_words(report);
    let used = width(&addresses(host)) + 5;
    let room = panel.width.saturating_sub(used);
    if room >= width(&words).min(12) + 7 {
        row(brush, panel, 2).skip(used).say("rights ", Role::Dim).say(&words, role);
    }
}

pub fn of_node(brush: &mut Brush, face: Rect, node: &Node, model: &Model, now: Now) {
    let panels = panels(brush, face);
    let first = panels[0];
    match model.hosts.machines.get(&node.key) {
        Some(Looked::Failed(fault)) => {
            row(brush, first, 0).say("✖ ", Role::Danger).say(&fault.what, Role::Danger);
            row(brush, first, 1).skip(2).say(&fault.why, Role::Text);
            row(brush, first, 2).skip(2).say(&fault.remedy, Role::Text);
        }
        looked => {
            let machine = model.hosts.machine(&node.key);
            let is_asked = matches!(looked, None | Some(Looked::Asked));
            nature(brush, first, node, machine, if is_asked { "reading …" } else { UNKNOWN });
        }
    }
    if let Some(second) = panels.get(1) {
        storages(brush, *second, node, model);
    }
    if let Some(third) = panels.get(2) {
        figures(brush, *third, model.hosts.machine(&node.key), now);
    }
}

fn nature(brush: &mut Brush, panel: Rect, node: &Node, machine: Option<&Machine>, unknown: &str) {
    let mut line = row(brush, panel, 0);
    line.bold(&fit_middle(node.key.node.as_str(), panel.width / 3), Role::Title).skip(2);
    name(&mut line, "kernel", Some(machine.and_then(|machine| machine.kernel.as_deref()).unwrap_or(unknown)));
    name(&mut line, "boot", machine.and_then(|machine| machine.boot.as_deref()));
    let mut line = row(brush, panel, 1);
    let model = machine.and_then(|machine| machine.model.as_deref()).unwrap_or(UNKNOWN);
    line.say(&fit_middle(model, panel.width), Role::Text);
    let mut line = row(brush, panel, 2);
    pressure(&mut line, machine);
}

/// Which part of the time somebody waited for what.
fn pressure(line: &mut Line, machine: Option<&Machine>) {
    let read = machine.and_then(|machine| machine.pressure).unwrap_or_default();
    let share = |percent: Option<f32>| percent.map(|percent| percent / 100.0);
    line.say("waits ", Role::Dim);
    for (label, percent) in [("cpu", read.cpu_some), ("mem", read.memory_some), ("io", read.io_some)] {
        line.say(label, Role::Dim).skip(1);
        line.say(&figures::percent(share(percent)), gauge::figure_role(share(percent))).say(" %", Role::Dim).skip(2);
    }
}

/// Its own first; those that do not fit are counted.
fn storages(brush: &mut Brush, panel: Rect, node: &Node, model: &Model) {
    let all = model.world.fleet.storages.iter();
    let mut here: Vec<&Storage> = all.filter(|one| one.host == node.key.host && one.node == node.key.node).collect();
    here.sort_by_key(|storage| storage.shared);
    let hidden = here.len().saturating_sub(3);
    for (at, storage) in (0u16..3).zip(&here) {
        let fraction = storage.usage.and_then(Usage::fraction);
        let mut line = row(brush, panel, at);
        line.left(&fit_middle(&storage.name, 11), 12, Role::Dim);
        line.with(8, |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim).skip(2);
        if at == 2 && hidden > 0 {
            line.at_edge(&format!("+{hidden}"), Role::Dim);
        } else if line.room() >= 12 {
            let share = storage.usage.map_or((UNKNOWN.into(), ""), |usage| figures::share(usage.used, usage.total));
            line.say(&format!("{} {}", share.0, share.1), Role::Dim);
        }
    }
}

fn figures(brush: &mut Brush, panel: Rect, machine: Option<&Machine>, now: Now) {
    let load =
        machine.map(|machine| machine.load.iter().map(|load| format!("{load:.2}")).collect::<Vec<_>>().join("  "));
    let mut line = row(brush, panel, 0);
    name(&mut line, "load", load.as_deref().filter(|load| !load.is_empty()));
    let swap = machine.and_then(|machine| machine.swap).map(|swap| {
        let (share, unit) = figures::share(swap.used, swap.total);
        format!("{share} {unit}")
    });
    let mut line = row(brush, panel, 1);
    name(&mut line, "swap", swap.as_deref());
    let threads = machine.and_then(|machine| machine.cpus).map(|cpus| cpus.to_string());
    name(&mut line, "threads", threads.as_deref());
    let mut line = row(brush, panel, 2);
    let until = machine.into_iter().flat_map(|machine| &machine.certificates);
    let until = until.filter(|one| !one.file.contains("root")).filter_map(|one| one.until).min();
    line.say("certificate ", Role::Dim);
    match until {
        Some(at) => line.say(&expiry::words(at, now.wall), expiry::loud(at, now.wall).unwrap_or(Role::Text)),
        None => line.say(UNKNOWN, Role::Text),
    };
}
