//! Runs one operation to its end. All judgement is `next_move`; here it is only done and written down, which is why a
//! killed run needs nothing but to be called again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    clock,
    power::{self, Before},
    task::{self, Broken},
    world::{News, World},
};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::{OperationId, Upid},
    operation::{Ended, Operation},
    plan::{
        Step,
        journal::{Entry, Move, Output, next_move, output_of},
    },
};

/// An operation belongs to the process that holds it; one that died lets go after this long.
pub const LEASE: Duration = Duration::from_secs(8);
const RENEW_EVERY: Duration = Duration::from_secs(2);

/// Runs what this process holds until its end, renewing the hold meanwhile. A fault means that it is left as its journal
/// has it: nobody here runs it any more.
pub async fn run(world: &World, operation: Operation, holder: &str, cancel: CancellationToken) -> Result<(), Fault> {
    let id = operation.id;
    let carried = carry(world, operation, &cancel);
    tokio::pin!(carried);
    let mut renewal = tokio::time::interval(RENEW_EVERY);
    loop {
        tokio::select! {
            result = &mut carried => return result,
            _ = renewal.tick() => hold(world, id, holder).await?,
        }
    }
}

async fn hold(world: &World, id: OperationId, holder: &str) -> Result<(), Fault> {
    if world.store.renew(id, holder, clock::now() + LEASE).await? != crate::store::Hold::Lost {
        return Ok(());
    }
    Err(Fault::lasting(
        FaultCode::Busy,
        format!("operation {id} goes on elsewhere"),
        "another Proximity took it over while this one was held up",
        "nothing is to be done: its result appears here too",
    ))
}

async fn carry(world: &World, mut operation: Operation, cancel: &CancellationToken) -> Result<(), Fault> {
    loop {
        world.show(&operation);
        match next_move(&operation.plan, &operation.journal) {
            Move::Do(i) => advance(world, &mut operation, i, cancel).await?,
            Move::WaitUntil(..) | Move::Ask => return Ok(()),
            Move::Undo(i) => write(world, &mut operation, Entry::Undid(i)).await?,
            Move::Finish(outcome) => {
                let at = clock::now();
                world.store.finish(operation.id, outcome, at).await?;
                operation.ended = Some(Ended { at, outcome });
                operation.task = None;
                world.show(&operation);
                ring(world, &operation);
                world.tell(News::Ended(Box::new(operation)));
                return Ok(());
            }
        }
    }
}

async fn advance(world: &World, operation: &mut Operation, i: usize, cancel: &CancellationToken) -> Result<(), Fault> {
    let Some(step) = operation.plan.steps.get(i).cloned() else { return Ok(()) };
    if cancel.is_cancelled() && !awaits_a_task(operation, &step) && !operation.journal.contains(&Entry::CancelAsked) {
        return write(world, operation, Entry::CancelAsked).await;
    }
    let before = began_before(operation, i);
    if before == Before::Never {
        write(world, operation, Entry::Began(i)).await?;
    }
    let entry = match act(world, operation, &step, before, cancel).await {
        Ok(output) => Entry::Did(i, output),
        Err(Broken::Failed(fault)) => Entry::Failed(i, fault),
        Err(Broken::Unseen(fault)) => return Err(fault),
    };
    ring(world, operation);
    write(world, operation, entry).await
}

/// A task that was begun is not turned away from: whoever awaits it tells Proxmox that it is cancelled.
fn awaits_a_task(operation: &Operation, step: &Step) -> bool {
    matches!(step, Step::AwaitTask { begun_by, .. } if begun_task(operation, *begun_by).is_some())
}

/// A step that has a `Began` and nothing after it, in this try or in one that was killed, may have acted.
fn began_before(operation: &Operation, i: usize) -> Before {
    let since_retry = operation.journal.iter().rev().take_while(|entry| !matches!(entry, Entry::Retried));
    let open = since_retry.filter(|entry| matches!(entry, Entry::Began(step) if *step == i)).count();
    match open {
        0 => Before::Never,
        _ => Before::Began { at: operation.began, known: tasks_of(&operation.journal) },
    }
}

fn tasks_of(journal: &[Entry]) -> Vec<Upid> {
    let task = |entry: &Entry| match entry {
        Entry::Did(_, Output::Task(upid)) => Some(upid.clone()),
        _ => None,
    };
    journal.iter().filter_map(task).collect()
}

async fn act(
    world: &World,
    operation: &mut Operation,
    step: &Step,
    before: Before,
    cancel: &CancellationToken,
) -> Result<Output, Broken> {
    match step {
        Step::BeginPower { guest: crate::domain::plan::Aim::Known(guest), kind, action, .. } => {
            power::begin(world, guest, *kind, *action, before).await.map_err(Broken::Failed)
        }
        Step::AwaitTask { host, begun_by } => match begun_task(operation, *begun_by) {
            Some(upid) => task::wait(world, operation, host, &upid, cancel).await,
            None => Ok(Output::Nothing),
        },
        _ => Ok(Output::Nothing),
    }
}

fn begun_task(operation: &Operation, begun_by: usize) -> Option<Upid> {
    match output_of(&operation.journal, begun_by) {
        Some(Output::Task(upid)) => Some(upid.clone()),
        _ => None,
    }
}

/// Written to disk first, then believed.
async fn write(world: &World, operation: &mut Operation, entry: Entry) -> Result<(), Fault> {
    world.store.append(operation.id, entry.clone(), clock::now()).await?;
    operation.journal.push(entry);
    Ok(())
}

fn ring(world: &World, operation: &Operation) {
    if let Some(guest) = operation.plan.subject.guest()
        && let Ok(line) = world.line(&guest.host)
    {
        line.bell.ring();
    }
}
