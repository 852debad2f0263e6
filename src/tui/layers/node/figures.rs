//! How a node is: one column where room is short, two where there is room.

use super::rows::{amounts, bar, cell};
use crate::{
    domain::{
        fleet::{Node, Usage},
        ids::NodeKey,
        machine::Machine,
    },
    tui::{
        layers::Row,
        model::Model,
        theme::Role,
        widgets::{
            brush::width,
            figures::{self, UNKNOWN},
        },
    },
};

pub fn rows(key: &NodeKey, machine: Option<&Machine>, model: &Model, room: u16) -> Vec<Row> {
    let node = model.world.fleet.nodes.iter().find(|node| node.key == *key);
    let (nature, fullness, pressure) = (nature(node, machine), fullness(node, machine), pressure(machine));
    let mut rows = nature;
    rows.push(Vec::new());
    if room >= 96 {
        rows.extend(beside(fullness, pressure, 57));
        return rows;
    }
    rows.extend(fullness);
    rows.extend(pressure);
    rows
}

/// What it is.
fn nature(node: Option<&Node>, machine: Option<&Machine>) -> Vec<Row> {
    let text = |text: Option<&str>| (text.unwrap_or(UNKNOWN).to_owned(), Role::Text);
    let dim = |text: &str| (text.to_owned(), Role::Dim);
    let version =
        machine.and_then(|machine| machine.version.as_deref()).or(node.and_then(|node| node.version.as_deref()));
    let uptime = machine.and_then(|machine| machine.uptime).or(node.and_then(|node| node.uptime));
    let first = vec![
        dim("Proxmox VE "),
        text(version),
        dim("   kernel "),
        text(machine.and_then(|machine| machine.kernel.as_deref())),
        dim("   boot "),
        text(machine.and_then(|machine| machine.boot.as_deref())),
        dim("   up "),
        (figures::uptime(uptime), Role::Text),
    ];
    let number = |number: Option<u32>| (number.map_or(UNKNOWN.into(), |number| number.to_string()), Role::Text);
    let second = vec![
        text(machine.and_then(|machine| machine.model.as_deref())),
        dim("   sockets "),
        number(machine.and_then(|machine| machine.sockets)),
        dim("   cores "),
        number(machine.and_then(|machine| machine.cores)),
        dim("   threads "),
        number(machine.and_then(|machine| machine.cpus).or(node.and_then(|node| node.cores))),
    ];
    vec![first, second]
}

/// How full and how busy.
fn fullness(node: Option<&Node>, machine: Option<&Machine>) -> Vec<Row> {
    let cpu = machine.and_then(|machine| machine.cpu).or(node.and_then(|node| node.cpu));
    let memory = machine.and_then(|machine| machine.memory).or(node.and_then(|node| node.memory));
    let root = machine.and_then(|machine| machine.root).or(node.and_then(|node| node.disk));
    let swap = machine.and_then(|machine| machine.swap);
    let load = machine.map(|machine| &machine.load[..]).filter(|load| !load.is_empty());
    let load =
        load.map_or(UNKNOWN.into(), |load| load.iter().map(|load| format!("{load:.2}")).collect::<Vec<_>>().join("  "));
    let waiting = machine.and_then(|machine| machine.waiting);
    let line = |label: &str, fraction: Option<f32>, beside: String| {
        let mut row = vec![(cell(label, 9), Role::Dim)];
        row.extend(bar(fraction, 20));
        row.push((format!("   {beside}"), Role::Dim));
        row
    };
    vec![
        line("cpu", cpu, format!("iowait {} %", figures::percent(waiting))),
        line("memory", memory.and_then(Usage::fraction), amounts(memory)),
        line("swap", swap.and_then(Usage::fraction), amounts(swap)),
        line("root", root.and_then(Usage::fraction), amounts(root)),
        vec![(cell("load", 9), Role::Dim), (load, Role::Text), ("   over 1, 5, 15 minutes".into(), Role::Dim)],
    ]
}

/// Which part of the time was spent waiting for what.
fn pressure(machine: Option<&Machine>) -> Vec<Row> {
    let read = machine.and_then(|machine| machine.pressure).unwrap_or_default();
    let share = |percent: Option<f32>| percent.map(|percent| percent / 100.0);
    let line = |label: &str, some: Option<f32>, full: Option<Option<f32>>| {
        let mut row = vec![(cell(label, 17), Role::Dim)];
        row.extend(bar(share(some), 10));
        if let Some(full) = full {
            row.push(("   all wait ".into(), Role::Dim));
            row.push((figures::percent(share(full)), Role::Text));
            row.push((" %".into(), Role::Dim));
        }
        row
    };
    vec![
        line("waits for cpu", read.cpu_some, None),
        line("waits for memory", read.memory_some, Some(read.memory_full)),
        line("waits for disks", read.io_some, Some(read.io_full)),
    ]
}

/// Two columns of lines.
fn beside(left: Vec<Row>, right: Vec<Row>, column: u16) -> Vec<Row> {
    let long = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let pair = |_| {
        let mut row = left.next().unwrap_or_default();
        let used: u16 = row.iter().map(|(text, _)| width(text)).sum();
        row.push((" ".repeat(usize::from(column.saturating_sub(used))), Role::Dim));
        row.extend(right.next().unwrap_or_default());
        row
    };
    (0..long).map(pair).collect()
}
