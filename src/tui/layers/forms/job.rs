//! A schedule: when backups are made by themselves, of what, where, and how many are kept. What must hold: the times and
//! what would be removed are told by the host itself while one types, and who may not edit its jobs is told so with the
//! lines that would allow it.

mod fields;

use std::{collections::BTreeSet, time::Duration};

use jiff::tz::TimeZone;

use self::fields::Part;
use super::{
    Fields, Wanted, Wrong,
    inquiry::{About, Inquiries, PAUSE},
    sheet::Row,
};
use crate::{
    domain::{
        backup::{Job, Runner},
        defaults::Backups,
        fault::Fault,
        fleet::Fleet,
        ids::{HostId, StorageName},
        moment::Moment,
    },
    engine::{
        Answer, MissingRight, Query, Request,
        door::{DefaultJob, PruneFate, PruneRow},
    },
    tui::{theme::Role, widgets::figures},
};

#[derive(Debug, Clone)]
pub struct JobForm {
    pub fields: Fields,
    parts: Vec<Part>,
    /// The job that is changed; nothing for a new one.
    before: Option<Job>,
    around: Around,
    times: Told<Vec<Moment>>,
    removal: Told<Vec<PruneRow>>,
    is_touched: Touch,
    /// What the credential lacks to edit the jobs of Proxmox.
    rights: Option<Vec<MissingRight>>,
    pub inquiries: Inquiries,
}

/// Whether somebody changed a field: what is typed is not typed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Fresh,
    Touched,
}

/// What was told of something that follows the fields.
#[derive(Debug, Clone)]
enum Told<T> {
    Nothing,
    Known(T),
    Fault(Fault),
}

/// What the form must know of the world.
#[derive(Debug, Clone)]
pub struct Around {
    pub hosts: Vec<HostId>,
    /// By host: storages that take backups.
    pub storages: Vec<(HostId, StorageName)>,
    pub pools: Vec<String>,
    /// Ids that other jobs have.
    pub taken: Vec<(HostId, String)>,
    /// How the operator wants backups where he says nothing else.
    pub usual: Backups,
    pub zone: TimeZone,
}

impl Around {
    pub fn of(fleet: &Fleet, usual: Backups, zone: TimeZone) -> Self {
        let shelves = fleet.backups.shelves.iter().map(|shelf| (shelf.host.clone(), shelf.storage.clone()));
        let pools =
            fleet.apps.iter().filter_map(|app| fleet.guest(&app.guest)?.pool.as_ref().map(|pool| pool.to_string()));
        let storages: BTreeSet<(HostId, StorageName)> = shelves.collect();
        let pools: BTreeSet<String> = pools.collect();
        Self {
            hosts: fleet.hosts.iter().map(|host| host.id.clone()).collect(),
            storages: storages.into_iter().collect(),
            pools: pools.into_iter().collect(),
            taken: fleet.backups.jobs().map(|job| (job.id.host.clone(), job.id.id.to_string())).collect(),
            usual,
            zone,
        }
    }
}

impl JobForm {
    pub fn of(before: Option<Job>, around: Around, tick: Duration) -> Self {
        let (all, parts) = fields::filled(before.as_ref(), before.as_ref(), &around);
        let mut inquiries = Inquiries::default();
        for about in [About::Usual, About::Rights, About::Times, About::Removal] {
            inquiries.ask(about, tick);
        }
        Self {
            is_touched: Touch::Fresh,
            fields: Fields::of(all),
            parts,
            before,
            around,
            times: Told::Nothing,
            removal: Told::Nothing,
            rights: None,
            inquiries,
        }
    }

    /// A field was changed: what follows from it is asked for, but not at every letter.
    pub fn changed(&mut self, tick: Duration) {
        let at = tick + PAUSE;
        self.is_touched = Touch::Touched;
        match self.parts.get(self.fields.at) {
            Some(Part::Calendar) => self.inquiries.ask(About::Times, at),
            Some(Part::Host) => {
                fields::follow_host(self);
                for about in [About::Rights, About::Times, About::Removal] {
                    self.inquiries.ask(about, at);
                }
            }
            Some(Part::Note | Part::Compression | Part::Mode | Part::Runner | Part::State) | None => {}
            Some(_) => self.inquiries.ask(About::Removal, at),
        }
    }

    pub fn query(&self, about: About) -> Option<Query> {
        let host = self.host()?;
        match about {
            About::Rights => Some(Query::JobRights(host)),
            About::Usual => self.before.is_none().then_some(Query::DefaultJob(host)),
            About::Times => {
                let schedule = self.value(Part::Calendar).to_owned();
                (!schedule.is_empty()).then_some(Query::NextRuns { host, schedule })
            }
            About::Removal => {
                let job = fields::job(self).ok()?;
                let removes = job.storage.is_some() && job.keeps.is_some_and(|keeps| !keeps.keeps_all());
                removes.then(|| Query::PrunePreview(Box::new(job)))
            }
            About::Places => None,
        }
    }

    pub fn hear(&mut self, about: About, result: Result<Answer, Fault>) {
        match (about, result) {
            (About::Times, Ok(Answer::Runs(runs))) => self.times = Told::Known(runs),
            (About::Times, Err(fault)) => self.times = Told::Fault(fault),
            (About::Removal, Ok(Answer::Pruning(rows))) => self.removal = Told::Known(rows),
            (About::Removal, Err(fault)) => self.removal = Told::Fault(fault),
            (About::Usual, Ok(Answer::DefaultJob(DefaultJob::Would(job)))) if self.is_touched == Touch::Fresh => {
                let at = self.fields.at;
                let (all, parts) = fields::filled(Some(&job), None, &self.around);
                (self.fields, self.parts) = (Fields { all, at }, parts);
                self.inquiries.ask(About::Removal, Duration::ZERO);
            }
            (About::Rights, Ok(Answer::Grants(missing))) => {
                let may_not = !missing.is_empty();
                self.rights = Some(missing);
                if may_not && self.before.is_none() && self.is_touched == Touch::Fresh {
                    self.let_watch_run();
                }
            }
            _ => {}
        }
    }

    /// Who may not edit the jobs of Proxmox can have it run all the same.
    fn let_watch_run(&mut self) {
        let at = self.parts.iter().position(|part| *part == Part::Runner);
        if let Some(field) = at.and_then(|at| self.fields.all.get_mut(at)) {
            field.set(fields::WATCH);
        }
    }

    fn host(&self) -> Option<HostId> {
        let named = self.around.hosts.iter().find(|host| host.as_str() == self.value(Part::Host));
        self.before.as_ref().map(|job| job.id.host.clone()).or_else(|| named.or(self.around.hosts.first()).cloned())
    }

    fn value(&self, part: Part) -> &str {
        let at = self.parts.iter().position(|other| *other == part);
        at.and_then(|at| self.fields.all.get(at)).map_or("", super::Field::value)
    }

    fn is_by_watch(&self) -> bool {
        self.value(Part::Runner) == fields::WATCH
    }

    /// Whether nobody has typed into it.
    pub fn is_fresh(&self) -> bool {
        self.is_touched == Touch::Fresh
    }

    /// Which job it is about; empty for a new one.
    pub fn whose(&self) -> String {
        self.before.as_ref().map(|job| format!("{}/{}", job.id.host, job.id.id)).unwrap_or_default()
    }

    pub fn name(&self) -> String {
        self.before.as_ref().map_or_else(|| "a new schedule".into(), |job| job.id.id.to_string())
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let job = fields::job(self)?;
        if job.runner == Runner::Proxmox && self.rights.as_ref().is_some_and(|missing| !missing.is_empty()) {
            let at = self.parts.iter().position(|part| *part == Part::Runner).unwrap_or(0);
            return Err(Wrong::at(
                at,
                "Proxmox would refuse it",
                "this credential may not edit its backup jobs",
                "grant the rights below, or let `proximity watch` run it",
            ));
        }
        Ok(Some(Wanted::Preview(Request::SaveJob(Box::new(job)))))
    }

    pub fn words(&self) -> Vec<String> {
        let who = match self.is_by_watch() {
            true => "`proximity watch` runs it, as long as it is running; where it is not, nothing is backed up.",
            false => "Proxmox runs it by itself, whether anybody is here or not.",
        };
        vec![who.to_owned()]
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let title = if self.before.is_some() { "schedule " } else { "" };
        let mut rows = vec![Row::Words(vec![(title.into(), Role::Dim), (self.name(), Role::Title)]), Row::blank()];
        for (at, part) in self.parts.iter().enumerate() {
            rows.push(Row::Field(at));
            if *part == Part::Calendar {
                rows.extend(self.runs(room));
            }
        }
        rows.push(Row::blank());
        rows.extend(self.goes(room));
        rows.extend(self.grants(room));
        rows.push(Row::words("[Ctrl-S] shows the plan   [Esc] leave it", Role::Dim));
        rows
    }

    /// The next times, under the calendar.
    fn runs(&self, room: u16) -> Vec<Row> {
        const INDENT: &str = "                 ";
        let room = room.saturating_sub(INDENT.len() as u16);
        let under = |text: String, role| {
            let lines = crate::tui::layers::wrap(&text, room).into_iter();
            lines.map(|line| Row::words(format!("{INDENT}{line}"), role)).collect::<Vec<_>>()
        };
        let is_open = self.inquiries.is_open(About::Times);
        match &self.times {
            _ if self.value(Part::Calendar).is_empty() => {
                under("such as 02:30, mon..fri 21:00, */6:00, sat 03:00".into(), Role::Dim)
            }
            Told::Nothing => under("asking the host when that is …".into(), Role::Dim),
            Told::Fault(fault) => under(format!("✖ {}", fault.why), Role::Danger),
            Told::Known(runs) if runs.is_empty() => under("✖ that never comes round".into(), Role::Danger),
            Told::Known(runs) => {
                let times: Vec<String> = runs.iter().map(|at| figures::weekday(&self.around.zone, *at)).collect();
                under(format!("→ {}", times.join(" · ")), if is_open { Role::Dim } else { Role::Good })
            }
        }
    }

    /// What the retention would remove of what is there.
    fn goes(&self, room: u16) -> Vec<Row> {
        const NAMED: usize = 6;
        let keeps_all = fields::keeps(self).map_or(true, |keeps| keeps.is_none_or(|keeps| keeps.keeps_all()));
        match &self.removal {
            _ if keeps_all => vec![Row::words("nothing is ever removed by itself", Role::Dim)],
            Told::Nothing => vec![Row::words("asking what would go …", Role::Dim)],
            Told::Fault(fault) => super::beside::trouble(Some(fault), "what would go nobody could tell", room),
            Told::Known(rows) if rows.is_empty() => {
                vec![Row::words("nothing that is there is of what this schedule takes", Role::Dim)]
            }
            Told::Known(rows) => {
                let of = |fate: PruneFate| rows.iter().filter(move |row| row.fate == fate);
                let (keep, go) = (of(PruneFate::Keep).count(), of(PruneFate::Remove).count());
                let guarded = of(PruneFate::Protected).count() + of(PruneFate::Renamed).count();
                let role = if go > 0 { Role::Warning } else { Role::Good };
                let beside =
                    if guarded > 0 { format!("   {guarded} are left alone: protected") } else { String::new() };
                let mut told = vec![Row::Words(vec![
                    (format!("of what is there {go} would go"), role),
                    (format!("   {keep} are kept{beside}"), Role::Dim),
                ])];
                told.extend(of(PruneFate::Remove).take(NAMED).map(|row| {
                    let file = crate::tui::widgets::brush::fit_middle(row.backup.file(), room.saturating_sub(4));
                    Row::words(format!("  - {file}"), Role::Text)
                }));
                if go > NAMED {
                    told.push(Row::words(format!("    and {} more", go - NAMED), Role::Dim));
                }
                told
            }
        }
    }

    /// The lines that would allow it, where the credential may not.
    fn grants(&self, room: u16) -> Vec<Row> {
        let Some(missing) = self.rights.as_ref().filter(|missing| !missing.is_empty()) else {
            return vec![Row::blank()];
        };
        let mut rows = vec![Row::blank()];
        let words = "◐ this credential may not edit the backup jobs of Proxmox. In a shell of the host, as root:";
        rows.extend(Row::paragraph(words, Role::Warning, room));
        rows.extend(lines(missing).iter().flat_map(|line| Row::paragraph(line, Role::Text, room).collect::<Vec<_>>()));
        rows.push(Row::words("copy them with [y] in the list; or let `proximity watch` run it", Role::Dim));
        rows.push(Row::blank());
        rows
    }
}

/// Each line once, in their order.
pub fn lines(missing: &[MissingRight]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in missing.iter().flat_map(|right| right.grant.split("; ")) {
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
    lines
}
