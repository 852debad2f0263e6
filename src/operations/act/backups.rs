//! Backups that are there: their notes, their protection, their end. What must hold: what is gone already is well, and
//! what is protected stays.

use super::make::unfit;
use crate::{
    domain::{
        backup::{BackupKey, Label, Retention},
        fault::{Fault, FaultCode},
        fleet::GuestKind,
        ids::{GuestKey, NodeName, StorageName},
        plan::journal::Output,
    },
    operations::{desk::Desk, task::Broken},
    proxmox::{
        Begun, Client, ClientError,
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

fn output(begun: Begun) -> Output {
    match begun {
        Begun::Task(task) => Output::Task(task),
        Begun::NothingToDo => Output::Nothing,
    }
}

/// Removing it a second time does no harm, so nobody looks whether it was begun before.
pub async fn remove(desk: &mut Desk<'_>, key: &BackupKey, node: &NodeName) -> Result<Output, Broken> {
    let begun = desk.client(&key.host)?.delete_volume(node, &volume(key)?).await;
    desk.world.backups_changed(&key.host);
    match begun {
        Ok(begun) => Ok(output(begun)),
        Err(error) if is_gone(&error) => Ok(Output::AlreadySo),
        Err(error) => Err(error.into()),
    }
}

pub async fn prune(
    desk: &mut Desk<'_>,
    guest: &GuestKey,
    node: &NodeName,
    storage: &StorageName,
    keeps: &Retention,
) -> Result<Output, Broken> {
    let scope = PruneScope::One(GuestKind::Container, guest.vmid);
    let begun = desk.client(&guest.host)?.begin_prune(node, storage, keeps, scope).await?;
    Ok(output(begun))
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
