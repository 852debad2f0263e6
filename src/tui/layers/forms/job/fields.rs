//! The fields of a schedule, and the job that they say. What must hold: an empty count keeps nothing by that rule, and all
//! empty keep everything.

use super::{Around, JobForm};
use crate::{
    domain::{
        backup::{BackupMode, Compression, Job, JobState, Retention, Runner, ScheduleId, Selection},
        ids::{HostId, StorageName, Vmid},
    },
    tui::layers::{
        deploy::within,
        forms::{Field, Wrong},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Host,
    Calendar,
    Storage,
    What,
    Which,
    Mode,
    Compression,
    Keep(Rule),
    State,
    Runner,
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Last,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Rule {
    const ALL: [Self; 6] = [Self::Last, Self::Hourly, Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    fn label(self) -> &'static str {
        match self {
            Self::Last => "keep-last",
            Self::Hourly => "keep-hourly",
            Self::Daily => "keep-daily",
            Self::Weekly => "keep-weekly",
            Self::Monthly => "keep-monthly",
            Self::Yearly => "keep-yearly",
        }
    }

    fn of(self, keeps: &Retention) -> Option<u32> {
        match self {
            Self::Last => keeps.last,
            Self::Hourly => keeps.hourly,
            Self::Daily => keeps.daily,
            Self::Weekly => keeps.weekly,
            Self::Monthly => keeps.monthly,
            Self::Yearly => keeps.yearly,
        }
    }
}

pub(super) const WATCH: &str = "proximity watch";
const PROXMOX: &str = "Proxmox";
const POOL: &str = "a pool";
const GUESTS: &str = "these guests";
const ALL_BUT: &str = "all but these";
const APPS: &str = "every app of mine";
const ON: &str = "on";
const OFF: &str = "off";

/// The fields of a new job or of the one that is `changed`, filled with what `before` says.
pub(super) fn filled(before: Option<&Job>, changed: Option<&Job>, around: &Around) -> (Vec<Field>, Vec<Part>) {
    let host = before.map(|job| &job.id.host).or(around.hosts.first());
    let (what, which) = selected(before.and_then(|job| job.of.as_ref()), around);
    let mut all = Vec::new();
    if changed.is_none() && around.hosts.len() > 1 {
        let field = Field::choice("host", around.hosts.iter().map(HostId::to_string));
        all.push((Part::Host, host.map_or(field.clone(), |host| field.filled(host.as_str()))));
    }
    let calendar = Field::plain("when", "02:30").filled(before.map_or("02:30", |job| &job.schedule));
    all.push((Part::Calendar, calendar));
    all.push((Part::Storage, storage(host, before.and_then(|job| job.storage.as_ref()), around)));
    all.push((Part::What, Field::choice("what", [POOL, APPS, GUESTS, ALL_BUT]).filled(what)));
    all.push((Part::Which, Field::plain("which", "the pool's name, or numbers: 101 104").filled(&which)));
    let mode = before.map_or(around.usual.mode, |job| job.mode);
    all.push((Part::Mode, Field::choice("mode", BackupMode::ALL.map(BackupMode::slug)).filled(mode.slug())));
    let compressions = [Compression::Zstd, Compression::Gzip, Compression::Lzo, Compression::None];
    let compression = before.map_or(around.usual.compression, |job| job.compression);
    all.push((
        Part::Compression,
        Field::choice("compression", compressions.map(Compression::word)).filled(compression.word()),
    ));
    let keeps = match before {
        Some(job) => job.keeps.unwrap_or_default(),
        None => around.usual.keeps(),
    };
    let count = |rule: Rule| rule.of(&keeps).map(|count| count.to_string()).unwrap_or_default();
    all.extend(Rule::ALL.map(|rule| (Part::Keep(rule), Field::plain(rule.label(), "none").filled(&count(rule)))));
    let is_off = before.is_some_and(|job| job.state == JobState::Disabled);
    all.push((Part::State, Field::choice("it is", [ON, OFF]).filled(if is_off { OFF } else { ON })));
    let runner = before.map(|job| job.runner).unwrap_or_default();
    let runner = if runner == Runner::Watch { WATCH } else { PROXMOX };
    all.push((Part::Runner, Field::choice("run by", [PROXMOX, WATCH]).filled(runner)));
    let note = before.and_then(|job| job.comment.as_deref()).unwrap_or("");
    all.push((Part::Note, Field::plain("comment", "none").filled(note)));
    let (parts, fields) = all.into_iter().unzip();
    (fields, parts)
}

fn selected(of: Option<&Selection>, around: &Around) -> (&'static str, String) {
    let numbers = |vmids: &[Vmid]| vmids.iter().map(Vmid::to_string).collect::<Vec<_>>().join(" ");
    match of {
        Some(Selection::Pool(pool)) => (POOL, pool.to_string()),
        Some(Selection::Guests(vmids)) => (GUESTS, numbers(vmids)),
        Some(Selection::AllBut(vmids)) => (ALL_BUT, numbers(vmids)),
        Some(Selection::Apps) => (APPS, String::new()),
        None => (POOL, around.pools.first().cloned().unwrap_or_default()),
    }
}

fn storage(host: Option<&HostId>, now: Option<&StorageName>, around: &Around) -> Field {
    let mut names: Vec<String> =
        around.storages.iter().filter(|(of, _)| Some(of) == host).map(|(_, storage)| storage.to_string()).collect();
    names.extend(now.map(StorageName::to_string).filter(|now| !names.contains(now)));
    let field = Field::choice("storage", names);
    match now {
        Some(now) => field.filled(now.as_str()),
        None => field,
    }
}

/// Another host has other storages.
pub(super) fn follow_host(form: &mut JobForm) {
    let host = form.host();
    if let Some(at) = form.parts.iter().position(|part| *part == Part::Storage) {
        form.fields.all[at] = storage(host.as_ref(), None, &form.around);
    }
}

fn wrong(form: &JobForm, part: Part, what: &str, why: &str, remedy: &str) -> Wrong {
    Wrong::at(form.parts.iter().position(|other| *other == part).unwrap_or(0), what, why, remedy)
}

/// Nothing where every rule is empty.
pub(super) fn keeps(form: &JobForm) -> Result<Option<Retention>, Wrong> {
    let mut counts = [None; 6];
    for (count, rule) in counts.iter_mut().zip(Rule::ALL) {
        let part = Part::Keep(rule);
        let typed = form.value(part);
        within(typed, 0, 10_000)
            .map_err(|why| wrong(form, part, "that does not do", &why, "type a number, or leave it"))?;
        *count = typed.parse().ok();
    }
    let [last, hourly, daily, weekly, monthly, yearly] = counts;
    let keeps = Retention { last, hourly, daily, weekly, monthly, yearly };
    Ok(if counts.iter().all(Option::is_none) { None } else { Some(keeps) })
}

fn selection(form: &JobForm) -> Result<Selection, Wrong> {
    let which = form.value(Part::Which);
    let numbers = || -> Result<Vec<Vmid>, Wrong> {
        let parts = which.split([' ', ',', ';']).filter(|part| !part.is_empty());
        let read: Result<Vec<Vmid>, _> = parts.map(|part| part.parse().map(Vmid)).collect();
        read.map_err(|_| {
            let why = "a guest is named by its number here";
            wrong(form, Part::Which, "these are no numbers of guests", why, "type them with blanks between: 101 104")
        })
    };
    let nothing = |what: &str| wrong(form, Part::Which, what, "it says what is backed up", "type it");
    match form.value(Part::What) {
        APPS if !form.is_by_watch() => Err(wrong(
            form,
            Part::What,
            "Proxmox does not know which apps are yours",
            "it knows pools and numbers only",
            "choose a pool, or let `proximity watch` run it",
        )),
        APPS => Ok(Selection::Apps),
        GUESTS if numbers()?.is_empty() => Err(nothing("no guest is named")),
        GUESTS => Ok(Selection::Guests(numbers()?)),
        ALL_BUT => Ok(Selection::AllBut(numbers()?)),
        _ if which.is_empty() => Err(nothing("no pool is named")),
        _ => Ok(Selection::Pool(which.into())),
    }
}

/// The job that the fields say.
pub(super) fn job(form: &JobForm) -> Result<Job, Wrong> {
    let host = form.host().ok_or_else(|| wrong(form, Part::Host, "there is no host", "it runs on one", "[4] hosts"))?;
    if form.value(Part::Calendar).is_empty() {
        let why = "it says when backups are made";
        return Err(wrong(form, Part::Calendar, "no time is named", why, "type it, such as 02:30"));
    }
    let storage = Some(form.value(Part::Storage)).filter(|name| !name.is_empty()).map(StorageName::new);
    if storage.is_none() {
        let why = "no storage of this host takes backups, as far as is known";
        return Err(wrong(
            form,
            Part::Storage,
            "no storage is chosen",
            why,
            "let one take backups in Proxmox, then [R]",
        ));
    }
    let comment = Some(form.value(Part::Note)).filter(|note| !note.is_empty()).map(Into::into);
    let before = form.before.clone();
    Ok(Job {
        id: before.as_ref().map_or_else(|| free_id(&host, &form.around), |job| job.id.clone()),
        runner: if form.is_by_watch() { Runner::Watch } else { Runner::Proxmox },
        schedule: form.value(Part::Calendar).to_owned(),
        state: if form.value(Part::State) == OFF { JobState::Disabled } else { JobState::Enabled },
        of: Some(selection(form)?),
        storage,
        mode: BackupMode::read(form.value(Part::Mode)).unwrap_or_default(),
        compression: Compression::read(form.value(Part::Compression)).unwrap_or_default(),
        keeps: keeps(form)?,
        note: before.as_ref().and_then(|job| job.note.clone()),
        guarding: before.as_ref().map(|job| job.guarding).unwrap_or_default(),
        comment,
        repeats_missed: before.as_ref().is_none_or(|job| job.repeats_missed),
        next_run: None,
    })
}

fn free_id(host: &HostId, around: &Around) -> ScheduleId {
    let is_taken = |id: &str| around.taken.iter().any(|(of, other)| of == host && other == id);
    let numbered = (2..).map(|number| format!("proximity-{number}"));
    let mut ids = std::iter::once("proximity-nightly".to_owned()).chain(numbered);
    let id = ids.find(|id| !is_taken(id)).unwrap_or_default();
    ScheduleId { host: host.clone(), id: id.into() }
}
