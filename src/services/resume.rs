//! Looks after operations that do not run here: what another Proximity does is shown, and what one that is gone left
//! unfinished is taken up, to go on where its journal ends. What must hold: nothing is taken from whoever holds it, and
//! nothing is taken up before its host answers; an operation must not fail because a passphrase was not typed yet.

use std::collections::HashSet;

use crate::{
    domain::{fault::Fault, fleet::Reach, ids::OperationId, operation::Operation, plan::journal::Entry},
    operations::{
        clock, runner,
        world::{OPERATIONS_SHOWN, World},
    },
    store::Unfinished,
};

/// The unfinished operations that nobody holds any more; from now on they are held by `holder`. Those of `here` run in
/// this process.
pub async fn take_up(world: &World, holder: &str, here: &HashSet<OperationId>) -> Result<Vec<Operation>, Fault> {
    let unfinished = world.store.unfinished().await?;
    show_ended(world, here, &unfinished).await?;
    show_missed(world).await?;
    let mut taken = Vec::new();
    for left in unfinished.into_iter().filter(|left| !here.contains(&left.operation.id)) {
        // One that this process has just begun, and is about to run.
        if left.holder == holder && left.lease.is_some_and(|until| clock::now() < until) {
            continue;
        }
        show_news(world, &left.operation);
        // Only the operator's answer brings it further.
        if left.operation.asks() && left.operation.journal.last() == Some(&Entry::Asked) {
            continue;
        }
        taken.extend(claim(world, holder, &left.operation).await?);
    }
    Ok(taken)
}

async fn claim(world: &World, holder: &str, left: &Operation) -> Result<Option<Operation>, Fault> {
    let (now, id) = (clock::now(), left.id);
    if !answers(world, left) || !world.store.claim(id, holder, now, now + runner::LEASE).await? {
        return Ok(None);
    }
    // Read again: its last holder may have written to it until this very moment.
    Ok(world.store.operation(id).await?)
}

fn answers(world: &World, operation: &Operation) -> bool {
    let reach = |host| world.fleet().host(host).map(|known| known.reach.clone());
    operation.plan.subject.host().is_none_or(|host| reach(host) == Some(Reach::Online))
}

/// What runs for all we know, and has ended elsewhere.
async fn show_ended(world: &World, here: &HashSet<OperationId>, unfinished: &[Unfinished]) -> Result<(), Fault> {
    let fleet = world.fleet();
    let runs = |id| here.contains(&id) || unfinished.iter().any(|left| left.operation.id == id);
    for shown in fleet.operations.iter().filter(|shown| shown.is_running() && !runs(shown.id)) {
        if let Some(ended) = world.store.operation(shown.id).await?.filter(|now| !now.is_running()) {
            world.show(&ended);
        }
    }
    Ok(())
}

/// What began and ended elsewhere between two looks, in the order in which it did.
async fn show_missed(world: &World) -> Result<(), Fault> {
    let newest = world.store.newest_operations(OPERATIONS_SHOWN).await?;
    for id in newest.into_iter().rev().filter(|id| world.fleet().operation(*id).is_none()) {
        if let Some(operation) = world.store.operation(id).await? {
            world.show(&operation);
        }
    }
    Ok(())
}

fn show_news(world: &World, now: &Operation) {
    if world.fleet().operation(now.id).is_none_or(|shown| shown.journal != now.journal || !shown.is_running()) {
        world.show(now);
    }
}
