//! An operation, near: what it did step by step; why it failed and what to do; what Proxmox said meanwhile.

use super::{
    panel::{Row, told},
    wrap,
};
use crate::{
    domain::{
        operation::Operation,
        plan::{Step, journal::Entry},
    },
    tui::{
        event::Now,
        model::{Model, tale},
        theme::Role,
        widgets::figures,
    },
};

pub fn why(operation: &Operation, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let mut rows = upshot(operation, now, room);
    rows.push(vec![]);
    rows.push(dim(&format!("began {}", model.time_of_day(operation.began))));
    rows.extend(steps(operation));
    rows.push(vec![]);
    rows.push(dim("log of the task"));
    if operation.log.is_empty() {
        rows.push(dim(figures::UNKNOWN));
    }
    rows.extend(operation.log.iter().flat_map(|line| wrap(line, room)).map(|line| vec![(line, Role::Text)]));
    rows.push(vec![]);
    rows.push(dim(match (operation.is_running(), operation.fault()) {
        (true, _) => "[x] cancel   [Esc] close: it goes on",
        (false, Some(_)) => "[r] try once more   [Esc] close",
        (false, None) => "[Esc] close",
    }));
    rows
}

fn dim(text: &str) -> Row {
    vec![(text.to_owned(), Role::Dim)]
}

/// How it stands: what, why and now of a failure, else a word and the time it took.
fn upshot(operation: &Operation, now: Now, room: u16) -> Vec<Row> {
    if let Some(fault) = operation.fault().filter(|_| !operation.is_running()) {
        let parts = [
            ("what", &*fault.what, Role::Danger),
            ("why", &fault.why, Role::Text),
            ("now", &fault.remedy, Role::Title),
        ];
        return told(&parts, room);
    }
    let (sign, what) = tale(operation);
    let until = operation.ended.as_ref().map_or(now.wall, |ended| ended.at);
    let time = figures::clock(until.since(operation.began));
    let role = if sign == '✓' { Role::Good } else { Role::Warning };
    vec![vec![(format!("{sign} "), role), (what.to_owned(), Role::Title), (format!("   {time}"), Role::Dim)]]
}

fn steps(operation: &Operation) -> Vec<Row> {
    let said = |i: usize| {
        let mut sign = ("·", Role::Off);
        for entry in &operation.journal {
            match entry {
                Entry::Began(step) if *step == i => sign = ("◌", Role::Warning),
                Entry::Did(step, _) if *step == i => sign = ("✓", Role::Good),
                Entry::Failed(step, _) if *step == i => sign = ("✖", Role::Danger),
                Entry::Retried => sign = if sign.0 == "✖" { ("·", Role::Off) } else { sign },
                _ => {}
            }
        }
        sign
    };
    let row = |(i, step): (usize, &Step)| {
        let (sign, role) = said(i);
        vec![(format!("{sign} "), role), (format!("{} {}", i + 1, step.title()), Role::Text)]
    };
    operation.plan.steps.iter().enumerate().map(row).collect()
}
