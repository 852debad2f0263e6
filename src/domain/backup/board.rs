//! The board: how safe each app is. Pure; worked out of the fleet whenever it is shown. What must hold: nothing is shown
//! as safer than it is known to be.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{Backup, Calendar, Job, JobState, Proof, Run, RunEnd, Runner, ScheduleId, Selection, Verdict};
use crate::domain::{
    app::App,
    fleet::{Fleet, Guest},
    ids::{AppId, GuestKey, HostId, Vmid},
    moment::Moment,
};

/// How old the newest backup is, against what was to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// As young as its jobs promise; without a job, of the last day.
    Fresh,
    /// One run was missed.
    Due,
    /// More than one was.
    Stale,
    Never,
}

/// What a job may take, and clocks may differ.
const SLACK: Duration = Duration::from_secs(2 * 3_600);
/// What is expected where no job promises anything.
const DAY: Duration = Duration::from_secs(86_400);

impl Age {
    pub const ALL: [Self; 4] = [Self::Fresh, Self::Due, Self::Stale, Self::Never];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Due => "due",
            Self::Stale => "stale",
            Self::Never => "never",
        }
    }

    pub fn of(newest: Option<Moment>, interval: Duration, now: Moment) -> Self {
        let Some(made) = newest else { return Self::Never };
        let old = now.since(made);
        if old <= interval.saturating_add(SLACK) {
            Self::Fresh
        } else if old <= interval.saturating_mul(2).saturating_add(SLACK) {
            Self::Due
        } else {
            Self::Stale
        }
    }
}

/// What backs an app up by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// These jobs do.
    By(Vec<ScheduleId>),
    None,
    /// The host does not tell its jobs to us.
    Unknown,
}

/// Whether all of its data is inside the newest backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inside {
    All,
    /// These paths are left out.
    Without(Vec<Arc<str>>),
    Unknown,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BoardRow {
    pub app: AppId,
    pub name: Arc<str>,
    pub guest: GuestKey,
    pub age: Age,
    pub newest: Option<Arc<Backup>>,
    /// How many there are.
    pub count: usize,
    /// Bytes of all of them.
    pub total: u64,
    pub last_run: Option<Arc<Run>>,
    pub next_run: Option<Moment>,
    pub coverage: Coverage,
    pub inside: Inside,
    pub proof: Option<Proof>,
    /// How long the next one will probably take.
    pub estimate: Option<Duration>,
}

/// The app that a backup is of, also where the app lived under another vmid then.
pub fn owner_of<'a>(apps: &'a [App], backup: &Backup) -> Option<&'a App> {
    apps.iter().find(|app| app.lived_in(&backup.guest, backup.made))
}

/// Every app with how safe it is, by name.
pub fn board(fleet: &Fleet, now: Moment) -> Vec<BoardRow> {
    let known = Known::of(fleet);
    let mut rows: Vec<_> = fleet.apps.iter().map(|app| known.row(app, now)).collect();
    rows.sort_by(|one, other| (&one.name, &one.app).cmp(&(&other.name, &other.app)));
    rows
}

/// The guests that an app is or was, each once.
fn stays(app: &App) -> Vec<&GuestKey> {
    let before = app.book.iter().flat_map(|book| &book.stays).map(|stay| &stay.guest);
    let mut keys: Vec<_> = before.chain([&app.guest]).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The backups of an app, newest first, also those of the guests that it was before.
pub fn backups_of<'a>(fleet: &'a Fleet, app: &App) -> Vec<&'a Arc<Backup>> {
    let all = stays(app).into_iter().flat_map(|key| fleet.backups.of(key));
    let mut own: Vec<_> = all.filter(|backup| app.lived_in(&backup.guest, backup.made)).collect();
    own.sort_by(|one, other| (other.made, &one.key).cmp(&(one.made, &other.key)));
    own
}

/// The fleet, laid out so that an app finds what is its own without going through everything.
struct Known<'a> {
    fleet: &'a Fleet,
    guests: HashMap<&'a GuestKey, &'a Guest>,
    /// Newest first.
    runs: HashMap<&'a GuestKey, Vec<&'a Arc<Run>>>,
    proofs: HashMap<&'a AppId, &'a Proof>,
    /// Those that are switched on, with how far apart they are.
    jobs: Vec<(&'a Job, Duration)>,
    hosts: HashMap<&'a HostId, OfHost>,
}

struct OfHost {
    tells_jobs: bool,
    /// What none of its own jobs takes; nothing where that is not known of the same moment as its jobs.
    uncovered: Option<HashSet<Vmid>>,
}

impl<'a> Known<'a> {
    fn of(fleet: &'a Fleet) -> Self {
        let backups = &fleet.backups;
        let mut runs: HashMap<_, Vec<_>> = HashMap::new();
        for run in &backups.runs {
            runs.entry(&run.guest).or_default().push(run);
        }
        let mut proofs = HashMap::new();
        for proof in &backups.proofs {
            proofs.entry(&proof.app).or_insert(proof);
        }
        let hosts = backups.hosts.iter().map(|told| {
            let is_of_one_moment = told.jobs.known.is_none() || told.jobs.as_of == told.uncovered.as_of;
            let uncovered = told.uncovered.known.as_ref().filter(|_| is_of_one_moment);
            let uncovered = uncovered.map(|vmids| vmids.iter().copied().collect());
            (&told.host, OfHost { tells_jobs: told.jobs.known.is_some(), uncovered })
        });
        let enabled = backups.jobs().filter(|job| job.state == JobState::Enabled);
        Self {
            fleet,
            guests: fleet.guests.iter().map(|guest| (&guest.key, &**guest)).collect(),
            runs,
            proofs,
            jobs: enabled.map(|job| (job, interval(job))).collect(),
            hosts: hosts.collect(),
        }
    }

    fn row(&self, app: &App, now: Moment) -> BoardRow {
        let guest = self.guests.get(&app.guest).copied();
        let mut backups = backups_of(self.fleet, app);
        // What had the same id before may have been of another kind.
        backups.retain(|backup| guest.is_none_or(|guest| guest.kind == backup.kind));
        let runs = self.runs_of(app);
        let jobs = self.jobs_of(app, guest);
        let newest = backups.first().copied().cloned();
        let promised = jobs.iter().map(|(_, interval)| *interval).min().unwrap_or(DAY);
        BoardRow {
            app: app.id.clone(),
            name: app.name.clone(),
            guest: app.guest.clone(),
            age: Age::of(backups.iter().find(|backup| is_of_use(backup)).map(|backup| backup.made), promised, now),
            count: backups.len(),
            total: backups.iter().filter_map(|backup| backup.size).sum(),
            last_run: runs.first().copied().cloned(),
            next_run: jobs.iter().filter_map(|(job, _)| job.next_run).filter(|next| *next > now).min(),
            coverage: self.coverage(app, &jobs),
            inside: newest.as_ref().map_or(Inside::Unknown, |newest| inside(newest, &runs)),
            proof: self.proofs.get(&app.id).copied().cloned(),
            estimate: estimate(&runs),
            newest,
        }
    }

    /// Newest first.
    fn runs_of(&self, app: &App) -> Vec<&'a Arc<Run>> {
        let all = stays(app).into_iter().filter_map(|key| self.runs.get(key)).flatten().copied();
        let mut own: Vec<_> = all.filter(|run| app.lived_in(&run.guest, run.began)).collect();
        own.sort_by_key(|run| std::cmp::Reverse(run.began));
        own
    }

    fn jobs_of(&self, app: &App, guest: Option<&Guest>) -> Vec<&(&'a Job, Duration)> {
        let is_left_out = self.is_left_out(app);
        let takes = |(job, _): &&(&'a Job, Duration)| {
            job.id.host == app.guest.host && takes(job, app, guest) && !(job.runner == Runner::Proxmox && is_left_out)
        };
        self.jobs.iter().filter(takes).collect()
    }

    /// Proxmox says itself that no job of its own takes it, as where a job runs on another node only.
    fn is_left_out(&self, app: &App) -> bool {
        let uncovered = self.hosts.get(&app.guest.host).and_then(|told| told.uncovered.as_ref());
        uncovered.is_some_and(|uncovered| uncovered.contains(&app.guest.vmid))
    }

    fn coverage(&self, app: &App, jobs: &[&(&Job, Duration)]) -> Coverage {
        if !jobs.is_empty() {
            return Coverage::By(jobs.iter().map(|(job, _)| job.id.clone()).collect());
        }
        let is_told = self.hosts.get(&app.guest.host).is_some_and(|told| told.tells_jobs);
        if is_told || self.is_left_out(app) { Coverage::None } else { Coverage::Unknown }
    }
}

/// One that was found damaged saves nothing.
fn is_of_use(backup: &Backup) -> bool {
    backup.verified != Some(Verdict::Damaged)
}

fn takes(job: &Job, app: &App, guest: Option<&Guest>) -> bool {
    match &job.of {
        Some(Selection::Pool(pool)) => guest.and_then(|guest| guest.pool.as_ref()) == Some(pool),
        Some(Selection::Guests(vmids)) => vmids.contains(&app.guest.vmid),
        Some(Selection::AllBut(but)) => !but.contains(&app.guest.vmid),
        Some(Selection::Apps) => true,
        None => false,
    }
}

/// How far apart its backups are at most: the same whenever it is asked, or what was due would be fresh again as time goes
/// on.
fn interval(job: &Job) -> Duration {
    Calendar::read(&job.schedule).ok().and_then(|calendar| calendar.longest_gap(Moment::default())).unwrap_or(DAY)
}

/// The log of the newest backup tells what it left out.
fn inside(newest: &Backup, runs: &[&Arc<Run>]) -> Inside {
    match runs.iter().find(|run| run.volume.as_deref() == Some(&*newest.key.volume)) {
        Some(run) if run.left_out.is_empty() => Inside::All,
        Some(run) => Inside::Without(run.left_out.clone()),
        None => Inside::Unknown,
    }
}

/// So many good runs tell how long the next one takes.
const TELLING: usize = 5;

/// The one in the middle, so that one slow night changes nothing.
fn estimate(runs: &[&Arc<Run>]) -> Option<Duration> {
    let good = runs.iter().filter(|run| run.end == RunEnd::Good).filter_map(|run| run.took);
    let mut took: Vec<_> = good.take(TELLING).collect();
    took.sort_unstable();
    took.get(took.len() / 2).copied()
}
