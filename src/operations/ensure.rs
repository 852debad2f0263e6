//! Brings a guest into a state and waits until it is there. Undoing is made of these: each looks first, so that it may be
//! repeated as often as anybody likes.

use super::{
    act::{begun_before, removal_order},
    clock,
    desk::Spot,
    power::Before,
};
use crate::{
    domain::{
        app::Marker,
        book::Origin,
        fault::{Fault, FaultCode},
        fleet::{GuestKind, Power},
        ids::{AppId, OperationId, Upid},
        plan::PowerAction,
    },
    proxmox::{
        ClientError, Exit, TaskStatus,
        guest::{ConfigChange, ConfigView, ContainerConfig, Setting},
        is_already_so, task_type,
    },
};

/// The end of a task, judged by what it says.
pub async fn ended(spot: &Spot, task: &Upid) -> Result<(), Fault> {
    match spot.client.await_task(task, spot.rhythm).await? {
        Exit::Ok | Exit::Warnings(_) => Ok(()),
        Exit::Failed(text) => {
            let log = spot.client.task_log(task, 0).await.unwrap_or_default();
            Err(spot.client.explain_task(&text, &log, &spot.key.to_string()))
        }
    }
}

/// Waits for the end of tasks of this type that whoever died before us may have begun; they go on without him.
pub async fn settled(spot: &Spot, kind: &str) -> Result<(), Fault> {
    let found = spot.client.find_tasks(&spot.node, spot.vmid(), kind, clock::now() - LONGEST).await?;
    for task in found.into_iter().filter(|task| task.status == TaskStatus::Running) {
        spot.client.await_task(&task.upid, spot.rhythm).await?;
    }
    Ok(())
}

/// A task that began longer ago does not run any more.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(3600);

/// Its configuration, or nothing where there is no such guest.
pub async fn config(spot: &Spot) -> Result<Option<ContainerConfig>, Fault> {
    match spot.client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await {
        Ok(config) => Ok(Some(config)),
        Err(gone) if gone.says_guest_is_elsewhere() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub async fn power(spot: &Spot) -> Result<Option<Power>, Fault> {
    match spot.client.guest_now(&spot.node, GuestKind::Container, spot.vmid()).await {
        Ok(now) => Ok(Some(now.power)),
        Err(gone) if gone.says_guest_is_elsewhere() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub async fn is_running(spot: &Spot) -> Result<(), Fault> {
    switch(spot, PowerAction::Start, Power::Running).await
}

pub async fn is_off(spot: &Spot, action: PowerAction) -> Result<(), Fault> {
    switch(spot, action, Power::Stopped).await
}

async fn switch(spot: &Spot, action: PowerAction, wanted: Power) -> Result<(), Fault> {
    settled(spot, task_type(GuestKind::Container, action)).await?;
    match power(spot).await? {
        None => return Ok(()),
        Some(now) if now == wanted => return Ok(()),
        Some(_) => {}
    }
    match spot.client.begin_power(&spot.node, GuestKind::Container, spot.vmid(), action).await {
        Ok(task) => ended(spot, &task).await,
        Err(refusal) if refusal.text().is_some_and(|text| is_already_so(action, text)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Who takes it back.
#[derive(Debug, Clone, Copy)]
pub enum Making<'a> {
    /// Whoever made it, by tasks of these types: some may still run.
    Of(&'a [&'a str]),
    /// Whoever clears up long after: only what its own description says counts.
    LongOver,
}

impl<'a> Making<'a> {
    fn tasks(self) -> &'a [&'a str] {
        match self {
            Self::Of(tasks) => tasks,
            Self::LongOver => &[],
        }
    }
}

/// Destroys a guest that this operation made, and nothing else. What still makes it is told to stop, and awaited.
pub async fn is_gone(
    spot: &Spot,
    app: &AppId,
    operation: OperationId,
    began: crate::domain::moment::Moment,
    making: Making<'_>,
) -> Result<(), Fault> {
    let before = Before::Began { at: began, known: Vec::new() };
    for kind in making.tasks() {
        if let Some(task) = begun_before(spot, kind, &before).await? {
            call_off(spot, &task).await?;
        }
    }
    settled(spot, DESTROYING).await?;
    let Some(config) = config(spot).await? else { return Ok(()) };
    match config.marker() {
        Some(marker) if is_ours(&marker, app, operation) => {}
        // A copy that was cut short has not got its own description yet, but it has our lock.
        None if matches!(making, Making::Of(_)) && config.lock.as_deref() == Some("create") => {}
        _ => return Ok(()),
    }
    if config.is_protected {
        let change = ConfigChange::default().set(Setting::Protected(false));
        spot.client.change_config(&spot.node, spot.vmid(), &change).await?;
    }
    is_off(spot, PowerAction::Stop).await?;
    destroyed(spot).await
}

const DESTROYING: &str = "vzdestroy";

/// Whoever else destroys it at the same time does it for us as well.
pub async fn destroyed(spot: &Spot) -> Result<(), Fault> {
    settled(spot, DESTROYING).await?;
    if config(spot).await?.is_none() {
        return Ok(());
    }
    match removal_order(&spot.client, &spot.node, spot.vmid()).await {
        Ok(task) => ended(spot, &task).await,
        Err(gone) if gone.says_guest_is_elsewhere() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whoever made a container may destroy it; it says itself when that was not us. What an operation made itself, in the
/// place of an adopted one, is taken back by `is_gone` alone.
pub async fn is_not_adopted(spot: &Spot) -> Result<(), Fault> {
    match config(spot).await?.and_then(|config| config.marker()) {
        Some(Marker { origin: Origin::Adopted, .. }) => Err(Fault::lasting(
            FaultCode::Refused,
            format!("{} was not destroyed", spot.key),
            "its description says that it was adopted: Proximity did not make it",
            "forget its app instead; to destroy it, use Proxmox's own web interface",
        )),
        _ => Ok(()),
    }
}

fn is_ours(marker: &Marker, app: &AppId, operation: OperationId) -> bool {
    marker.app == *app && marker.operation == Some(operation.0)
}

/// Stops a task that may run still, and waits for its end, whatever that is.
pub async fn call_off(spot: &Spot, task: &Upid) -> Result<(), Fault> {
    match spot.client.cancel_task(task).await {
        Ok(()) | Err(ClientError::Refused { .. } | ClientError::Forbidden { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    spot.client.await_task(task, spot.rhythm).await?;
    Ok(())
}

/// A moment so long ago that every task of this operation is younger.
pub fn since(began: crate::domain::moment::Moment) -> Before {
    Before::Began { at: began.min(clock::now()), known: Vec::new() }
}

/// What kept us from it, in the words of the guest.
pub fn failed(what: String, why: &str) -> Fault {
    Fault::lasting(FaultCode::Failed, what, why, "look at the guest on its host")
}
