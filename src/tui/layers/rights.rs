//! What a log-in may do at a host, what it lacks and what grants it, and what was found there. What must hold: nothing
//! that is missing stands there without the line that grants it.

use super::{Row, wrap};
use crate::{
    engine::{Allowance, FoundStorage, TestReport},
    tui::{
        theme::Role,
        widgets::{
            brush::{fit_middle, width},
            figures::{UNKNOWN, size},
        },
    },
};

/// Every line for a shell of the host that grants something, each once.
pub fn grants(report: &TestReport) -> Vec<String> {
    let missing = report.missing.iter().map(|right| &right.grant);
    let optional = report.optional.iter().flat_map(|allowance| &allowance.grants);
    let mut lines: Vec<String> = Vec::new();
    for line in missing.chain(optional) {
        if !lines.contains(line) {
            lines.push(line.clone());
        }
    }
    lines
}

/// What answered.
pub fn head(report: &TestReport, room: u16) -> Vec<Row> {
    let cluster = report.cluster.as_deref().map_or("a single machine".into(), |name| format!("cluster {name}"));
    let nodes = if report.nodes == 1 { "1 node".into() } else { format!("{} nodes", report.nodes) };
    let mut rows = vec![vec![
        ("✓ ".into(), Role::Good),
        (format!("Proxmox VE {}", report.version), Role::Title),
        (format!("   {cluster} · {nodes} · {} guests", report.guests), Role::Text),
    ]];
    for ability in &report.lacks {
        let words = format!("{}: {}", ability.what, ability.lacks.as_deref().unwrap_or_default());
        rows.extend(indented("○ ", Role::Dim, &words, Role::Dim, room));
    }
    rows
}

/// Purposes, and for each that it is allowed or what is missing where.
pub fn table(report: &TestReport, room: u16) -> Vec<Row> {
    let mut rows: Vec<Row> = vec![vec![("what the log-in may".into(), Role::Accent)]];
    if report.missing.is_empty() {
        rows.push(vec![("✓ ".into(), Role::Good), ("every right that is needed is there".into(), Role::Text)]);
    }
    for right in &report.missing {
        rows.push(vec![
            ("✖ ".into(), Role::Danger),
            (format!("{} on {} is missing: ", right.privilege, right.path), Role::Title),
            (right.needed_for.clone(), Role::Text),
        ]);
        rows.extend(indented("    ", Role::Dim, &right.grant, Role::Dim, room));
    }
    let mut optional: Vec<&Allowance> = report.optional.iter().collect();
    optional.sort_by_key(|allowance| allowance.missing.is_empty());
    rows.extend(optional.into_iter().flat_map(|allowance| purpose(allowance, room)));
    rows
}

fn purpose(allowance: &Allowance, room: u16) -> Vec<Row> {
    let column = (room / 2).clamp(20, 48);
    let name = cell(&allowance.purpose, column);
    if allowance.missing.is_empty() {
        return vec![vec![("✓ ".into(), Role::Good), (name, Role::Text), ("  allowed".into(), Role::Dim)]];
    }
    let lacks: Vec<_> = allowance.missing.iter().map(|(privilege, path)| format!("{privilege} on {path}")).collect();
    let words = wrap(&format!("lacks {}", lacks.join(", ")), room.saturating_sub(column + 4));
    let first = |i: usize| if i == 0 { ("◐ ".into(), name.clone()) } else { ("  ".into(), cell("", column)) };
    let mut rows: Vec<Row> = words
        .into_iter()
        .enumerate()
        .map(|(i, line)| {
            let (sign, name) = first(i);
            vec![(sign, Role::Warning), (name, Role::Title), (format!("  {line}"), Role::Warning)]
        })
        .collect();
    rows.extend(allowance.grants.iter().flat_map(|line| indented("    ", Role::Dim, line, Role::Dim, room)));
    rows
}

/// What apps can lie on and hang at.
pub fn places(report: &TestReport, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    if !report.storages.is_empty() {
        rows.extend([vec![], vec![("storages".into(), Role::Accent)]]);
        rows.extend(report.storages.iter().map(|storage| place(storage, room)));
    }
    let bridges: Vec<_> = report.bridges.iter().map(|bridge| bridge.name.as_str()).collect();
    for (label, names) in [("bridges", bridges), ("pools", report.pools.iter().map(String::as_str).collect())] {
        if !names.is_empty() {
            rows.push(vec![]);
            let lines = wrap(&names.join("  "), room.saturating_sub(10)).into_iter().enumerate();
            let label = |i: usize| cell(if i == 0 { label } else { "" }, 10);
            rows.extend(lines.map(|(i, line)| vec![(label(i), Role::Accent), (line, Role::Text)]));
        }
    }
    rows
}

fn place(storage: &FoundStorage, room: u16) -> Row {
    let holds =
        [(storage.holds_disks, "disks"), (storage.holds_backups, "backups"), (storage.holds_templates, "templates")];
    let holds: Vec<_> = holds.into_iter().filter_map(|(holds, what)| holds.then_some(what)).collect();
    let free = storage.free.map_or(UNKNOWN.into(), size);
    let on = match &storage.nodes[..] {
        _ if storage.is_shared => "shared".into(),
        [one] => one.clone(),
        many => format!("{} nodes", many.len()),
    };
    let mut row = vec![
        (cell(&storage.name, 14), Role::Text),
        (cell(&storage.kind, 9), Role::Dim),
        (cell(&holds.join(" "), 24), Role::Text),
        (format!("{free:>9}"), Role::Text),
        (" free".into(), Role::Dim),
    ];
    if room >= 14 + 9 + 24 + 9 + 5 + 9 {
        row.push((format!("  {}", fit_middle(&on, room - 63)), Role::Dim));
    }
    row
}

fn indented(sign: &str, role: Role, text: &str, text_role: Role, room: u16) -> Vec<Row> {
    let gap = " ".repeat(usize::from(width(sign)));
    let lines = wrap(text, room.saturating_sub(width(sign))).into_iter().enumerate();
    lines.map(|(i, line)| vec![(if i == 0 { sign.to_owned() } else { gap.clone() }, role), (line, text_role)]).collect()
}

/// Exactly so many cells.
fn cell(text: &str, cells: u16) -> String {
    let text = fit_middle(text, cells).into_owned();
    let gap = usize::from(cells.saturating_sub(width(&text)));
    format!("{text}{:gap$}", "")
}
