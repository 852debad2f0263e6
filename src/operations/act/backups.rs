//! Backups that are there: their notes, their protection, their end. What must hold: what is gone already is well, and
//! what is protected stays.

use std::{future::Future, time::Duration};

use super::make::unfit;
use crate::{
    domain::{
        backup::{BackupKey, Label, Retention},
        fault::{Fault, FaultCode},
        fleet::GuestKind,
        ids::{GuestKey, HostId, NodeName, StorageName, Upid},
        plan::journal::Output,
    },
    operations::{clock, desk::Desk, power::Before, task::Broken},
    proxmox::{
        Begun, Client, ClientError, TaskName,
        storage::{PruneScope, VolumeChange, VolumeId},
    },
};

/// A change that is made at once.
pub async fn edit(desk: &mut Desk<'_>, key: &BackupKey, node: &NodeName, to: &Label) -> Result<Output, Broken> {
    let changed = edit_order(&desk.client(&key.host)?, node, &volume(key)?, to).await;
    desk.world.backups_changed(&key.host);
    match changed {
        Ok(()) => Ok(Output::Nothing),
        Err(error) if is_gone(&error) => Err(gone(key).into()),
        Err(error) => Err(error.into()),
    }
}

pub async fn edit_order(client: &Client, node: &NodeName, volume: &VolumeId, to: &Label) -> Result<(), ClientError> {
    let change = VolumeChange { notes: to.note.clone(), guarding: to.guarding };
    client.change_volume(node, volume, &change).await
}

pub fn volume(key: &BackupKey) -> Result<VolumeId, Broken> {
    key.volume.parse().map_err(unfit)
}

/// Which task of ours is meant: its type, and what it is about.
struct Meant<'a> {
    host: &'a HostId,
    node: &'a NodeName,
    kind: &'a str,
    about: &'a str,
}

/// The order that an earlier try gave, or now this one; where an answer is lost it is looked for before anybody repeats it.
async fn ordered(
    desk: &Desk<'_>,
    meant: &Meant<'_>,
    order: impl Future<Output = Result<Begun, ClientError>>,
    before: &Before,
) -> Result<Output, Broken> {
    if let Some(task) = begun(desk, meant, before).await? {
        return Ok(Output::Task(task));
    }
    match order.await {
        Ok(Begun::Task(task)) => Ok(Output::Task(task)),
        Ok(Begun::NothingToDo) => Ok(Output::Nothing),
        Err(error) if is_gone(&error) => Ok(Output::AlreadySo),
        Err(lost) if lost.may_have_acted() => {
            let since = Before::Began { at: clock::now() - LOST, known: desk.known_tasks().await? };
            match begun(desk, meant, &since).await? {
                Some(task) => Ok(Output::Task(task)),
                None => Err(lost.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// An answer is given up after this long at the latest.
const LOST: Duration = Duration::from_secs(60);

async fn begun(desk: &Desk<'_>, meant: &Meant<'_>, before: &Before) -> Result<Option<Upid>, Broken> {
    let Before::Began { at, known } = before else { return Ok(None) };
    let found = desk.client(meant.host)?.find_tasks_of_kind(meant.node, meant.kind, *at - LOST).await?;
    let is_it = |upid: &Upid| !known.contains(upid) && TaskName::read(upid).is_some_and(|name| name.id == meant.about);
    Ok(found.into_iter().filter(|task| is_it(&task.upid)).max_by_key(|task| task.began).map(|task| task.upid))
}

pub async fn remove(
    desk: &mut Desk<'_>,
    key: &BackupKey,
    at: (&NodeName, &GuestKey),
    before: Before,
) -> Result<Output, Broken> {
    let (node, of) = at;
    let (client, volume) = (desk.client(&key.host)?, volume(key)?);
    let about = format!("{}@{}", of.vmid, key.storage());
    let meant = Meant { host: &key.host, node, kind: "imgdel", about: &about };
    let removed = ordered(desk, &meant, client.delete_volume(node, &volume), &before).await;
    desk.world.backups_changed(&key.host);
    removed
}

pub async fn prune(
    desk: &mut Desk<'_>,
    guest: &GuestKey,
    (node, storage): (&NodeName, &StorageName),
    keeps: &Retention,
    before: Before,
) -> Result<Output, Broken> {
    let client = desk.client(&guest.host)?;
    let scope = PruneScope::One(GuestKind::Container, guest.vmid);
    let about = format!("{}@{storage}", guest.vmid);
    let meant = Meant { host: &guest.host, node, kind: "prunebackups", about: &about };
    ordered(desk, &meant, client.begin_prune(node, storage, keeps, scope), &before).await
}

pub fn is_gone(error: &ClientError) -> bool {
    let says = |text: &str| {
        ["no such", "does not exist", "unable to open file", "volume_size_info"].iter().any(|one| text.contains(one))
    };
    error.text().is_some_and(says)
}

fn gone(key: &BackupKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} was not changed", key.file()),
        "it is not on its storage any more",
        "look at what there is: `proximity backup list`, or deck 5",
    )
}
