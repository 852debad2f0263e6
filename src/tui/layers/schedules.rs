//! What makes backups by itself: the jobs of Proxmox and those that `proximity watch` runs, and the guests that none of
//! them takes with it. What must hold: a host whose jobs could not be read is named, and who may not edit them is shown
//! the lines that would allow it.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::{
    forms::job_grants,
    panel::{METAL, Row, pane_area, plate},
    wrap,
};
use crate::{
    domain::{
        backup::{Backups, HostBackups, Job, JobState, Retention, Runner, Selection},
        ids::{GuestKey, HostId},
    },
    engine::MissingRight,
    tui::{
        event::Ticket,
        model::{Model, hand::window},
        theme::Role,
        widgets::{
            brush::{Brush, fit},
            figures::{self, UNKNOWN},
        },
    },
};

#[derive(Debug, Clone, Default)]
pub struct Schedules {
    pub at: usize,
    pub rights: BTreeMap<HostId, Vec<MissingRight>>,
    pub flights: Vec<(Ticket, HostId)>,
}

impl Schedules {
    pub fn held<'a>(&self, backups: &'a Backups) -> Option<&'a Job> {
        backups.jobs().nth(self.at)
    }

    /// The lines that would allow what is not allowed.
    pub fn grants(&self) -> Vec<String> {
        self.rights.values().flat_map(|missing| job_grants(missing)).collect()
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, schedules: &Schedules, model: &Model) {
    let room = super::panel::inner(screen);
    let jobs = jobs(schedules, model, room);
    let under = under(schedules, model, room);
    let area = pane_area(screen, (jobs.len() + under.len() + 3) as u16);
    plate(brush, screen, area.height);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say("schedules ", Role::Dim).bold("what backs up by itself", Role::Title);
    let inner = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let least = (jobs.len() as u16).min(inner.height / 2);
    let low = (under.len() as u16).min(inner.height.saturating_sub(least));
    let page = usize::from(inner.height.saturating_sub(low)).max(1);
    // Two lines a job.
    let top = window((schedules.at * 2).saturating_sub(page / 2), schedules.at * 2 + 1, jobs.len(), page);
    let shown = jobs.iter().skip(top).take(page);
    let below = under.iter().take(usize::from(low));
    for (y, row) in (inner.y..inner.bottom()).zip(shown.chain(below)) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

fn jobs(schedules: &Schedules, model: &Model, room: u16) -> Vec<Row> {
    let backups = &model.world.fleet.backups;
    let all: Vec<&Job> = backups.jobs().collect();
    if all.is_empty() {
        return vec![
            vec![("no schedule yet: nothing is backed up by itself".into(), Role::Warning)],
            vec![("[n] makes one".into(), Role::Dim)],
        ];
    }
    all.iter().enumerate().flat_map(|(i, job)| one(job, i == schedules.at, model, room)).collect()
}

fn one(job: &Job, is_held: bool, model: &Model, room: u16) -> [Row; 2] {
    let (light, role) = match (job.state, &job.of) {
        (JobState::Enabled, Some(_)) => ("● ", Role::Good),
        (JobState::Enabled, None) => ("✖ ", Role::Danger),
        (JobState::Disabled, _) => ("○ ", Role::Off),
    };
    let text = if is_held { Role::Title } else { Role::Text };
    let next = match (job.state, job.next_run) {
        (JobState::Disabled, _) => "rests".into(),
        (_, Some(at)) => figures::weekday(&model.zone, at),
        (_, None) => UNKNOWN.into(),
    };
    let runner = if job.runner == Runner::Watch { "watch" } else { "Proxmox" };
    let mut first: Row = vec![
        (if is_held { "▸ " } else { "  " }.into(), Role::Accent),
        (light.into(), role),
        (format!("{:<18} ", fit(&job.id.id, 18)), text),
        (format!("{:<18} ", fit(&job.schedule, 18)), Role::Bright),
        (format!("{next:<17}"), if job.state == JobState::Enabled { Role::Text } else { Role::Dim }),
    ];
    if room >= 80 {
        first.push((format!("{runner:<8} "), Role::Dim));
        first.push((fit(&host(job, model), room.saturating_sub(68)).into_owned(), Role::Dim));
    }
    let storage = job.storage.as_ref().map_or(UNKNOWN.to_owned(), ToString::to_string);
    let keeps = job.keeps.as_ref().map_or("as the storage says".to_owned(), told);
    let mut parts =
        vec![what(job, model), format!("→ {storage}"), job.mode.slug().to_owned(), format!("keeps {keeps}")];
    if room < 80 {
        parts.insert(0, runner.to_owned());
    }
    let second = fit(&parts.join("  ·  "), room.saturating_sub(4)).into_owned();
    [first, vec![("    ".into(), Role::Dim), (second, if job.of.is_some() { Role::Dim } else { Role::Danger })]]
}

/// Whose it is, where there is more than one host.
fn host(job: &Job, model: &Model) -> String {
    let comment = job.comment.as_deref().unwrap_or("");
    if model.world.fleet.hosts.len() > 1 { format!("{} {comment}", job.id.host) } else { comment.to_owned() }
}

fn what(job: &Job, model: &Model) -> String {
    let name = |vmid: &crate::domain::ids::Vmid| {
        let key = GuestKey { host: job.id.host.clone(), vmid: *vmid };
        model.world.entry(&key).map_or_else(|| vmid.to_string(), |entry| entry.name.to_string())
    };
    let names = |vmids: &[crate::domain::ids::Vmid]| vmids.iter().map(name).collect::<Vec<_>>().join(", ");
    match &job.of {
        None => "of nothing: its selection makes no sense".into(),
        Some(Selection::Pool(pool)) => format!("pool {pool}"),
        Some(Selection::Apps) => "every app of mine".into(),
        Some(Selection::Guests(vmids)) => names(vmids),
        Some(Selection::AllBut(vmids)) if vmids.is_empty() => "every guest".into(),
        Some(Selection::AllBut(vmids)) => format!("all but {}", names(vmids)),
    }
}

/// `last 3, daily 7`
fn told(keeps: &Retention) -> String {
    let parts = [
        ("last", keeps.last),
        ("hourly", keeps.hourly),
        ("daily", keeps.daily),
        ("weekly", keeps.weekly),
        ("monthly", keeps.monthly),
        ("yearly", keeps.yearly),
    ];
    let set: Vec<String> = parts.iter().filter_map(|(name, count)| Some(format!("{name} {}", (*count)?))).collect();
    if keeps.keeps_all() { "all".into() } else { set.join(", ") }
}

/// Guests that no job takes with it, hosts that did not tell, and rights that are missing.
fn under(schedules: &Schedules, model: &Model, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    let plain =
        |text: &str, role: Role| wrap(text, room).into_iter().map(move |line| vec![(line, role)]).collect::<Vec<_>>();
    for told in &model.world.fleet.backups.hosts {
        if let Some(fault) = &told.jobs.fault {
            rows.push(vec![]);
            rows.extend(plain(&format!("◇ {} did not tell its jobs: {}", told.host, fault.why), Role::Warning));
        }
        rows.extend(uncovered(model, told, room));
    }
    for (host, missing) in schedules.rights.iter().filter(|(_, missing)| !missing.is_empty()) {
        rows.push(vec![]);
        let words = format!(
            "◐ our credential may not edit the backup jobs of {host}. [y] copies what would allow it, for a shell of the \
             host; or `proximity watch` runs them."
        );
        rows.extend(plain(&words, Role::Warning));
        let lines = job_grants(missing);
        rows.extend(lines.iter().flat_map(|line| plain(line, Role::Text)));
    }
    rows
}

/// Apps first and in the colour of a warning; who is not ours is told beside it.
fn uncovered(model: &Model, told: &HostBackups, room: u16) -> Vec<Row> {
    const NAMED: usize = 12;
    let entries = told.uncovered.known.iter().flatten().map(|vmid| {
        let key = GuestKey { host: told.host.clone(), vmid: *vmid };
        let entry = model.world.entry(&key);
        let is_app = entry.is_some_and(|entry| entry.is_app() && !entry.is_binned());
        (is_app, entry.map_or_else(|| vmid.to_string(), |entry| entry.name.to_string()))
    });
    let (apps, others): (Vec<_>, Vec<_>) = entries.partition(|(is_app, _)| *is_app);
    let mut rows = Vec::new();
    for (all, one, many, sign, role) in [
        (apps, "app", "apps", "◐", Role::Warning),
        (others, "guest that is not ours", "guests that are not ours", "○", Role::Dim),
    ] {
        if all.is_empty() {
            continue;
        }
        let names: Vec<String> = all.iter().take(NAMED).map(|(_, name)| name.clone()).collect();
        let more = if all.len() > NAMED { format!(" and {} more", all.len() - NAMED) } else { String::new() };
        let what = if all.len() == 1 { one } else { many };
        let text = format!("{sign} {} {what} in no job of {}: {}{more}", all.len(), told.host, names.join(", "));
        rows.push(vec![]);
        rows.extend(wrap(&text, room).into_iter().map(|line| vec![(line, role)]));
    }
    rows
}
