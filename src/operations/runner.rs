//! Runs one operation to its end. All judgement is `next_move`; here it is only done and written down, which is why a
//! killed run needs nothing but to be called again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    act, clock,
    desk::Desk,
    hands::Hands,
    power::Before,
    task::Broken,
    turn, undo,
    world::{News, World},
};
use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        ids::{OperationId, Upid},
        moment::Moment,
        operation::{Ended, Operation},
        plan::{
            Step,
            journal::{Entry, Move, Outcome, Output, next_move, output_of, tries},
        },
    },
    store::Hold,
};

/// An operation belongs to the process that holds it; one that died lets go after this long.
pub const LEASE: Duration = Duration::from_secs(8);
const RENEW_EVERY: Duration = Duration::from_secs(2);
/// So often an undo that failed in passing is tried before it is left for later.
const UNDO_TRIES: u32 = 5;

/// Runs what this process holds until its end, renewing the hold meanwhile. A fault means that it is left as its journal
/// has it: nobody here runs it any more.
pub async fn run(
    world: &World,
    hands: &dyn Hands,
    mut operation: Operation,
    holder: &str,
    cancel: CancellationToken,
) -> Result<(), Fault> {
    let id = operation.id;
    let mut desk = Desk { world, hands, operation: &mut operation, cancel: cancel.clone(), litter: Vec::new() };
    let ends = CancellationToken::new();
    let carried = carry(&mut desk, holder, &ends);
    tokio::pin!(carried);
    let mut renewal = tokio::time::interval(RENEW_EVERY);
    loop {
        tokio::select! {
            result = &mut carried => return result,
            _ = renewal.tick() => match hold(world, id, holder, &cancel).await {
                // Nobody holds what has ended, and its end was written while we asked.
                Err(_) if ends.is_cancelled() => return carried.await,
                held => held?,
            },
        }
    }
}

async fn hold(world: &World, id: OperationId, holder: &str, cancel: &CancellationToken) -> Result<(), Fault> {
    match world.store.renew(id, holder, clock::now() + LEASE).await? {
        Hold::Ours => Ok(()),
        Hold::WantedBack => {
            cancel.cancel();
            Ok(())
        }
        Hold::Lost => Err(Fault::lasting(
            FaultCode::Busy,
            format!("operation {id} goes on elsewhere"),
            "another Proximity took it over while this one was held up",
            "nothing is to be done: its result appears here too",
        )),
    }
}

async fn carry(desk: &mut Desk<'_>, holder: &str, ends: &CancellationToken) -> Result<(), Fault> {
    loop {
        desk.world.show(desk.operation);
        match next_move(&desk.operation.plan, &desk.operation.journal) {
            Move::Do(i) => advance(desk, i).await?,
            Move::WaitUntil(i, until) => {
                wait(desk, until).await;
                advance(desk, i).await?;
            }
            Move::Undo(i) => take_back(desk, i).await?,
            Move::Ask => return ask(desk, holder).await,
            Move::Finish(outcome) => return finish(desk, outcome, ends).await,
        }
    }
}

async fn finish(desk: &mut Desk<'_>, outcome: Outcome, ends: &CancellationToken) -> Result<(), Fault> {
    act::settle(desk, outcome).await;
    let at = clock::now();
    ends.cancel();
    desk.world.store.finish(desk.id(), outcome, at).await?;
    let operation = &mut *desk.operation;
    operation.ended = Some(Ended { at, outcome });
    clear_display(operation);
    desk.world.show(operation);
    ring(desk.world, operation);
    desk.world.tell(News::Ended(Box::new(operation.clone())));
    act::sweep(desk).await;
    Ok(())
}

/// Whoever answers takes it up again; until then it keeps its guest, but no turn on a node.
async fn ask(desk: &mut Desk<'_>, holder: &str) -> Result<(), Fault> {
    if !matches!(desk.operation.journal.last(), Some(Entry::Asked)) {
        write(desk, Entry::Asked).await?;
        desk.world.tell(News::Asks(Box::new(desk.operation.clone())));
    }
    clear_display(desk.operation);
    desk.world.show(desk.operation);
    desk.world.store.leave_turn(desk.id()).await?;
    desk.world.store.release(desk.id(), holder).await?;
    Ok(())
}

fn clear_display(operation: &mut Operation) {
    (operation.task, operation.share, operation.note) = (None, None, None);
}

async fn wait(desk: &mut Desk<'_>, until: Moment) {
    if let Some(fault) = desk.operation.waits_for() {
        let note = format!("{}: tries again", fault.why);
        desk.note(note);
    }
    tokio::select! {
        () = tokio::time::sleep(until.since(clock::now())) => {}
        () = desk.cancel.cancelled() => {}
    }
}

async fn advance(desk: &mut Desk<'_>, i: usize) -> Result<(), Fault> {
    let Some(step) = desk.operation.plan.steps.get(i).cloned() else { return Ok(()) };
    let is_told = desk.operation.journal.iter().rev().take_while(|entry| !matches!(entry, Entry::Retried));
    let is_told = { is_told }.any(|entry| *entry == Entry::CancelAsked);
    if desk.cancel.is_cancelled() && !awaits_a_task(desk.operation, &step) && !is_told {
        return write(desk, Entry::CancelAsked).await;
    }
    clear_display(desk.operation);
    desk.operation.log.clear();
    // Who waits for others works nowhere yet.
    let turn = if matches!(step, Step::After { .. }) { Ok(()) } else { turn::take(desk).await };
    let result = match turn {
        Ok(()) => {
            let before = began_before(desk, i).await?;
            if before == Before::Never || matches!(desk.operation.journal.last(), Some(Entry::Waits(..))) {
                write(desk, Entry::Began(i)).await?;
            }
            desk.world.show(desk.operation);
            act::act(desk, i, &step, before).await
        }
        Err(broken) => Err(broken),
    };
    let entry = match result {
        Ok(output) => Entry::Did(i, output),
        Err(Broken::Failed(fault)) => failed(desk, i, fault),
        Err(Broken::Cancelled) => Entry::CancelAsked,
        Err(Broken::Instead(step, output)) => Entry::Did(step, output),
        Err(Broken::Unseen(fault)) => return Err(fault),
    };
    ring(desk.world, desk.operation);
    let did = matches!(&entry, Entry::Did(step, _) if *step == i);
    write(desk, entry).await?;
    if did {
        act::leave_behind(desk, i, &step);
    }
    Ok(())
}

/// What failed in passing is tried again some times; what failed for good is not.
fn failed(desk: &Desk<'_>, i: usize, fault: Fault) -> Entry {
    let (tempo, tried, now) = (desk.world.tempo, tries(&desk.operation.journal, i), clock::now());
    match fault.kind {
        FaultKind::Passing if tried < tempo.tries && !desk.cancel.is_cancelled() => {
            Entry::Waits(i, fault, now + tempo.wait(tried, now))
        }
        _ => Entry::Failed(i, fault),
    }
}

async fn take_back(desk: &mut Desk<'_>, i: usize) -> Result<(), Fault> {
    let Some(step) = desk.operation.plan.steps.get(i).cloned() else { return Ok(()) };
    clear_display(desk.operation);
    desk.note(format!("takes back: {}", step.title()));
    write(desk, Entry::UndoBegan(i, Output::Nothing)).await?;
    let mut tried = 0;
    let entry = loop {
        match undo::take_back(desk, i, &step).await {
            Ok(()) => break Entry::Undid(i),
            Err(fault) if fault.kind == FaultKind::Passing && tried < UNDO_TRIES => {
                let pause = desk.world.tempo.wait(tried, clock::now());
                desk.note(format!("{}: tries again", fault.why));
                tokio::time::sleep(pause).await;
                tried += 1;
            }
            // A host that does not answer says nothing: it goes on when that is back.
            Err(fault) if fault.code == FaultCode::Unreachable || fault.code == FaultCode::Trust => return Err(fault),
            Err(fault) => break Entry::UndoFailed(i, fault),
        }
    };
    ring(desk.world, desk.operation);
    let is_undone = matches!(entry, Entry::Undid(_));
    write(desk, entry).await?;
    if is_undone {
        undo::leave_behind(desk, i, &step);
    }
    Ok(())
}

/// A task that was begun is not turned away from: whoever awaits it tells Proxmox that it is cancelled.
fn awaits_a_task(operation: &Operation, step: &Step) -> bool {
    matches!(step, Step::AwaitTask { begun_by, .. } if begun_task(operation, *begun_by).is_some())
}

/// A step that has a `Began` and nothing after it, in this try or in one that was killed, may have acted.
async fn began_before(desk: &Desk<'_>, i: usize) -> Result<Before, Fault> {
    let since_retry = desk
        .operation
        .journal
        .iter()
        .rev()
        .take_while(|entry| !matches!(entry, Entry::Retried) && !matches!(entry, Entry::Undid(step) if *step <= i));
    let open = since_retry.filter(|entry| matches!(entry, Entry::Began(step) if *step == i)).count();
    match open {
        0 => Ok(Before::Never),
        _ => Ok(Before::Began { at: desk.operation.began, known: desk.known_tasks().await? }),
    }
}

pub(super) fn begun_task(operation: &Operation, begun_by: usize) -> Option<Upid> {
    match output_of(&operation.journal, begun_by) {
        Some(Output::Task(upid)) => Some(upid.clone()),
        _ => None,
    }
}

/// Written to disk first, then believed.
async fn write(desk: &mut Desk<'_>, entry: Entry) -> Result<(), Fault> {
    if desk.world.store.append(desk.operation.id, entry.clone(), clock::now()).await? == Hold::WantedBack {
        desk.cancel.cancel();
    }
    desk.operation.journal.push(entry);
    Ok(())
}

fn ring(world: &World, operation: &Operation) {
    if let Some(host) = operation.plan.subject.host()
        && let Ok(line) = world.line(host)
    {
        line.bell.ring();
    }
}
