//! Takes back what a step did or may have done. What must hold: it may be repeated from its beginning at any time, and it
//! touches nothing that this operation did not make or change.

use super::{
    act::{self, configure, job_back},
    comeback,
    desk::{Desk, Spot},
    ensure::{self, Making},
    power::Before,
    secrets,
    task::Broken,
};
use crate::{
    domain::{
        app::App,
        backup::{BackupKey, Label},
        fault::{Fault, FaultCode},
        ids::{AppId, GuestKey, NodeName},
        operation::Operation,
        plan::{
            Aim, PowerAction, Step,
            journal::{Outcome, Output},
            step::{Comeback, Copy},
        },
    },
    proxmox::{
        TaskName,
        guest::{Slot, SnapshotRemoval},
        storage::VolumeId,
        task_type,
    },
};

pub async fn take_back(desk: &mut Desk<'_>, i: usize, step: &Step) -> Result<(), Fault> {
    let makes_a_guest = matches!(step, Step::BeginCreate { .. } | Step::BeginClone(_) | Step::BeginRestore(_));
    if desk.output(i) == Some(&Output::AlreadySo) && !makes_a_guest {
        return Ok(());
    }
    match step {
        Step::Reserve(_) => Ok(desk.world.store.release_leases(desk.id()).await?),
        Step::MakeSecrets { app, secrets } => secrets::unmake(desk, app, secrets.iter().map(|(name, _)| name)).await,
        Step::TakeSecrets { app, names } => secrets::give_back(desk, app, names).await,
        Step::CopySecrets { to, names, .. } => secrets::unmake(desk, to, names.iter()).await,
        Step::BeginFetch { node, .. } => call_off_fetch(desk, i, &node.host).await,
        Step::BeginCreate { aim, new } => made(desk, aim, &new.marker.app, &["vzcreate"]).await,
        Step::BeginClone(copy) => copied(desk, copy).await,
        Step::BeginRestore(back) => made(desk, &back.aim, &back.marker.app, &["vzrestore"]).await,
        Step::EditBackup { backup, node, before, .. } => edit_back(desk, backup, node, before).await,
        Step::SaveJob { job, before } => act::put_job_back(desk, job, before.as_deref()).await,
        Step::RemoveJob(job) => act::make_job_again(desk, job).await,
        Step::JoinPool { host, pool, guests, is_new } => {
            if is_wanted_by_others(desk, pool).await? {
                return Ok(());
            }
            act::leave_pool(&desk.client(host)?, pool, guests, *is_new).await
        }
        Step::BeginPower { guest, kind, action, undo: Some(back) } => {
            let begun = task_type(*kind, *action);
            switch_back(desk, guest, begun, *back).await
        }
        Step::BeginSnapshot { aim, snapshot, .. } => drop_snapshot(desk, aim, snapshot).await,
        Step::BeginBackup { aim, .. } => drop_archive(desk, aim, i).await,
        Step::BeginVolumeMove { from, to, slot } => hand_back(desk, from, to, slot).await,
        Step::BeginMove { guest, from, restarts, .. } => {
            move_back(desk, guest, from).await?;
            if *restarts { runs_again(desk, guest).await } else { Ok(()) }
        }
        Step::Configure { aim, remembered_by, .. } => set_back(desk, aim, *remembered_by).await,
        Step::Comeback { aim, way } => comeback::come_back(desk, aim, i, way).await,
        Step::PutFile { aim, file } => put_back(desk, aim, i, file).await,
        Step::Record { app, before, .. } => unrecord(desk, app, before.as_deref()).await,
        _ => Ok(()),
    }
}

/// What a step that is back and written down left inside a guest is removed on the next visit there.
pub fn leave_behind(desk: &mut Desk<'_>, i: usize, step: &Step) {
    if let Step::PutFile { aim: aim @ Aim::Known(_), .. } | Step::Comeback { aim, way: Comeback::Script(_) } = step
        && let Ok(key) = desk.key(aim)
    {
        let job = job_back(desk, i);
        desk.litter.push((key, job));
    }
}

pub(super) fn plain(broken: Broken) -> Fault {
    match broken {
        Broken::Failed(fault) | Broken::Unseen(fault) => fault,
        Broken::Cancelled | Broken::Instead(..) => ensure::failed("it was not taken back".into(), "it was interrupted"),
    }
}

/// Only what we ordered ourselves is called off; what is whole stays, it is of use to others.
async fn call_off_fetch(desk: &Desk<'_>, i: usize, host: &crate::domain::ids::HostId) -> Result<(), Fault> {
    let Some(Output::Task(task)) = desk.output(i) else { return Ok(()) };
    act::call_off(&desk.client(host)?, task, desk.world.tempo.rhythm()).await
}

async fn made(desk: &Desk<'_>, aim: &Aim, app: &AppId, making: &[&str]) -> Result<(), Fault> {
    let spot = desk.spot(aim).await?;
    ensure::is_gone(&spot, app, desk.id(), desk.operation.began, Making::Of(making)).await?;
    desk.list_anew(&spot.key.host).await?;
    forget_found(desk, &spot.key, app).await
}

/// Whoever listed the host while it was there may have found it by its marker, and written it into our books: another
/// process, or this one at its start.
async fn forget_found(desk: &Desk<'_>, gone: &GuestKey, id: &AppId) -> Result<(), Fault> {
    if desk.world.store.app(id.clone()).await?.is_none_or(|known| known.guest != *gone) {
        return Ok(());
    }
    let recorded = desk.operation.plan.steps.iter().find_map(|step| match step {
        Step::Record { app, before, .. } if app.id == *id => Some((app, before)),
        _ => None,
    });
    match recorded {
        Some((app, before)) => unrecord(desk, app, before.as_deref()).await,
        None => Ok(()),
    }
}

async fn copied(desk: &Desk<'_>, copy: &Copy) -> Result<(), Fault> {
    // Its task stands under the original's id.
    let from = desk.spot(&Aim::Known(copy.from.clone())).await?;
    let to = desk.spot(&copy.to).await?;
    for task in from
        .client
        .find_tasks(&from.node, from.vmid(), "vzclone", desk.operation.began)
        .await?
        .into_iter()
        .filter(|task| task.status == crate::proxmox::TaskStatus::Running)
    {
        ensure::call_off(&from, &task.upid).await?;
    }
    ensure::is_gone(&to, &copy.marker.app, desk.id(), desk.operation.began, Making::Of(&[])).await?;
    desk.list_anew(&to.key.host).await?;
    forget_found(desk, &to.key, &copy.marker.app).await
}

async fn switch_back(desk: &Desk<'_>, guest: &Aim, begun: &str, action: PowerAction) -> Result<(), Fault> {
    let spot = desk.spot(guest).await?;
    // What is on its way still would come after us.
    if let Some(task) = act::begun_before(&spot, begun, &ensure::since(desk.operation.began)).await? {
        drop(ensure::ended(&spot, &task).await);
    }
    match action {
        PowerAction::Start => ensure::is_running(&spot).await,
        PowerAction::Shutdown | PowerAction::Stop => ensure::is_off(&spot, action).await,
        PowerAction::Reboot => Ok(()),
    }
}

async fn drop_snapshot(desk: &Desk<'_>, aim: &Aim, snapshot: &str) -> Result<(), Fault> {
    let spot = desk.spot(aim).await?;
    if let Some(task) = act::begun_before(&spot, "vzsnapshot", &ensure::since(desk.operation.began)).await? {
        // Half of one is worse than none: it is awaited, and then removed.
        drop(ensure::ended(&spot, &task).await);
    }
    ensure::settled(&spot, "vzdelsnapshot").await?;
    let name = snapshot.parse().map_err(|_| ensure::failed(format!("{snapshot} was not removed"), "it is no name"))?;
    let found = spot.client.snapshots(&spot.node, spot.vmid()).await?;
    if !found.taken.iter().any(|taken| taken.name == name) {
        return Ok(());
    }
    let task = spot.client.begin_snapshot_removal(&spot.node, spot.vmid(), &name, SnapshotRemoval::Careful).await?;
    ensure::ended(&spot, &task).await
}

/// Nobody needs the backup of an update that did not happen. The guest may be gone by then: another one took its place.
async fn drop_archive(desk: &Desk<'_>, aim: &Aim, i: usize) -> Result<(), Fault> {
    let task = match desk.output(i).cloned() {
        Some(Output::Task(task)) => task,
        // It may have been begun, and nobody wrote it down.
        _ => {
            let before = Before::Began { at: desk.operation.began, known: desk.known_tasks().await? };
            let spot = desk.spot(aim).await?;
            let Some(task) = act::begun_before(&spot, "vzdump", &before).await? else { return Ok(()) };
            task
        }
    };
    let key = desk.key(aim)?;
    let client = desk.client(&key.host)?;
    let Some(name) = TaskName::read(&task) else { return Ok(()) };
    let spot = Spot { client, node: name.node, key, rhythm: desk.world.tempo.rhythm() };
    if spot.client.task_status(&task).await? == crate::proxmox::TaskStatus::Running {
        ensure::call_off(&spot, &task).await?;
    }
    let told = match archive(desk, i) {
        Some(archive) => Some(archive),
        None => act::archive_of_task(&spot.client, &spot.key, &task).await?,
    };
    let Some(archive) = told else { return Ok(()) };
    match spot.client.delete_volume(&spot.node, &archive).await {
        Ok(begun) => match begun.task() {
            Some(task) => ensure::ended(&spot, task).await,
            None => Ok(()),
        },
        Err(gone) if gone.text().is_some_and(|text| text.contains("no such") || text.contains("does not exist")) => {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// The archive that the wait after step `i` put out.
pub(super) fn archive(desk: &Desk<'_>, i: usize) -> Option<VolumeId> {
    let awaits = |step: &Step| matches!(step, Step::AwaitTask { begun_by, .. } if *begun_by == i);
    let at = desk.operation.plan.steps.iter().position(awaits)?;
    // Undone steps put out nothing any more, but what they made is still there.
    let told = desk.operation.journal.iter().rev().find_map(|entry| match entry {
        crate::domain::plan::journal::Entry::Did(step, Output::Archive(archive)) if *step == at => Some(archive),
        _ => None,
    });
    told?.parse().ok()
}

async fn hand_back(desk: &Desk<'_>, from: &Aim, to: &Aim, slot: &str) -> Result<(), Fault> {
    let (from, to) = (desk.spot(from).await?, desk.spot(to).await?);
    let slot: Slot =
        slot.parse().map_err(|_| ensure::failed(format!("{slot} was not moved back"), "it is no volume"))?;
    // One that is on its way would arrive in a container that is about to go.
    if let Some(task) = act::moving(&from, slot, desk.operation.began).await? {
        drop(ensure::ended(&from, &task).await);
    }
    if act::has(&from, slot).await? || !act::has(&to, slot).await? {
        return Ok(());
    }
    ensure::is_off(&to, PowerAction::Stop).await?;
    let task = act::hand_over_order(&to, &from, slot).await?;
    ensure::ended(&to, &task).await
}

async fn move_back(desk: &mut Desk<'_>, guest: &GuestKey, origin: &NodeName) -> Result<(), Fault> {
    let aim = Aim::Known(guest.clone());
    let spot = desk.spot_anew(&aim).await?;
    if let Some(task) = act::begun_before(&spot, "vzmigrate", &ensure::since(desk.operation.began)).await? {
        let is_called_back = act::is_wish(&task) && is_called_back(desk, &spot, &task).await?;
        let ended = if is_called_back { Ok(()) } else { ensure::ended(&spot, &task).await };
        if let Err(why) = ended.as_ref()
            && act::is_wish(&task)
            && desk.spot_anew(&aim).await?.node == *origin
        {
            return Err(wish_stands(guest, why));
        }
    }
    let spot = desk.spot_anew(&aim).await?;
    if spot.node == *origin {
        return Ok(());
    }
    let restarts = ensure::power(&spot).await? == Some(crate::domain::fleet::Power::Running);
    let task = act::migration_order(&spot, origin, restarts).await?;
    ensure::ended(&spot, &task).await?;
    if act::is_wish(&task) {
        act::arrived(desk, guest, origin).await.map_err(plain)?;
    }
    desk.list_anew(&guest.host).await
}

/// Whether HA was asked later to bring it back: the task of that is where it was asked, on another node.
async fn is_called_back(desk: &Desk<'_>, spot: &Spot, wish: &crate::domain::ids::Upid) -> Result<bool, Fault> {
    let Some(wished) = TaskName::read(wish) else { return Ok(false) };
    let fleet = desk.world.fleet();
    let others = fleet.nodes_of(&spot.key.host).map(|node| &node.key.node).filter(|node| **node != spot.node);
    for node in others {
        // A node that is down keeps its tasks to itself.
        let found =
            spot.client.find_tasks(node, spot.vmid(), "vzmigrate", desk.operation.began).await.unwrap_or_default();
        if found.iter().any(|task| act::is_wish(&task.upid) && task.began >= wished.started) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Nobody takes back what HA was asked for: it may still move the guest, hours from now.
fn wish_stands(guest: &GuestKey, why: &Fault) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{guest} is where it was, but HA still has the wish to move it"),
        why.why.clone(),
        "look at Datacenter, HA in Proxmox; once it is settled there, go on",
    )
}

/// It was stopped for its move; where that failed, nobody else starts it.
async fn runs_again(desk: &Desk<'_>, guest: &GuestKey) -> Result<(), Fault> {
    let spot = desk.spot_anew(&Aim::Known(guest.clone())).await?;
    ensure::is_running(&spot).await
}

async fn set_back(desk: &mut Desk<'_>, aim: &Aim, remembered_by: Option<usize>) -> Result<(), Fault> {
    // A guest that is made here goes whole.
    let Some(Output::Was(before)) = remembered_by.and_then(|at| desk.output(at)).cloned() else { return Ok(()) };
    let spot = match desk.spot(aim).await {
        Ok(spot) => spot,
        Err(gone) if gone.code == FaultCode::NotFound => return Ok(()),
        Err(fault) => return Err(fault),
    };
    if ensure::config(&spot).await?.is_none() {
        return Ok(());
    }
    configure(desk, aim, &before, None).await.map_err(plain)
}

/// Another operation is about to put guests into this pool, or has done so since this one began: whose they are is not to
/// be told apart any more.
async fn is_wanted_by_others(desk: &Desk<'_>, pool: &str) -> Result<bool, Fault> {
    let joins = |step: &Step| matches!(step, Step::JoinPool { pool: wanted, .. } if wanted == pool);
    let running = desk.world.store.unfinished().await?;
    let mut others = running.iter().map(|left| &left.operation).filter(|other| other.id != desk.id());
    if others.any(|other| other.plan.steps.iter().any(joins)) {
        return Ok(true);
    }
    let done_since = |other: &&Operation| {
        other.outcome().is_some_and(Outcome::is_good)
            && other.ended.as_ref().is_some_and(|ended| ended.at >= desk.operation.began)
    };
    let fleet = desk.world.fleet();
    Ok(fleet.operations.iter().filter(done_since).any(|other| other.plan.steps.iter().any(joins)))
}

/// What is gone needs nothing.
async fn edit_back(desk: &Desk<'_>, key: &BackupKey, node: &NodeName, before: &Label) -> Result<(), Fault> {
    let (client, volume) = (desk.client(&key.host)?, act::volume_of(key).map_err(plain)?);
    let edited = act::edit_order(&client, node, &volume, before).await;
    desk.world.backups_changed(&key.host);
    match edited {
        Err(error) if !act::is_gone(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

async fn put_back(
    desk: &mut Desk<'_>,
    aim: &Aim,
    i: usize,
    file: &crate::domain::plan::step::InnerFile,
) -> Result<(), Fault> {
    // What is inside a guest that is made here goes with it.
    if matches!(aim, Aim::New { .. }) || !is_up(desk, aim).await? {
        return Ok(());
    }
    // Taking back goes on although all the rest is cancelled.
    let kept = std::mem::take(&mut desk.cancel);
    let end = act::put_back(desk, aim, i, file).await.map_err(plain);
    desk.cancel = kept;
    end
}

pub(super) async fn is_up(desk: &Desk<'_>, aim: &Aim) -> Result<bool, Fault> {
    Ok(ensure::power(&desk.spot(aim).await?).await? == Some(crate::domain::fleet::Power::Running))
}

/// Our books as they were before this operation.
async fn unrecord(desk: &Desk<'_>, app: &App, before: Option<&App>) -> Result<(), Fault> {
    let store = &desk.world.store;
    // What the operator wants at the gateway stands in the same row, and stays.
    if !before.is_some_and(|before| before.id == app.id && before.book.is_some()) {
        store.unrecord_app(app.id.clone()).await?;
    }
    match before {
        Some(before) => {
            store.put_apps(vec![before.clone()]).await?;
            desk.world.change(|fleet| fleet.put_app(before.clone()));
        }
        None => desk.world.change(|fleet| fleet.apps.retain(|known| known.id != app.id)),
    }
    Ok(())
}
