//! What makes backups by itself: jobs of Proxmox, our own ones, and the pool they go by. What must hold: a job that
//! somebody else changed or removed meanwhile is not written over.

use crate::{
    domain::{
        backup::{BackupMode, Compression, Job, JobState, Runner, Selection},
        fault::{Fault, FaultCode, FaultKind},
        ids::{HostId, Vmid},
        plan::{PlanKind, journal::Output},
    },
    operations::{desk::Desk, power::Before, task::Broken},
    proxmox::{
        Client, ClientError,
        backup::{BackupOf, NotesTemplate, Notify, OldBackups},
        cluster::{self, BackupJob, BackupJobOrder, JobChange, PoolMember, PoolMembers, Stealing},
    },
};

/// A job of Proxmox in our own words.
pub fn read(host: &HostId, job: BackupJob) -> Job {
    Job {
        id: crate::domain::backup::ScheduleId { host: host.clone(), id: job.id.into() },
        runner: Runner::Proxmox,
        schedule: job.schedule,
        state: match job.state {
            cluster::JobState::Enabled => JobState::Enabled,
            cluster::JobState::Disabled => JobState::Disabled,
        },
        of: job.of.map(|of| match of {
            BackupOf::Guests(guests) => Selection::Guests(guests),
            BackupOf::Pool(pool) => Selection::Pool(pool),
            BackupOf::AllBut(but) => Selection::AllBut(but),
        }),
        storage: job.storage,
        mode: job.mode.unwrap_or(BackupMode::Snapshot),
        // What Proxmox is not told it leaves unpacked.
        compression: job.compression.unwrap_or(Compression::None),
        keeps: match job.old {
            OldBackups::Prune(retention) => Some(retention),
            OldBackups::Stay => Some(crate::domain::backup::Retention::ALL),
            OldBackups::AsConfigured => None,
        },
        note: job.notes.map(|notes| notes.text()),
        guarding: job.guarding,
        comment: job.comment,
        repeats_missed: job.repeats_missed,
        next_run: job.next_run,
    }
}

pub async fn save(desk: &mut Desk<'_>, job: &Job, before: Option<&Job>, tried: Before) -> Result<Output, Broken> {
    if job.runner == Runner::Watch {
        desk.world.store.put_schedule(job.clone()).await.map_err(Broken::of_store)?;
        show_own(desk).await?;
        return Ok(Output::Nothing);
    }
    let client = desk.client(&job.id.host)?;
    let found = find(&client, job).await?;
    match (found, before) {
        // An earlier try of this step did it.
        (Some(found), _) if tried != Before::Never && is_same(&found, job) => {}
        (None, Some(_)) => return Err(vanished(job).into()),
        // Another operation was faster with the very same one, or with the one that covers every new app.
        (Some(found), None) if is_same(&found, job) || desk.operation.plan.kind == PlanKind::Deploy => {
            return Ok(Output::AlreadySo);
        }
        (Some(_), None) => return Err(taken(job).into()),
        (Some(found), Some(before)) if !is_same(&found, before) => return Err(changed(job).into()),
        (None, None) => match create(&client, job).await {
            Err(Broken::Failed(fault)) if fault.why.contains("already") => return Err(again(fault).into()),
            made => made?,
        },
        (Some(found), Some(_)) => change(&client, &found, job).await?,
    }
    desk.world.backups_changed(&job.id.host);
    Ok(Output::Nothing)
}

pub async fn remove(desk: &mut Desk<'_>, job: &Job, tried: Before) -> Result<Output, Broken> {
    if job.runner == Runner::Watch {
        desk.world.store.remove_schedule(job.id.clone()).await.map_err(Broken::of_store)?;
        show_own(desk).await?;
        return Ok(Output::Nothing);
    }
    let client = desk.client(&job.id.host)?;
    if find(&client, job).await?.is_none() {
        // An earlier try of this step may have done it, and owes it then.
        return Ok(tried.own(Output::AlreadySo));
    }
    client.delete_backup_job(&job.id.id).await?;
    desk.world.backups_changed(&job.id.host);
    Ok(Output::Nothing)
}

/// As it stood before this operation; what somebody else made of it since stays.
pub async fn put_back(desk: &mut Desk<'_>, job: &Job, before: Option<&Job>) -> Result<(), Fault> {
    if job.runner == Runner::Watch {
        match before {
            Some(before) => desk.world.store.put_schedule(before.clone()).await?,
            None => desk.world.store.remove_schedule(job.id.clone()).await?,
        }
        return show_own(desk).await.map_err(plain);
    }
    let client = desk.client(&job.id.host)?;
    let found = find(&client, job).await?;
    match (found, before) {
        (Some(found), None) if is_same(&found, job) => client.delete_backup_job(&job.id.id).await?,
        (Some(found), Some(before)) if is_same(&found, job) => change(&client, job, before).await?,
        _ => {}
    }
    desk.world.backups_changed(&job.id.host);
    Ok(())
}

/// A removed one is made again as it was.
pub async fn make_again(desk: &mut Desk<'_>, job: &Job) -> Result<(), Fault> {
    if job.runner == Runner::Watch {
        desk.world.store.put_schedule(job.clone()).await?;
        return show_own(desk).await.map_err(plain);
    }
    let client = desk.client(&job.id.host)?;
    if find(&client, job).await?.is_none() {
        client.create_backup_job(&order(job)?).await?;
    }
    desk.world.backups_changed(&job.id.host);
    Ok(())
}

fn plain(broken: Broken) -> Fault {
    match broken {
        Broken::Failed(fault) | Broken::Unseen(fault) => fault,
        Broken::Cancelled | Broken::Instead(..) => unsure(),
    }
}

fn unsure() -> Fault {
    let why = "it was interrupted";
    Fault::passing(FaultCode::Failed, "the schedule was not set back", why, "look at the schedules")
}

async fn show_own(desk: &Desk<'_>) -> Result<(), Broken> {
    let own = desk.world.store.schedules().await.map_err(Broken::of_store)?;
    desk.world.change_backups(|backups| backups.own_jobs = own);
    Ok(())
}

async fn find(client: &Client, job: &Job) -> Result<Option<Job>, ClientError> {
    let jobs = client.backup_jobs().await?;
    let found = jobs.into_iter().find(|known| *known.id == *job.id.id);
    Ok(found.map(|found| read(&job.id.host, found)))
}

/// When it runs next is no part of what it is.
fn is_same(one: &Job, other: &Job) -> bool {
    Job { next_run: None, ..one.clone() } == Job { next_run: None, ..other.clone() }
}

async fn create(client: &Client, job: &Job) -> Result<(), Broken> {
    Ok(client.create_backup_job(&order(job)?).await?)
}

/// As it is sent.
pub fn order(job: &Job) -> Result<BackupJobOrder, Fault> {
    let storage = job.storage.clone().ok_or_else(|| incomplete(job, "no storage was chosen"))?;
    Ok(BackupJobOrder {
        state: state(job),
        mode: job.mode,
        schedule: job.schedule.clone(),
        compression: Some(job.compression),
        old: job.keeps.map_or(OldBackups::AsConfigured, OldBackups::Prune),
        notes: job.note.as_deref().map(NotesTemplate::new),
        guarding: job.guarding,
        comment: job.comment.clone(),
        repeats_missed: job.repeats_missed,
        notify: Notify::AsConfigured,
        ..BackupJobOrder::nightly(&*job.id.id, selection(job)?, storage)
    })
}

fn state(job: &Job) -> cluster::JobState {
    match job.state {
        JobState::Enabled => cluster::JobState::Enabled,
        JobState::Disabled => cluster::JobState::Disabled,
    }
}

fn selection(job: &Job) -> Result<BackupOf, Fault> {
    match &job.of {
        Some(Selection::Pool(pool)) => Ok(BackupOf::Pool(pool.clone())),
        Some(Selection::Guests(guests)) => Ok(BackupOf::Guests(guests.clone())),
        Some(Selection::AllBut(but)) => Ok(BackupOf::AllBut(but.clone())),
        Some(Selection::Apps) => Err(incomplete(job, "Proxmox does not know which guests are apps")),
        None => Err(incomplete(job, "it says of which guests")),
    }
}

/// It came to be between our look and our order: who looks again sees it.
fn again(fault: Fault) -> Fault {
    Fault { kind: FaultKind::Passing, ..fault }
}

async fn change(client: &Client, from: &Job, to: &Job) -> Result<(), ClientError> {
    client.change_backup_job(&to.id.id, &change_order(from, to)?).await
}

/// What differs, and nothing else.
pub fn change_order(from: &Job, job: &Job) -> Result<JobChange, ClientError> {
    let not_sent = |fault: Fault| ClientError::NotSent { what: fault.what, why: fault.why, remedy: "choose it first" };
    let old = job.keeps.map_or(OldBackups::AsConfigured, OldBackups::Prune);
    Ok(JobChange {
        schedule: Some(job.schedule.clone()).filter(|_| job.schedule != from.schedule),
        state: Some(state(job)).filter(|_| job.state != from.state),
        of: (job.of != from.of).then(|| selection(job).map_err(not_sent)).transpose()?,
        // Proxmox takes notes and protection only beside it.
        storage: job.storage.clone(),
        mode: Some(job.mode).filter(|_| job.mode != from.mode),
        compression: Some(job.compression).filter(|_| job.compression != from.compression),
        old: Some(old).filter(|_| job.keeps != from.keeps),
        notes: (job.note != from.note).then(|| NotesTemplate::new(job.note.as_deref().unwrap_or_default())),
        guarding: Some(job.guarding).filter(|_| job.guarding != from.guarding),
        comment: (job.comment != from.comment).then(|| job.comment.clone().unwrap_or_default()),
        repeats_missed: Some(job.repeats_missed).filter(|_| job.repeats_missed != from.repeats_missed),
    })
}

/// Makes the pool where there is none, and takes the guests into it that are not there yet.
pub async fn join(desk: &mut Desk<'_>, host: &HostId, pool: &str, guests: &[Vmid]) -> Result<Output, Broken> {
    join_order(&desk.client(host)?, pool, guests).await?;
    Ok(Output::Nothing)
}

pub async fn join_order(client: &Client, pool: &str, guests: &[Vmid]) -> Result<(), ClientError> {
    if !client.pools().await?.iter().any(|known| known.name == pool) {
        match client.create_pool(pool, Some("apps of Proximity")).await {
            // Somebody else made it just now.
            Err(there) if there.text().is_some_and(|text| text.contains("already exists")) => {}
            made => made?,
        }
    }
    let there = vmids(&client.pool(pool).await?.members);
    let guests = guests.iter().copied().filter(|vmid| !there.contains(vmid)).collect();
    client.add_to_pool(pool, &PoolMembers { guests, storages: Vec::new() }, Stealing::No).await
}

/// Who joined by this operation leaves, and a pool that it made goes once nobody is in it.
pub async fn leave(client: &Client, pool: &str, guests: &[Vmid], is_new: bool) -> Result<(), Fault> {
    let there = match client.pools().await?.iter().any(|known| known.name == pool) {
        true => client.pool(pool).await?.members,
        false => return Ok(()),
    };
    let in_it = vmids(&there);
    let leaving: Vec<Vmid> = guests.iter().copied().filter(|vmid| in_it.contains(vmid)).collect();
    let is_empty_then = there.len() == leaving.len();
    client.remove_from_pool(pool, &PoolMembers { guests: leaving, storages: Vec::new() }).await?;
    if is_new && is_empty_then {
        client.delete_pool(pool).await?;
    }
    Ok(())
}

fn vmids(members: &[PoolMember]) -> Vec<Vmid> {
    let guest = |member: &PoolMember| match member {
        PoolMember::Guest { vmid, .. } => Some(*vmid),
        PoolMember::Storage { .. } => None,
    };
    members.iter().filter_map(guest).collect()
}

fn refused(job: &Job, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, format!("the backup job {} was not saved", job.id.id), why, remedy)
}

fn incomplete(job: &Job, why: &str) -> Fault {
    refused(job, why, "choose it, then save it again")
}

fn vanished(job: &Job) -> Fault {
    refused(job, "somebody removed it meanwhile", "make it anew, if it is still wanted")
}

fn taken(job: &Job) -> Fault {
    refused(job, "there is a job of this name already", "choose another name, or change that one")
}

fn changed(job: &Job) -> Fault {
    refused(job, "somebody changed it meanwhile", "look at it as it is now, then change it again")
}
