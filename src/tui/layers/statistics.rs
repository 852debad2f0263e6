//! What all the backups come to: counts, sizes, growth, and when each storage will be full. What must hold: what nobody
//! knows is `--`.

use super::Row;
use crate::{
    domain::{
        backup::{Growth, StorageOutlook},
        fleet::Usage,
    },
    tui::{
        model::Model,
        theme::Role,
        widgets::{
            brush::{fit, fit_middle, width},
            figures::{self, UNKNOWN},
            gauge,
        },
    },
};

/// Apps whose growth is told.
const GROWING: usize = 8;
const BAR: usize = 16;

pub fn rows(model: &Model, room: u16) -> Vec<Row> {
    let told = &model.board.statistics;
    let bytes = |bytes: Option<u64>| bytes.map_or(UNKNOWN.into(), figures::size);
    let total = (told.backups > 0).then_some(told.total);
    let success = told.success.map_or(UNKNOWN.into(), |share| format!("{} %", figures::percent(Some(share))));
    let gap = told.longest_gap.as_ref();
    let gap = gap.map_or(UNKNOWN.into(), |(name, time)| format!("{} without a new one: {name}", figures::age(*time)));
    let mut rows = vec![
        labelled("backups", &told.backups.to_string(), &format!("{}, {} each", bytes(total), bytes(told.mean))),
        vec![
            label("runs"),
            ("✓ ".into(), Role::Good),
            (format!("{} good   ", told.good), Role::Title),
            ("✖ ".into(), if told.failed > 0 { Role::Danger } else { Role::Dim }),
            (format!("{} failed   ", told.failed), if told.failed > 0 { Role::Title } else { Role::Dim }),
            (format!("{success} went well"), Role::Dim),
        ],
        labelled("longest gap", &gap, ""),
        vec![],
        vec![("storages".into(), Role::Bright)],
    ];
    if told.storages.is_empty() {
        rows.push(vec![("  none that takes backups was read yet: [R] on the board looks".into(), Role::Dim)]);
    }
    rows.extend(told.storages.iter().map(|storage| place(storage, model, room)));
    rows.push(vec![]);
    rows.push(vec![("growth, a day".into(), Role::Bright)]);
    let mut growth: Vec<&Growth> = told.growth.iter().collect();
    growth.sort_by(|one, other| other.a_day.total_cmp(&one.a_day));
    if growth.is_empty() {
        rows.push(vec![("  two backups of an app are needed to tell".into(), Role::Dim)]);
    }
    let most = growth.iter().map(|one| one.a_day).fold(1.0, f64::max);
    rows.extend(growth.iter().take(GROWING).map(|one| grows(one, most)));
    rows
}

fn label(text: &str) -> (String, Role) {
    (format!("{text:<14}"), Role::Dim)
}

fn labelled(name: &str, value: &str, beside: &str) -> Row {
    vec![label(name), (value.to_owned(), Role::Title), (format!("   {beside}"), Role::Dim)]
}

fn bar(fraction: Option<f32>) -> [(String, Role); 2] {
    let lit = fraction.map_or(0, |fraction| (fraction.clamp(0.0, 1.0) * BAR as f32).round() as usize);
    [("▰".repeat(lit), gauge::role(fraction)), ("▱".repeat(BAR - lit), Role::Page)]
}

fn place(storage: &StorageOutlook, model: &Model, room: u16) -> Row {
    let fraction = storage.usage.and_then(Usage::fraction);
    let share = storage.usage.map_or((UNKNOWN.into(), ""), |usage| figures::share(usage.used, usage.total));
    let name = match model.world.fleet.hosts.len() {
        0 | 1 => storage.storage.to_string(),
        _ => format!("{}/{}", storage.host, storage.storage),
    };
    let node = storage.node.as_ref().map_or("", |node| node.as_str());
    let mut row = vec![
        (format!("  {:<12} ", fit_middle(&name, 12)), Role::Text),
        (format!("{:<8} ", fit_middle(node, 8)), Role::Dim),
    ];
    row.extend(bar(fraction));
    row.push((format!(" {:>3} %", figures::percent(fraction)), gauge::figure_role(fraction)));
    row.push((format!("  {:>13}  ", format!("{} {}", share.0, share.1)), Role::Dim));
    let used: u16 = row.iter().map(|(text, _)| width(text)).sum();
    let full = match storage.full_at {
        Some(at) => format!("full {} ({} d)", model.day_of(at), at.since(model.board.as_of()).as_secs() / 86_400),
        None => format!("{} backups", storage.backups),
    };
    row.push((fit(&full, room.saturating_sub(used)).into_owned(), Role::Text));
    row
}

fn grows(one: &Growth, most: f64) -> Row {
    let mut row = vec![(format!("  {:<21} ", fit_middle(&one.name, 21)), Role::Text)];
    let lit = (one.a_day.max(0.0) / most * BAR as f64).round() as usize;
    row.push(("▰".repeat(lit.min(BAR)), Role::Accent));
    row.push(("▱".repeat(BAR - lit.min(BAR)), Role::Page));
    let (value, unit) = figures::scaled(one.a_day.abs());
    let told = match one.a_day {
        day if day.abs() < 1.0 => "as before".to_owned(),
        day if day < 0.0 => format!("-{value} {unit}"),
        _ => format!("+{value} {unit}"),
    };
    row.push((format!("  {told:<10}"), Role::Text));
    row.push((format!("   now {}", figures::size(one.newest)), Role::Dim));
    row
}
