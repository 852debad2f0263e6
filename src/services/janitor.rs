//! Looks what operations left over on a host. What must hold: a container is only named when its own description says that
//! it was made by that operation, a snapshot when it was taken while that one ran.

use std::time::Duration;

use crate::{
    domain::{
        fault::Fault,
        fleet::Guest,
        ids::HostId,
        leftovers::{Leftover, left_by},
        moment::Moment,
        operation::Operation,
    },
    operations::world::World,
    proxmox::{TaskStatus, guest::ConfigView},
};

/// What ended a moment ago may still be cleared away by whoever ran it.
const GRACE: Duration = Duration::from_secs(120);
/// Nobody looks for what is older.
const LONG_AGO: Duration = Duration::from_secs(30 * 86_400);
/// So many of the last operations are looked through.
const OPERATIONS: u32 = 400;
/// Clocks of two machines differ.
const SLACK: Duration = Duration::from_secs(60);

/// What is still there, with the pool it is in.
pub async fn leftovers(world: &World, host: &HostId, now: Moment) -> Result<Vec<(Leftover, Option<String>)>, Fault> {
    let operations = world.store.operations(OPERATIONS).await?;
    let is_due = |operation: &&Operation| {
        let ended = operation.ended.as_ref().map(|ended| now.since(ended.at));
        ended.is_some_and(|ago| ago >= GRACE && ago < LONG_AGO)
    };
    // What does not tell now is looked at the next time.
    let mut found: Vec<(Leftover, Option<String>)> = Vec::new();
    for leftover in operations.iter().filter(is_due).flat_map(left_by).filter(|one| one.host() == host) {
        if found.iter().any(|(known, _)| *known == leftover) {
            continue;
        }
        match leftover.guest().map(|key| world.guest(key)) {
            None if still_runs(world, &leftover).await.unwrap_or(false) => found.push((leftover, None)),
            // What is in the books is an app, whatever a journal says; what was only found by its marker is not.
            Some(Ok(guest))
                if may_be_cleared(world, &guest, &leftover)
                    && is_there(world, &guest, &leftover).await.unwrap_or(false) =>
            {
                found.push((leftover, guest.pool.as_ref().map(|pool| pool.to_string())));
            }
            // What no listing shows is gone, or not ours to judge.
            _ => {}
        }
    }
    Ok(found)
}

fn may_be_cleared(world: &World, guest: &Guest, leftover: &Leftover) -> bool {
    matches!(leftover, Leftover::Snapshot { .. })
        || world.fleet().app_of(&guest.key).is_none_or(|app| app.book.is_none())
}

async fn still_runs(world: &World, leftover: &Leftover) -> Result<bool, Fault> {
    let Leftover::Fetch { host, task } = leftover else { return Ok(false) };
    match world.client(host)?.task_status(task).await {
        Ok(status) => Ok(status == TaskStatus::Running),
        // Its node has forgotten it.
        Err(error) if !error.is_passing() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn is_there(world: &World, at: &Guest, leftover: &Leftover) -> Result<bool, Fault> {
    let client = world.client(&at.key.host)?;
    match leftover {
        Leftover::Guest { app, operation, .. } => {
            let config = match client.container_config(&at.node, at.vmid(), &ConfigView::Next).await {
                Ok(config) => config,
                Err(gone) if gone.says_guest_is_elsewhere() => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let marker = config.marker();
            Ok(marker.is_some_and(|marker| marker.app == *app && marker.operation == Some(operation.0)))
        }
        Leftover::Fetch { .. } => Ok(false),
        Leftover::Snapshot { snapshot, between: (began, ended), .. } => {
            let taken = match client.snapshots(&at.node, at.vmid()).await {
                Ok(snapshots) => snapshots.taken,
                Err(gone) if gone.says_guest_is_elsewhere() => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let is_of_then = |at: Moment| at >= *began - SLACK && at <= *ended + SLACK;
            let same = taken.iter().find(|one| one.name.as_str() == snapshot);
            Ok(same.and_then(|one| one.taken).is_some_and(|at| is_of_then(client.on_our_clock(at))))
        }
    }
}
