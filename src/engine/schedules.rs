//! What runs by the clock: our own backup jobs, where those of Proxmox are not ours to edit, and once a month a look whether
//! the newest backup of each app still works. What must hold: of several processes one runs what is due, and what came due
//! while nobody was there is made up for only where the job says so.

use std::{collections::HashMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};

use super::{BackupWish, Duty, Engine, Proofs, Request};
use crate::{
    domain::{
        backup::{Calendar, Clock, How, Job, JobState, Selection, backups_of},
        fault::FaultCode,
        fleet::{Fleet, Guest, GuestKind, Host, Reach},
        ids::{AppId, GuestKey, HostId, OperationId},
        moment::Moment,
        operation::Operation,
        plan::{PlanKind, journal::Outcome},
    },
    operations::clock::now,
    store::Scheduled,
};

/// Schedules are as fine as a minute.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// What is later than this was missed.
const LATE: Duration = Duration::from_secs(30 * 60);
/// A proof is good for so long.
const MONTH: Duration = Duration::from_secs(30 * 86_400);
/// An app that could not be proved is left alone for so long.
const TRIED: Duration = Duration::from_secs(86_400);

/// The clock on this machine's wall.
pub(super) struct Wall(TimeZone);

impl Wall {
    pub fn of_this_machine() -> Self {
        Self(TimeZone::system())
    }
}

impl Clock for Wall {
    fn offset(&self, at: Moment) -> i64 {
        let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_offset(at).seconds().into()
    }
}

impl Engine {
    pub(super) async fn keep_the_schedules(&self) {
        let (wall, mut tried) = (Wall::of_this_machine(), HashMap::new());
        loop {
            self.run_what_is_due(&wall).await;
            if self.0.duty == Duty::Tend(Proofs::Monthly) {
                self.prove_one(&mut tried).await;
            }
            tokio::select! {
                () = tokio::time::sleep(self.until_next_minute()) => {}
                () = self.0.end.cancelled() => return,
            }
        }
    }

    /// Sooner while a host has not answered yet: what is due there waits for that.
    fn until_next_minute(&self) -> Duration {
        let fleet = self.0.world.fleet();
        let is_awaited = |host: &Host| host.reach == Reach::Waiting;
        if fleet.hosts.iter().any(is_awaited) { self.0.world.tempo.soon() } else { LOOK_EVERY }
    }

    async fn run_what_is_due(&self, wall: &Wall) {
        // A store that cannot be read is told by whoever writes to it next.
        let Ok(schedules) = self.0.world.store.schedules_with_runs().await else { return };
        let at = now();
        let own: Vec<Job> =
            schedules.iter().map(|one| Job { next_run: next(one, at, wall), ..one.job.clone() }).collect();
        if self.0.world.fleet().backups.own_jobs != own {
            self.0.world.change_backups(|backups| backups.own_jobs = own);
        }
        let fleet = self.0.world.fleet();
        let is_there = |host: &HostId| fleet.host(host).is_some_and(|host| host.reach == Reach::Online);
        // Nobody takes a turn that he could not use.
        for one in schedules.iter().filter(|one| is_there(&one.job.id.host)) {
            let Some(last) = one.last_run else {
                // From now on; what lies before it was made is not missed.
                drop(self.0.world.store.mark_schedule_run(one.job.id.clone(), at).await);
                continue;
            };
            let Some(due) = due(&one.job, last, at, wall) else { continue };
            // Of several who see the same moment one gets the turn.
            if let Ok(true) = self.0.world.store.mark_schedule_run(one.job.id.clone(), due).await
                && one.job.state == JobState::Enabled
                && (one.job.repeats_missed || at.since(due) < LATE)
            {
                self.run_job(&one.job);
            }
        }
    }

    fn run_job(&self, job: &Job) {
        let fleet = self.0.world.fleet();
        for guest in guests_of(&fleet, job) {
            let (engine, job) = (self.clone(), job.clone());
            self.0.tasks.spawn(async move { engine.back_up_by(&job, guest).await });
        }
    }

    /// The backup, and when that went well what the job does not keep goes.
    async fn back_up_by(&self, job: &Job, guest: GuestKey) {
        let how = How { mode: job.mode, compression: job.compression, guarding: job.guarding, ..How::default() };
        let wish = BackupWish { guest: guest.clone(), storage: job.storage.clone(), how, note: job.note.clone() };
        let went_well = match self.begin(&Request::Backup(wish)).await {
            Ok(id) => self.went_well(id).await,
            Err(fault) => {
                self.tell(&fault);
                false
            }
        };
        let (Some(keeps), Some(storage), true) = (job.keeps, job.storage.clone(), went_well) else { return };
        if keeps.keeps_all() {
            return;
        }
        if let Err(fault) = self.begin(&Request::Prune { guest, storage, keeps }).await {
            self.tell(&fault);
        }
    }

    pub(super) async fn went_well(&self, id: OperationId) -> bool {
        let mut fleet = self.fleet();
        loop {
            let ended = fleet.borrow_and_update().operation(id).map(Operation::outcome);
            match ended {
                Some(Some(outcome)) => return outcome == Outcome::Done,
                Some(None) => {}
                None => return false,
            }
            tokio::select! {
                changed = fleet.changed() => if changed.is_err() { return false },
                () = self.0.end.cancelled() => return false,
            }
        }
    }

    /// One at a time, whose proof is the oldest first.
    async fn prove_one(&self, tried: &mut HashMap<AppId, Moment>) {
        let (fleet, at) = (self.0.world.fleet(), now());
        let is_at_it = |operation: &Operation| operation.is_running() && operation.plan.kind == PlanKind::Prove;
        let is_settled = fleet.hosts.iter().all(|host| host.reach != Reach::Waiting);
        if !is_settled || fleet.operations.iter().any(is_at_it) {
            return;
        }
        tried.retain(|_, when| at.since(*when) < TRIED);
        let Some(app) = least_proved(&fleet, at, tried) else { return };
        tried.insert(app.clone(), at);
        match self.begin(&Request::Prove { app, backup: None }).await {
            // Another process is at it.
            Err(fault) if fault.code != FaultCode::Busy => self.tell(&fault),
            _ => {}
        }
    }
}

/// The newest of the moments that came round since the last run, if one did.
fn due(job: &Job, last: Moment, at: Moment, wall: &Wall) -> Option<Moment> {
    let calendar = Calendar::read(&job.schedule).ok()?;
    // What runs by the minute is found in the last hour, what runs once a year in the last decade.
    let since = BACK.iter().map(|hours| (at - Duration::from_secs(hours * 3_600)).max(last)).chain([last]);
    let newest = |since| {
        let came = std::iter::successors(calendar.next(since, wall), |due| calendar.next(*due, wall));
        came.take_while(|due| *due <= at).last()
    };
    since.into_iter().find_map(newest)
}

/// Hours to look back, one after the other: an hour, a day, a month, a year, ten years.
const BACK: [u64; 5] = [1, 24, 31 * 24, 366 * 24, 3_660 * 24];

fn next(one: &Scheduled, at: Moment, wall: &Wall) -> Option<Moment> {
    let is_on = one.job.state == JobState::Enabled;
    Calendar::read(&one.job.schedule).ok().filter(|_| is_on)?.next(at, wall)
}

fn guests_of(fleet: &Fleet, job: &Job) -> Vec<GuestKey> {
    let host = &job.id.host;
    let is_container = |guest: &&std::sync::Arc<Guest>| {
        guest.key.host == *host && guest.kind == GuestKind::Container && !guest.is_template
    };
    let takes = |guest: &Guest| match &job.of {
        Some(Selection::Apps) => fleet.app_of(&guest.key).is_some_and(|app| app.binned_until().is_none()),
        Some(Selection::Pool(pool)) => guest.pool.as_ref() == Some(pool),
        Some(Selection::Guests(vmids)) => vmids.contains(&guest.key.vmid),
        Some(Selection::AllBut(but)) => !but.contains(&guest.key.vmid),
        None => false,
    };
    fleet.guests.iter().filter(is_container).filter(|guest| takes(guest)).map(|guest| guest.key.clone()).collect()
}

/// An app with a backup whose last proof is more than a month old, or that was never proved.
fn least_proved(fleet: &Fleet, at: Moment, tried: &HashMap<AppId, Moment>) -> Option<AppId> {
    let proved = |app: &AppId| fleet.backups.proof_of(app).map(|proof| proof.at);
    let apps = fleet.apps.iter().filter(|app| app.binned_until().is_none() && !tried.contains_key(&app.id));
    let is_due = |app: &&crate::domain::app::App| {
        proved(&app.id).is_none_or(|when| at.since(when) > MONTH) && !backups_of(fleet, app).is_empty()
    };
    apps.filter(is_due).min_by_key(|app| proved(&app.id)).map(|app| app.id.clone())
}
