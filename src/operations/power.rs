//! The step that switches a guest on or off. What must hold: a guest is not switched twice because an answer was lost or
//! the program died; whoever began before looks for its task first.

use crate::{
    domain::{
        fault::Fault,
        fleet::{Guest, GuestKind},
        ids::{GuestKey, Upid},
        moment::Moment,
        plan::{PowerAction, journal::Output},
    },
    proxmox::{Client, ClientError, is_already_so, task_type},
};

use super::{
    clock,
    world::{World, not_listed},
};

/// Clocks of two machines differ, and a task begins a moment before its answer arrives.
const LOOK_BACK: std::time::Duration = std::time::Duration::from_secs(5);

/// Whether this step may have acted already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    Never,
    /// An earlier run wrote `Began`, and nothing after; the operation is as old as this, and these tasks are accounted for.
    Began {
        at: Moment,
        known: Vec<Upid>,
    },
}

pub async fn begin(
    world: &World,
    key: &GuestKey,
    kind: GuestKind,
    action: PowerAction,
    before: Before,
) -> Result<Output, Fault> {
    let client = world.client(&key.host)?;
    let guest = world.guest(key)?;
    if let Before::Began { at, known } = before
        && let Some(task) = find(&client, &guest, kind, action, at, &known).await?
    {
        return Ok(Output::Task(task));
    }
    let first = order(&client, &guest, kind, action).await;
    if !may_be_elsewhere(&first) {
        return Ok(first?);
    }
    match look_anew(world, &client, &guest).await? {
        Some(moved) => Ok(order(&client, &moved, kind, action).await?),
        None => Ok(first?),
    }
}

/// A node says of a guest that moved away that it does not know it; or, asked to stop it, that it does not run there.
fn may_be_elsewhere(first: &Result<Output, ClientError>) -> bool {
    match first {
        Ok(output) => *output == Output::AlreadySo,
        Err(refusal) => refusal.says_guest_is_elsewhere(),
    }
}

/// Where the guest is now, if not where it was asked: it was migrated since its host was listed.
async fn look_anew(world: &World, client: &Client, guest: &Guest) -> Result<Option<Guest>, Fault> {
    let seen = client.observe(clock::now()).await?;
    let found = seen.guests.iter().find(|seen| seen.key == guest.key).cloned();
    world.change(|fleet| fleet.observe(seen));
    let found = found.ok_or_else(|| not_listed(&guest.key))?;
    Ok((found.node != guest.node).then_some(found))
}

async fn order(client: &Client, guest: &Guest, kind: GuestKind, action: PowerAction) -> Result<Output, ClientError> {
    let asked_at = clock::now();
    match client.begin_power(&guest.node, kind, guest.vmid(), action).await {
        Ok(task) => Ok(Output::Task(task)),
        // Proxmox refuses what is so already; for us that is success without a task.
        Err(refusal) if refusal.text().is_some_and(|text| is_already_so(action, text)) => Ok(Output::AlreadySo),
        Err(lost) if lost.may_have_acted() => match find(client, guest, kind, action, asked_at, &[]).await? {
            Some(task) => Ok(Output::Task(task)),
            None => Err(lost),
        },
        Err(refusal) => Err(refusal),
    }
}

async fn find(
    client: &Client,
    guest: &Guest,
    kind: GuestKind,
    action: PowerAction,
    since: Moment,
    known: &[Upid],
) -> Result<Option<Upid>, ClientError> {
    let found = client.find_tasks(&guest.node, guest.vmid(), task_type(kind, action), since - LOOK_BACK).await?;
    let fresh = found.into_iter().filter(|task| !known.contains(&task.upid));
    Ok(fresh.max_by_key(|task| task.began).map(|task| task.upid))
}
