//! The lines of a node's pane, section by section. A section without a line is left out, but for what was asked and not
//! told.

use super::{Line, abilities, figures};
use crate::{
    domain::{
        fault::Fault,
        fleet::Usage,
        ids::NodeKey,
        machine::{Certificate, Machine, TaskRow},
    },
    tui::{
        event::Now,
        layers::{Row, told},
        model::{Model, expiry, hosts::Looked, world::Entry},
        theme::Role,
        widgets::{
            brush::{fit_middle, width},
            figures::{UNKNOWN, percent, size, span},
            gauge,
            led::Led,
        },
    },
};

pub fn rows(key: &NodeKey, model: &Model, now: Now, room: u16) -> Vec<Line> {
    let machine = model.hosts.machine(key);
    let mut lines = Vec::new();
    section(&mut lines, None, figures::rows(key, machine, model, room));
    match model.hosts.machines.get(key) {
        Some(Looked::Failed(fault)) => section(&mut lines, Some("it does not tell more"), refused(fault, room)),
        Some(Looked::Asked) | None => section(&mut lines, None, vec![vec![("asking it …".into(), Role::Dim)]]),
        Some(Looked::Known(..)) => {}
    }
    section(&mut lines, Some("not told"), machine.map_or_else(Vec::new, |machine| silent(machine, room)));
    section(&mut lines, Some("storages"), storages(key, model, room));
    guests(&mut lines, key, model, room);
    if let Some(machine) = machine {
        section(&mut lines, Some("last tasks"), tasks(machine, model, room));
        section(&mut lines, Some("certificates"), certificates(machine, now, room));
        section(&mut lines, Some("what its version can"), abilities::rows(machine, room));
    }
    lines
}

/// Its heading, and a blank line above where something stands there.
fn section(lines: &mut Vec<Line>, heading: Option<&str>, rows: Vec<Row>) {
    if rows.is_empty() {
        return;
    }
    let plain = |words: Row| Line { words, guest: None };
    if !lines.is_empty() {
        lines.push(plain(Vec::new()));
    }
    lines.extend(heading.map(|heading| plain(vec![(heading.into(), Role::Accent)])));
    lines.extend(rows.into_iter().map(plain));
}

fn refused(fault: &Fault, room: u16) -> Vec<Row> {
    let parts = [
        ("what", fault.what.as_str(), Role::Danger),
        ("why", fault.why.as_str(), Role::Text),
        ("now", fault.remedy.as_str(), Role::Title),
    ];
    told(&parts, room)
}

fn silent(machine: &Machine, room: u16) -> Vec<Row> {
    let of = |silence: &crate::domain::machine::Silence| {
        let words = format!("{}: {}; {}", silence.what, silence.fault.why, silence.fault.remedy);
        let lines = crate::tui::layers::wrap(&words, room.saturating_sub(2)).into_iter().enumerate();
        let sign = |i: usize| if i == 0 { "◐ " } else { "  " };
        lines.map(|(i, line)| vec![(sign(i).into(), Role::Warning), (line, Role::Text)]).collect::<Vec<Row>>()
    };
    machine.silent.iter().flat_map(of).collect()
}

/// Exactly so many cells.
pub(in crate::tui::layers) fn cell(text: &str, cells: u16) -> String {
    let text = fit_middle(text, cells).into_owned();
    let gap = usize::from(cells.saturating_sub(width(&text)));
    format!("{text}{:gap$}", "")
}

/// A bar and its number.
pub(in crate::tui::layers) fn bar(fraction: Option<f32>, cells: u16) -> Row {
    let (lit, off) = gauge::letters(fraction, cells);
    vec![
        (lit, gauge::role(fraction)),
        (off, Role::Border),
        (format!("{:>4}", percent(fraction)), gauge::figure_role(fraction)),
        (" %".into(), Role::Dim),
    ]
}

pub(in crate::tui::layers) fn amounts(usage: Option<Usage>) -> String {
    usage.map_or(UNKNOWN.into(), |usage| format!("{} of {}", size(usage.used), size(usage.total)))
}

fn storages(key: &NodeKey, model: &Model, room: u16) -> Vec<Row> {
    let all = model.world.fleet.storages.iter();
    let mut here: Vec<_> = all.filter(|one| one.host == key.host && one.node == key.node).collect();
    here.sort_by_key(|storage| (storage.shared, storage.name.clone()));
    let row = |storage: &&crate::domain::fleet::Storage| {
        let mut row =
            vec![(cell(&storage.name, 15), Role::Text), (" ".into(), Role::Dim), (cell(&storage.kind, 9), Role::Dim)];
        row.extend(bar(storage.usage.and_then(Usage::fraction), if room >= 90 { 20 } else { 10 }));
        row.push((format!("  {:<20}", amounts(storage.usage)), Role::Dim));
        if room >= 90 {
            let shared = if storage.shared { "shared · " } else { "" };
            row.push((format!(" {shared}{}", storage.content.replace(',', " ")), Role::Dim));
        }
        row
    };
    here.iter().map(row).collect()
}

fn guests(lines: &mut Vec<Line>, key: &NodeKey, model: &Model, room: u16) {
    let is_here =
        |entry: &&Entry| entry.key.host == key.host && entry.guest.as_ref().is_some_and(|guest| guest.node == key.node);
    let here: Vec<&Entry> = model.world.entries.iter().filter(is_here).collect();
    let heading = format!("guests, {}", here.len());
    let rows = here.iter().map(|entry| guest(entry, room)).collect();
    let from = lines.len();
    section(lines, Some(&heading), rows);
    // The heading and the blank line above it are nobody's.
    let first = lines.len() - here.len();
    for (line, entry) in lines[first.max(from)..].iter_mut().zip(&here) {
        line.guest = Some(entry.key.clone());
    }
}

fn guest(entry: &Entry, room: u16) -> Row {
    let led = Led::of(&entry.state);
    let known = entry.guest.as_ref();
    let mut row = vec![
        (format!("{} ", led.glyph), led.role),
        (format!("{:>5}  ", entry.vmid().to_string()), Role::Dim),
        (cell(&entry.name, if room >= 90 { 26 } else { 17 }), Role::Text),
        (" ".into(), Role::Dim),
        (cell(entry.state.slug(), 11), led.word_role()),
    ];
    let cpu = known.and_then(|guest| guest.cpu);
    row.push(("cpu".into(), Role::Dim));
    row.push((format!("{:>4}", percent(cpu)), gauge::figure_role(cpu)));
    row.push((" %  mem ".into(), Role::Dim));
    row.extend(bar(known.and_then(|guest| guest.memory).and_then(Usage::fraction), if room >= 90 { 16 } else { 6 }));
    row
}

fn tasks(machine: &Machine, model: &Model, room: u16) -> Vec<Row> {
    machine.tasks.iter().map(|task| task_row(task, model, room)).collect()
}

fn task_row(task: &TaskRow, model: &Model, room: u16) -> Row {
    let when = task.began.map_or(UNKNOWN.into(), |at| model.day_and_time(at));
    let on = task.guest.as_ref().map_or_else(String::new, |key| {
        model.world.entry(key).map_or_else(|| key.vmid.to_string(), |entry| entry.name.to_string())
    });
    let (sign, role, result) = match task.result.as_deref() {
        None => ("◌", Role::Warning, "runs"),
        Some("OK") => ("✓", Role::Good, "OK"),
        Some(said) if said.starts_with("WARNINGS") => ("◐", Role::Warning, said),
        Some(said) => ("✖", Role::Danger, said),
    };
    let took = task.began.zip(task.ended).map_or(String::new(), |(from, to)| span(to.since(from)));
    let mut row = vec![
        (format!("{sign} "), role),
        (cell(&when, 13), Role::Dim),
        (cell(&task.kind, 13), Role::Text),
        (" ".into(), Role::Dim),
        (cell(&on, if room >= 90 { 22 } else { 14 }), Role::Text),
        (format!(" {took:>7}  "), Role::Dim),
    ];
    if room >= 90 {
        row.push((format!("{} ", cell(&task.who, 20)), Role::Dim));
    }
    row.push((result.into(), if role == Role::Good { Role::Dim } else { role }));
    row
}

fn certificates(machine: &Machine, now: Now, room: u16) -> Vec<Row> {
    machine.certificates.iter().flat_map(|one| certificate(one, now, room)).collect()
}

fn certificate(one: &Certificate, now: Now, room: u16) -> Vec<Row> {
    let (left, role) = one.until.map_or((UNKNOWN.into(), Role::Dim), |at| {
        (expiry::words(at, now.wall), expiry::loud(at, now.wall).unwrap_or(Role::Text))
    });
    let sign = if matches!(role, Role::Warning | Role::Danger) { "◐ " } else { "  " };
    let head = vec![
        (sign.into(), role),
        (cell(&one.file, 20), Role::Text),
        (format!(" {left:<12}"), role),
        (crate::tui::widgets::brush::fit(&one.subject, room.saturating_sub(36)).into_owned(), Role::Dim),
    ];
    let print = |half: String| vec![("  ".into(), Role::Dim), (half, Role::Dim)];
    std::iter::once(head)
        .chain(crate::tui::layers::wrap(&one.fingerprint, room.saturating_sub(2)).into_iter().map(print))
        .collect()
}
