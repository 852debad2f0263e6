//! What a test of a host found, and the messages so far.

use super::{
    Found,
    panel::{Row, told},
    rights,
};
use crate::{
    domain::{
        fault::Fault,
        fleet::Host,
        host::{Expiring, Expiry},
        ids::HostId,
        moment::Moment,
    },
    engine::TestReport,
    tui::{
        model::{Model, expiry},
        screens::toast_mark,
        theme::Role,
        widgets::roads,
    },
};

pub fn report(host: &HostId, found: &Found, model: &Model, room: u16) -> Vec<Row> {
    match found {
        Found::Nothing => vec![vec![("asking …".into(), Role::Dim)]],
        Found::Fault(fault) => self::fault(fault, room),
        Found::Host(report) => {
            let ways = model.world.fleet.host(host).map_or(&[][..], |host| &host.roads);
            let mut rows = welcome(report, model.world.fleet.host(host), model.now.wall, room);
            if !ways.is_empty() {
                rows.extend([vec![], vec![("roads into its guests".into(), Role::Dim)]]);
                rows.extend(roads::rows(ways, room));
            }
            rows
        }
    }
}

pub fn fault(fault: &Fault, room: u16) -> Vec<Row> {
    let parts = [
        ("what", fault.what.as_str(), Role::Danger),
        ("why", fault.why.as_str(), Role::Text),
        ("now", fault.remedy.as_str(), Role::Title),
    ];
    told(&parts, room)
}

/// The rights table, and all that was found.
fn welcome(report: &TestReport, host: Option<&Host>, now: Moment, room: u16) -> Vec<Row> {
    let mut rows = rights::head(report, room);
    rows.push(vec![]);
    rows.extend(rights::table(report, room));
    if !rights::grants(report).is_empty() {
        rows.push(vec![("[c] copies the commands".into(), Role::Title)]);
    }
    let expiring = expiring(report, host, now);
    if !expiring.is_empty() {
        rows.extend([vec![], vec![("what runs out".into(), Role::Accent)]]);
        rows.extend(expiring);
    }
    rows.extend(rights::places(report, room));
    rows
}

fn expiring(report: &TestReport, host: Option<&Host>, now: Moment) -> Vec<Row> {
    let mut all: Vec<Expiry> = host.map(|host| host.expiring.clone()).unwrap_or_default();
    if let Some(at) = report.expires.filter(|_| !all.iter().any(|one| one.what == Expiring::Token)) {
        all.push(Expiry { what: Expiring::Token, at });
    }
    all.sort_by_key(|one| one.at);
    let row = |one: &Expiry| {
        let role = expiry::loud(one.at, now);
        let sign = if role.is_some() { "◐ " } else { "  " };
        let role = role.unwrap_or(Role::Text);
        vec![
            (sign.into(), role),
            (format!("{:<26}", expiry::what(one)), Role::Text),
            (expiry::words(one.at, now), role),
        ]
    };
    all.iter().map(row).collect()
}

pub fn messages(model: &Model, new: usize) -> Vec<Row> {
    if model.toasts.all.is_empty() {
        return vec![vec![("nothing was said yet".into(), Role::Dim)]];
    }
    let mut rows = Vec::new();
    for (i, message) in model.toasts.all.iter().enumerate() {
        let (glyph, role) = toast_mark(message.tone);
        rows.push(vec![
            (format!("{}  ", model.time_of_day(message.at)), Role::Dim),
            (format!("{glyph} "), role),
            (message.text.to_string(), if i < new { Role::Title } else { Role::Text }),
            (if i < new { "  new" } else { "" }.into(), Role::Accent),
        ]);
        rows.extend(message.detail.as_ref().map(|detail| vec![(format!("         {detail}"), Role::Dim)]));
    }
    rows
}
