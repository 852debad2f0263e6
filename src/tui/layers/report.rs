//! What a test of a host found, and the messages so far.

use super::{
    Found,
    panel::{Row, told},
    wrap,
};
use crate::{
    domain::ids::HostId,
    engine::TestReport,
    tui::{model::Model, screens::toast_mark, theme::Role, widgets::roads},
};

pub fn report(host: &HostId, found: &Found, model: &Model, room: u16) -> Vec<Row> {
    match found {
        Found::Nothing => vec![vec![("asking …".into(), Role::Dim)]],
        Found::Fault(fault) => told(
            &[
                ("what", &fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ],
            room,
        ),
        Found::Host(report) => {
            let ways = model.world.fleet.host(host).map_or(&[][..], |host| &host.roads);
            let mut rows = welcome(report, room);
            if !ways.is_empty() {
                rows.extend([vec![], vec![("roads into its guests".into(), Role::Dim)]]);
                rows.extend(roads::rows(ways, room));
            }
            rows
        }
    }
}

fn welcome(report: &TestReport, room: u16) -> Vec<Row> {
    let cluster = report.cluster.as_deref().unwrap_or("single machine");
    let mut rows = vec![
        vec![("✓ ".into(), Role::Good), (format!("Proxmox VE {}", report.version), Role::Title)],
        vec![(format!("  {cluster} · {} nodes · {} guests", report.nodes, report.guests), Role::Text)],
        vec![],
    ];
    if report.missing.is_empty() {
        rows.push(vec![("✓ ".into(), Role::Good), ("every right that is needed is there".into(), Role::Text)]);
    }
    for right in &report.missing {
        rows.push(vec![
            ("◐ ".into(), Role::Warning),
            (format!("{} on {} is missing: ", right.privilege, right.path), Role::Title),
            (right.needed_for.clone(), Role::Text),
        ]);
        rows.extend(
            wrap(&right.grant, room.saturating_sub(2)).into_iter().map(|line| vec![(format!("  {line}"), Role::Dim)]),
        );
    }
    rows
}

pub fn messages(model: &Model) -> Vec<Row> {
    if model.toasts.all.is_empty() {
        return vec![vec![("nothing was said yet".into(), Role::Dim)]];
    }
    let mut rows = Vec::new();
    for message in &model.toasts.all {
        let (glyph, role) = toast_mark(message.tone);
        rows.push(vec![
            (format!("{}  ", model.time_of_day(message.at)), Role::Dim),
            (format!("{glyph} "), role),
            (message.text.to_string(), Role::Text),
        ]);
        rows.extend(message.detail.as_ref().map(|detail| vec![(format!("         {detail}"), Role::Dim)]));
    }
    rows
}
