//! Each kind of step is done in a file of its own. What must hold: a step that may have acted before looks before it
//! acts.

mod backups;
mod change;
mod check;
mod fetch;
mod inner;
mod inside;
mod jobs;
mod look;
mod make;
mod proof;
mod reserve;
mod restore;
mod volume;

pub(super) use backups::{edit_order, is_gone, volume as volume_of};
pub use change::cables;
pub(super) use change::{change_of, configure, names_in, rollback_order};
pub(super) use fetch::{is_there as is_fetched, order as fetch_order};
use inside::put_file;
pub(super) use inside::{job_back, job_of, put_back, run_script};
pub(super) use jobs::{
    change_order, join_order, leave as leave_pool, make_again as make_job_again, put_back as put_job_back,
};
pub use jobs::{order as job_order, read as read_job};
pub(super) use look::begun_before;
use make::Cleared;
pub(super) use make::{call_off, clone_order, container, removal_order, storage};
pub(super) use restore::restore_order;
pub(super) use volume::{
    archive_of_task, arrived, backup_order, hand_over_order, has, is_wish, migration_order, moving, resize_order,
};

use super::{
    clock,
    desk::Desk,
    power::{self, Before},
    runner::begun_task,
    secrets,
    task::{self, Broken},
};
use crate::domain::{
    app::App,
    ids::{AppId, HostId},
    plan::{
        Aim, PlanKind, Step,
        journal::{Entry, Outcome, Output},
    },
};

pub async fn act(desk: &mut Desk<'_>, i: usize, step: &Step, before: Before) -> Result<Output, Broken> {
    match step {
        Step::Check(footing) => check::check(desk, footing).await.map(|()| Output::Nothing),
        Step::Reserve(reserve) => reserve::reserve(desk, reserve).await,
        Step::MakeSecrets { app, secrets } => Ok(done(secrets::make(desk, app, secrets).await?)),
        Step::TakeSecrets { app, names } => Ok(done(secrets::take(desk, app, names, before).await?)),
        Step::CopySecrets { from, to, names } => Ok(done(secrets::copy(desk, from, to, names).await?)),
        Step::BeginFetch { node, storage, what } => fetch::begin(desk, node, storage, what).await,
        Step::BeginCreate { aim, new } => make::create(desk, aim, new, before).await,
        Step::BeginClone(copy) => make::copy(desk, copy, before).await,
        Step::BeginPower { guest, kind, action, .. } => power(desk, guest, *kind, *action, before).await,
        Step::BeginSnapshot { aim, snapshot, note } => change::snapshot(desk, aim, snapshot, note, before).await,
        Step::BeginSnapshotRemoval { aim, snapshot } => change::remove_snapshot(desk, aim, snapshot, before).await,
        Step::BeginRollback { aim, snapshot } => change::roll_back(desk, aim, snapshot, before).await,
        Step::BeginBackup { aim, storage, note, how } => volume::back_up(desk, aim, storage, note, *how, before).await,
        Step::BeginRestore(restoration) => restore::begin(desk, restoration, before).await,
        Step::EditBackup { backup, node, to, .. } => backups::edit(desk, backup, node, to).await,
        Step::BeginBackupRemoval { backup, of, node } => backups::remove(desk, backup, (node, of), before).await,
        Step::BeginPrune { guest, node, storage, keeps } => {
            backups::prune(desk, guest, (node, storage), keeps, before).await
        }
        Step::SaveJob { job, before: stood } => jobs::save(desk, job, stood.as_deref(), before).await,
        Step::RemoveJob(job) => jobs::remove(desk, job, before).await,
        Step::JoinPool { host, pool, guests, .. } => jobs::join(desk, host, pool, guests).await,
        Step::After { operations } => look::after(desk, operations).await.map(|()| Output::Nothing),
        Step::BeginResize { aim, slot, gib } => volume::resize(desk, aim, slot, *gib, before).await,
        Step::BeginVolumeMove { from, to, slot } => volume::hand_over(desk, from, to, slot, before).await,
        Step::BeginMove { guest, target, restarts, .. } => {
            volume::migrate(desk, guest, target, *restarts, before).await
        }
        Step::BeginRemoval { aim } => make::remove(desk, aim, before).await,
        Step::ClearAway(leftover) => {
            // What was only found by its marker goes out of our sight with it.
            match make::clear_away(desk, leftover).await? {
                Cleared::Gone(Some(app)) => forget(desk, &app).await,
                Cleared::Gone(None) => Ok(Output::Nothing),
                Cleared::Left => Ok(Output::AlreadySo),
            }
        }
        Step::AwaitTask { host, begun_by } => match begun_task(desk.operation, *begun_by) {
            Some(upid) => {
                let heeded = if may_be_broken_off(desk, *begun_by) { desk.cancel.clone() } else { Default::default() };
                let end = task::wait(desk.world, desk.operation, host, &upid, &heeded).await;
                after_task(desk, *begun_by, end).await
            }
            None => Ok(Output::Nothing),
        },
        Step::Remember { aim, tweaks } => change::remember(desk, aim, tweaks).await,
        Step::Configure { aim, tweaks, .. } => {
            configure(desk, aim, tweaks, Some(desk.id())).await.map(|()| Output::Nothing)
        }
        Step::Comeback { .. } => Ok(Output::Nothing),
        Step::FindAddress { aim, deadline } => look::find_address(desk, aim, *deadline).await,
        Step::PutFile { aim, file } => put_file(desk, aim, i, file).await.map(|()| Output::Nothing),
        Step::Run { aim, script } => run_script(desk, aim, &job_of(desk, i), script).await.map(|()| Output::Nothing),
        Step::Probe { aim, probe } => look::probe(desk, aim, i, probe).await.map(|()| Output::Nothing),
        Step::Try { aim, probe } => inner::try_it(desk, aim, i, probe.as_ref()).await.map(|()| Output::Nothing),
        Step::TakeAfter { from, to } => restore::take_after(desk, from, to).await,
        Step::Proved { .. } => Ok(Output::Nothing),
        Step::Record { app, before, aim } => record(desk, app, before.as_deref(), aim).await,
        Step::Forget { app } => forget(desk, app).await,
    }
}

fn done((): ()) -> Output {
    Output::Nothing
}

/// What a step that was done and written down left inside a guest is removed on the next visit there.
pub fn leave_behind(desk: &mut Desk<'_>, i: usize, step: &Step) {
    if let Step::Run { aim, .. } = step
        && let Ok(key) = desk.key(aim)
    {
        let job = job_of(desk, i);
        desk.litter.push((key, job));
    }
}

/// Removes what is left at the end.
pub async fn sweep(desk: &mut Desk<'_>) {
    while let Some((key, _)) = desk.litter.first().cloned() {
        let deeds = desk.sweep(&key);
        // What stays behind goes by itself after two days.
        drop(desk.hands.work(key, deeds, desk.cancel.clone()).await);
    }
}

/// What is of no use any more once an operation ends like this. It may be done as often as anybody likes, and nothing
/// depends on it.
pub async fn settle(desk: &mut Desk<'_>, outcome: Outcome) {
    let plan = desk.operation.plan.clone();
    for step in &plan.steps {
        if let Step::TakeSecrets { app, names } = step {
            secrets::settle(desk.world, app, names, outcome).await;
        }
    }
    if plan.kind == PlanKind::Prove {
        proof::write_down(desk, outcome).await;
    }
    if outcome == Outcome::Done {
        // It is done, whoever wanted it back too late.
        let kept = std::mem::take(&mut desk.cancel);
        inside::drop_kept(desk, &plan).await;
        desk.cancel = kept;
    }
}

async fn power(
    desk: &mut Desk<'_>,
    guest: &Aim,
    kind: crate::domain::fleet::GuestKind,
    action: crate::domain::plan::PowerAction,
    before: Before,
) -> Result<Output, Broken> {
    let spot = desk.spot(guest).await?;
    Ok(power::begin(desk, guest, spot, kind, action, before).await?)
}

/// Whether Proxmox clears up after such a task when it is interrupted. After the others a guest stays locked or in
/// halves, and they are short: a wish to cancel waits for their end.
fn may_be_broken_off(desk: &Desk<'_>, begun_by: usize) -> bool {
    !matches!(
        desk.operation.plan.steps.get(begun_by),
        Some(
            Step::BeginSnapshot { .. }
                | Step::BeginSnapshotRemoval { .. }
                | Step::BeginRollback { .. }
                | Step::BeginResize { .. }
                | Step::BeginVolumeMove { .. }
                | Step::BeginRemoval { .. }
        )
    )
}

/// Whose storages show other backups than before.
fn changes_backups(step: &Step) -> Option<&HostId> {
    match step {
        Step::BeginBackup { aim, .. } => Some(aim.host()),
        Step::BeginBackupRemoval { backup, .. } => Some(&backup.host),
        Step::BeginPrune { guest, .. } => Some(&guest.host),
        _ => None,
    }
}

/// What the end of a task means for what began it.
async fn after_task(desk: &mut Desk<'_>, begun_by: usize, end: Result<Output, Broken>) -> Result<Output, Broken> {
    let Some(begun) = desk.operation.plan.steps.get(begun_by).cloned() else { return end };
    if let Some(host) = changes_backups(&begun) {
        desk.world.backups_changed(host);
    }
    match (&begun, end) {
        (Step::BeginFetch { node, storage, what }, Err(Broken::Failed(fault))) => {
            // Another operation may have fetched the same meanwhile.
            match fetch::is_there(&desk.client(&node.host)?, node, storage, what).await {
                Ok(true) => Ok(Output::Nothing),
                _ => Err(Broken::Failed(fault)),
            }
        }
        (Step::BeginCreate { .. }, Err(Broken::Failed(fault))) => {
            Err(Broken::Failed(make::after_creation(desk, fault)))
        }
        (Step::BeginBackup { aim, .. }, Ok(output)) => volume::archive_of(desk, aim, begun_by)
            .await
            .map(|found| found.map_or(output, |archive| Output::Archive(archive.to_string()))),
        (Step::BeginMove { guest, target, .. }, Ok(output)) => {
            let wish = begun_task(desk.operation, begun_by).filter(volume::is_wish);
            match wish {
                Some(_) => volume::arrived(desk, guest, target).await.map(|()| output),
                None => Ok(output),
            }
        }
        (_, end) => end,
    }
}

async fn record(desk: &mut Desk<'_>, wanted: &App, before: Option<&App>, aim: &Aim) -> Result<Output, Broken> {
    let key = desk.key(aim)?;
    let mut app = match before {
        // Where it lived before is not forgotten: its backups are there.
        Some(before) => App { guest: before.guest.clone(), ..wanted.clone() }.moved_into(key, clock::now()),
        None => App { guest: key, ..wanted.clone() },
    };
    app.marker.operation = Some(desk.id().0);
    let address = desk.operation.journal.iter().rev().find_map(|entry| match entry {
        Entry::Did(_, Output::Address(address)) => Some(address.as_str().into()),
        _ => None,
    });
    let known = before.map_or(wanted.address.clone(), |before| before.address.clone());
    app.address = address.or(known);
    if let (Some(book), Some(ports)) = (app.book.as_mut(), reserved_ports(desk)) {
        book.ports = ports;
    }
    desk.world.store.put_apps(vec![app.clone()]).await.map_err(Broken::of_store)?;
    desk.world.change(|fleet| fleet.put_app(app));
    Ok(Output::Nothing)
}

fn reserved_ports(desk: &Desk<'_>) -> Option<std::collections::BTreeMap<String, u16>> {
    desk.operation.journal.iter().rev().find_map(|entry| match entry {
        Entry::Did(_, Output::Reserved(reservation)) if !reservation.ports.is_empty() => {
            Some(reservation.ports.clone())
        }
        _ => None,
    })
}

async fn forget(desk: &mut Desk<'_>, id: &AppId) -> Result<Output, Broken> {
    if let Some(app) = desk.world.store.app(id.clone()).await.map_err(Broken::of_store)? {
        let names = app.book.map(|book| book.secrets).unwrap_or_default();
        secrets::forget(desk.world, id, &names).await?;
        desk.world.store.forget_app(id.clone()).await.map_err(Broken::of_store)?;
    }
    desk.world.change(|fleet| fleet.apps.retain(|app| app.id != *id));
    Ok(Output::Nothing)
}
