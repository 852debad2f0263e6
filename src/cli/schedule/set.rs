//! `schedule set`: makes a schedule or changes one. What must hold: what is not said stays as it was, and a preview changes
//! nothing.

use std::sync::Arc;

use serde::Serialize;

use super::{
    super::{
        arguments::{RunBy, Setting},
        backup::{
            named::look_now,
            prune::{FateRow, removed},
        },
        begin::finish,
        face::{Face, other_answer},
        follow::Where,
        rows::OperationRow,
    },
    named,
    rows::{JobRow, named as called},
    show::next_runs,
};
use crate::{
    domain::{
        backup::{Backups, Calendar, Guarding, Job, JobState, Runner, ScheduleId, Selection},
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::{HostId, StorageName, Vmid},
        plan::{Plan, Step},
    },
    engine::{Answer, PruneRow, Query, Request},
};

pub async fn run(setting: &Setting, face: Face<'_>) -> Result<(), Fault> {
    let fleet = look_now(face).await?;
    let job = match &setting.id {
        Some(id) if !setting.new => named::job(&fleet.backups, id)?.clone(),
        id => fresh(id.as_deref(), named::host(setting.host.as_deref(), face)?, &fleet.backups)?,
    };
    let job = changed(job, setting)?;
    if setting.preview {
        return preview(job, &fleet, face).await;
    }
    let id = face.engine.ask(Request::SaveJob(Box::new(job.clone()))).await?;
    let ended = finish(id, Where::Here, face).await?;
    let row = Saved { operation: OperationRow::of(&ended), saved: JobRow::of(saved_by(&ended.plan).unwrap_or(&job)) };
    face.printer.result(&row, || {
        let head = format!("{} {}", called(&job.id), ended.plan.kind.done());
        std::iter::once(head).chain(row.saved.lines()).collect()
    });
    Ok(())
}

/// With what was left open decided.
fn saved_by(plan: &Plan) -> Option<&Job> {
    plan.steps.iter().find_map(|step| match step {
        Step::SaveJob { job, .. } => Some(job.as_ref()),
        _ => None,
    })
}

#[derive(Serialize)]
struct Saved {
    #[serde(flatten)]
    operation: OperationRow,
    saved: JobRow,
}

/// One that takes nothing yet.
fn fresh(id: Option<&str>, host: HostId, backups: &Backups) -> Result<Job, Fault> {
    let is_there = |id: &str| backups.jobs().any(|job| job.id.host == host && &*job.id.id == id);
    let id: Arc<str> = match id {
        Some(id) if is_there(id) => {
            let why = format!("{host} has one already");
            return Err(unfit(format!("no schedule {id} was made"), &why, "leave --new out to change that one"));
        }
        Some(id) => id.into(),
        None => free_id(is_there).into(),
    };
    Ok(Job {
        id: ScheduleId { host, id },
        runner: Runner::default(),
        schedule: String::new(),
        state: JobState::Enabled,
        of: None,
        storage: None,
        mode: Default::default(),
        compression: Default::default(),
        keeps: None,
        note: None,
        guarding: Guarding::Free,
        comment: None,
        repeats_missed: true,
        next_run: None,
    })
}

fn free_id(is_there: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("proximity-{number}"));
    std::iter::once("proximity".to_owned()).chain(numbered).find(|id| !is_there(id)).unwrap_or_default()
}

fn changed(mut job: Job, setting: &Setting) -> Result<Job, Fault> {
    if let Some(of) = selection(setting) {
        job.of = Some(of);
    }
    job.runner = runner(&job, setting)?;
    if let Some(at) = &setting.at {
        if job.runner == Runner::Watch {
            Calendar::read(at).map_err(|error| {
                unfit(
                    format!("{} was not saved", called(&job.id)),
                    &error.to_string(),
                    "write it like `mon..fri 02:30`",
                )
            })?;
        }
        job.schedule.clone_from(at);
    }
    if let Some(storage) = &setting.storage {
        job.storage = Some(StorageName::new(storage.as_str()));
    }
    job.mode = setting.mode.map_or(job.mode, |mode| mode.0);
    job.compression = setting.compress.map_or(job.compression, |compress| compress.0);
    job.keeps = setting.keep.map_or(job.keeps, |keep| keep.0);
    job.note = setting.note.clone().or(job.note);
    job.guarding = match (setting.protected, setting.unprotected) {
        (true, _) => Guarding::Protected,
        (_, true) => Guarding::Free,
        _ => job.guarding,
    };
    job.state = match (setting.enabled, setting.disabled) {
        (true, _) => JobState::Enabled,
        (_, true) => JobState::Disabled,
        _ => job.state,
    };
    Ok(job)
}

fn selection(setting: &Setting) -> Option<Selection> {
    if let Some(pool) = &setting.pool {
        return Some(Selection::Pool(pool.as_str().into()));
    }
    match (setting.apps, setting.all, setting.guests.as_slice()) {
        (true, ..) => Some(Selection::Apps),
        (_, true, _) => Some(Selection::AllBut(Vec::new())),
        (_, _, []) => None,
        (_, _, guests) => Some(Selection::Guests(guests.iter().copied().map(Vmid).collect())),
    }
}

/// A schedule stays with who runs it: Proxmox and `watch` keep theirs at different places.
fn runner(job: &Job, setting: &Setting) -> Result<Runner, Fault> {
    let wanted = setting.runner.map(|runner| match runner {
        RunBy::Proxmox => Runner::Proxmox,
        RunBy::Watch => Runner::Watch,
    });
    let of_apps = job.of == Some(Selection::Apps);
    let runner = match wanted {
        Some(wanted) => wanted,
        None if setting.new && of_apps => Runner::Watch,
        None => job.runner,
    };
    let what = || format!("{} was not saved", called(&job.id));
    if of_apps && runner == Runner::Proxmox {
        let why = "only `proximity watch` knows which guests are apps";
        return Err(unfit(what(), why, "say --runner watch for a new one, or choose a pool or guests"));
    }
    if !setting.new && runner != job.runner {
        return Err(unfit(
            what(),
            "one that is there stays with who runs it",
            "make a new one with --new and remove this",
        ));
    }
    Ok(runner)
}

fn unfit(what: String, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Usage, what, why, remedy)
}

#[derive(Serialize)]
struct Preview {
    schedule: JobRow,
    runs: Vec<String>,
    /// What of it is there now, and what its retention would make of it.
    backups: Vec<FateRow>,
}

async fn preview(job: Job, fleet: &Fleet, face: Face<'_>) -> Result<(), Fault> {
    let runs = next_runs(&job.id.host, &job.schedule, face).await?;
    let job = decided(job, face).await?;
    let schedule = JobRow::of(&job);
    let Answer::Pruning(fates) = face.engine.query(Query::PrunePreview(Box::new(job))).await? else {
        return Err(other_answer());
    };
    let preview = Preview { schedule, runs, backups: fates.iter().map(FateRow::of).collect() };
    face.printer.result(&preview, || preview_lines(&preview, &fates, fleet));
    Ok(())
}

/// With what was left open decided as it will be.
async fn decided(job: Job, face: Face<'_>) -> Result<Job, Fault> {
    let preview = face.preview(&Request::SaveJob(Box::new(job.clone()))).await?;
    Ok(saved_by(&preview.plan).cloned().unwrap_or(job))
}

fn preview_lines(preview: &Preview, fates: &[PruneRow], fleet: &Fleet) -> Vec<String> {
    let mut lines = preview.schedule.lines();
    lines.extend(preview.runs.iter().map(|at| format!("{:<12}{at}", "runs")));
    lines.extend(removed(fates, fleet));
    lines
}
