//! Backups, disks that grow, volumes that change hands, guests that move to another node.

use super::{
    change::ordered,
    look::begun_before,
    make::{storage, unfit},
};
use crate::{
    domain::{
        backup::{How, Mails},
        fault::{Fault, FaultCode},
        ids::{GuestKey, NodeName, Upid},
        moment::Moment,
        plan::{Aim, journal::Output},
    },
    operations::{
        clock,
        desk::{Desk, Spot},
        power::Before,
        runner::begun_task,
        task::Broken,
    },
    proxmox::{
        Begun, Client, ClientError, TaskName, TaskStatus,
        backup::{BackupOrder, NotesTemplate, Notify, read_backup_log},
        guest::{ConfigView, DiskSize, Migration, Resize, Slot, StorageMap, VolumeMove},
        storage::VolumeId,
    },
};

pub async fn back_up(
    desk: &mut Desk<'_>,
    aim: &Aim,
    to: &str,
    note: &str,
    how: How,
    before: Before,
) -> Result<Output, Broken> {
    let spot = desk.spot(aim).await?;
    if let Some(task) = begun_before(&spot, "vzdump", &before).await? {
        return Ok(Output::Task(task));
    }
    let begun = backup_order(&spot, to, note, how).await;
    ordered(desk, &spot, "vzdump", begun).await
}

pub async fn backup_order(spot: &Spot, to: &str, note: &str, how: How) -> Result<Upid, ClientError> {
    let order = BackupOrder {
        mode: how.mode,
        compression: Some(how.compression),
        guarding: how.guarding,
        notify: match how.mails {
            Mails::Nobody => Notify::Nobody,
            Mails::AsConfigured => Notify::AsConfigured,
        },
        notes: Some(NotesTemplate::new(note)).filter(|_| !note.is_empty()),
        ..BackupOrder::one(spot.vmid(), storage(to))
    };
    match spot.client.begin_backup(&spot.node, &order).await? {
        Begun::Task(task) => Ok(task),
        Begun::NothingToDo => Err(ClientError::NotSent {
            what: format!("{} was not backed up", spot.key),
            why: format!("it is not on {} any more", spot.node),
            remedy: "try again: it is looked for first",
        }),
    }
}

/// The archive that a backup made, by its log.
pub async fn archive_of(desk: &Desk<'_>, aim: &Aim, begun_by: usize) -> Result<Option<VolumeId>, Broken> {
    let Some(task) = begun_task(desk.operation, begun_by) else { return Ok(None) };
    let key = desk.key(aim)?;
    Ok(archive_of_task(&desk.client(&key.host)?, &key, &task).await?)
}

pub async fn archive_of_task(client: &Client, key: &GuestKey, task: &Upid) -> Result<Option<VolumeId>, ClientError> {
    let log = client.task_log(task, 0).await?;
    let told = read_backup_log(&log).guests.into_iter().find(|guest| guest.vmid == key.vmid);
    Ok(told.and_then(|guest| guest.volume))
}

pub async fn resize(desk: &mut Desk<'_>, aim: &Aim, slot: &str, gib: u64, before: Before) -> Result<Output, Broken> {
    let spot = desk.spot(aim).await?;
    if let Some(task) = begun_before(&spot, "resize", &before).await? {
        return Ok(Output::Task(task));
    }
    let slot: Slot = slot.parse().map_err(unfit)?;
    if size_of(&spot, slot).await?.is_some_and(|size| size >= DiskSize::gib(gib)) {
        return Ok(Output::AlreadySo);
    }
    ordered(desk, &spot, "resize", resize_order(&spot, slot, gib).await).await
}

pub async fn resize_order(spot: &Spot, slot: Slot, gib: u64) -> Result<Upid, ClientError> {
    spot.client.begin_resize(&spot.node, spot.vmid(), slot, Resize::To(DiskSize::gib(gib)), None).await
}

async fn size_of(spot: &Spot, slot: Slot) -> Result<Option<DiskSize>, ClientError> {
    let config = spot.client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await?;
    Ok(match slot {
        Slot::Root => config.root.and_then(|root| root.size),
        Slot::Mount(number) => config.mounts.get(&number).and_then(|mount| mount.size),
        Slot::Unused(_) => None,
    })
}

/// A volume of one container goes to another one on the same node, under the same name.
pub async fn hand_over(
    desk: &mut Desk<'_>,
    from: &Aim,
    to: &Aim,
    slot: &str,
    before: Before,
) -> Result<Output, Broken> {
    let (from, to) = (desk.spot(from).await?, desk.spot(to).await?);
    let slot: Slot = slot.parse().map_err(unfit)?;
    if before != Before::Never
        && let Some(task) = moving(&from, slot, desk.operation.began).await?
    {
        return Ok(Output::Task(task));
    }
    if has(&to, slot).await? {
        return Ok(before.own(Output::AlreadySo));
    }
    match hand_over_order(&from, &to, slot).await {
        Ok(task) => Ok(Output::Task(task)),
        // It may be on its way: who tries again sees whether it arrived.
        Err(error) => Err(error.into()),
    }
}

/// The task that moves this volume away right now.
pub async fn moving(from: &Spot, slot: Slot, since: Moment) -> Result<Option<Upid>, ClientError> {
    let found = from.client.find_tasks_of_kind(&from.node, "move_volume", since).await?;
    let begins = format!("{}-{slot}>", from.vmid());
    let is_it = |upid: &Upid| TaskName::read(upid).is_some_and(|task| task.id.starts_with(&begins));
    let mut running = found.into_iter().filter(|task| task.status == TaskStatus::Running && is_it(&task.upid));
    Ok(running.next().map(|task| task.upid))
}

pub async fn hand_over_order(from: &Spot, to: &Spot, slot: Slot) -> Result<Upid, ClientError> {
    let to = VolumeMove::ToGuest { vmid: to.vmid(), slot, digest: None };
    from.client.begin_volume_move(&from.node, from.vmid(), slot, &to, None).await
}

/// Whether a container has a volume at this place.
pub async fn has(spot: &Spot, slot: Slot) -> Result<bool, ClientError> {
    let config = spot.client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await?;
    Ok(match slot {
        Slot::Root => config.root.is_some(),
        Slot::Mount(number) => config.mounts.contains_key(&number),
        Slot::Unused(number) => config.unused.contains_key(&number),
    })
}

pub async fn migrate(
    desk: &mut Desk<'_>,
    guest: &GuestKey,
    target: &NodeName,
    restarts: bool,
    before: Before,
) -> Result<Output, Broken> {
    let spot = desk.spot_anew(&Aim::Known(guest.clone())).await?;
    if spot.node == *target {
        return Ok(before.own(Output::AlreadySo));
    }
    if let Some(task) = begun_before(&spot, "vzmigrate", &before).await? {
        return Ok(Output::Task(task));
    }
    ordered(desk, &spot, "vzmigrate", migration_order(&spot, target, restarts).await).await
}

/// Where HA moves it, the task is only the wish: it counts once the guest is there.
pub async fn arrived(desk: &mut Desk<'_>, guest: &GuestKey, target: &NodeName) -> Result<(), Broken> {
    let aim = Aim::Known(guest.clone());
    let end = clock::now() + HA_PATIENCE;
    loop {
        let spot = desk.spot_anew(&aim).await?;
        if spot.node == *target {
            return Ok(());
        }
        if clock::now() > end {
            return Err(stuck_in_ha(desk, guest, target).into());
        }
        desk.note(format!("HA moves it to {target}"));
        // Its wish stands: who turned away now would leave it on its way.
        tokio::time::sleep(desk.world.tempo.look).await;
    }
}

/// Whether a task only asked HA for a move.
pub fn is_wish(task: &Upid) -> bool {
    TaskName::read(task).is_some_and(|task| task.kind == "hamigrate")
}

const HA_PATIENCE: std::time::Duration = std::time::Duration::from_secs(900);

fn stuck_in_ha(desk: &Desk<'_>, guest: &GuestKey, target: &NodeName) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{} {}", desk.operation.plan.name, desk.operation.plan.kind.undone()),
        format!("HA was asked to move {guest} to {target}, and did not within 15 minutes"),
        "look at Datacenter, HA in Proxmox",
    )
}

pub async fn migration_order(spot: &Spot, target: &NodeName, restarts: bool) -> Result<Upid, ClientError> {
    let migration = Migration { target: target.clone(), restarts, timeout: None, storages: StorageMap::Same };
    spot.client.begin_migration(&spot.node, spot.vmid(), &migration).await
}
