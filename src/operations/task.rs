//! The step that waits for a Proxmox task to its end, showing its log on the way. The task goes on whatever happens to
//! us; who waits again just asks again.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        ids::{HostId, Upid},
        operation::Operation,
        plan::journal::Output,
    },
    proxmox::{Client, ClientError, Exit, TaskStatus, share_done},
};

use super::world::{News, World};

/// How many of the log's last lines the deck shows while it runs.
const LINES_SHOWN: usize = 12;
/// How long a host may be silent before the wait is given up; its task is not.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why a wait ended without the task's own end.
pub enum Broken {
    Failed(Fault),
    /// The task cannot be seen any more, which says nothing about it: it goes on, and so does the operation once it can
    /// be seen again.
    Unseen(Fault),
    /// The operator wants it back, and it was in the middle of nothing.
    Cancelled,
    /// Another step has to stand differently first; then this one is done anew.
    Instead(usize, Output),
}

impl Broken {
    /// Books that cannot be written say nothing about the world.
    pub fn of_store(error: crate::store::StoreError) -> Self {
        Self::Unseen(error.into())
    }
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<ClientError> for Broken {
    fn from(error: ClientError) -> Self {
        Self::Failed(error.into())
    }
}

/// Awaits the task. A cancelled one is told to Proxmox and awaited all the same: only its end frees the guest.
pub async fn wait(
    world: &World,
    operation: &mut Operation,
    host: &HostId,
    upid: &Upid,
    cancel: &CancellationToken,
) -> Result<Output, Broken> {
    let client = world.client(host).map_err(Broken::Unseen)?;
    operation.task = Some(upid.clone());
    let ended = follow(world, operation, host, &client, upid, cancel).await;
    operation.task = None;
    match ended? {
        Exit::Ok => Ok(Output::Nothing),
        Exit::Warnings(count) => Ok(Output::Warned(count)),
        Exit::Failed(text) => {
            let log: Vec<String> = operation.log.iter().map(|line| line.to_string()).collect();
            let plan = &operation.plan;
            let what = format!("{} was not {}", plan.name, plan.kind.done());
            Err(Broken::Failed(Fault { what, ..client.explain_task(&text, &log, &plan.name) }))
        }
    }
}

async fn follow(
    world: &World,
    operation: &mut Operation,
    host: &HostId,
    client: &Client,
    upid: &Upid,
    cancel: &CancellationToken,
) -> Result<Exit, Broken> {
    let (mut read, mut round, mut told) = (0, 0_u32, false);
    let mut silent_since = None;
    loop {
        match look(client, upid, &mut read, operation).await {
            Ok(TaskStatus::Ended(exit)) => return Ok(exit),
            Ok(TaskStatus::Running) => silent_since = None,
            Err(lost) if lost.is_passing() => {
                let since = *silent_since.get_or_insert_with(tokio::time::Instant::now);
                if since.elapsed() > PATIENCE {
                    return Err(Broken::Unseen(lost_sight(lost)));
                }
            }
            Err(error) if error.keeps_us_out() => {
                let fault = Fault::from(error);
                // Nobody takes the operation up again before somebody has let us in.
                world.lose(host, fault.clone());
                return Err(Broken::Unseen(fault));
            }
            Err(refusal) => return Err(Broken::Failed(refusal.into())),
        }
        world.show(operation);
        tokio::select! {
            () = tokio::time::sleep(world.tempo.pause(round)) => {}
            () = cancel.cancelled(), if !told => {
                told = true;
                // Where it may not be stopped it goes on, and only its end frees the guest.
                if let Err(refusal) = client.cancel_task(upid).await {
                    world.tell(News::Trouble(refusal.into()));
                }
            }
        }
        round = round.saturating_add(1);
    }
}

async fn look(
    client: &Client,
    upid: &Upid,
    read: &mut usize,
    operation: &mut Operation,
) -> Result<TaskStatus, ClientError> {
    // The status first: what the log gains after it is read in the next round, or not missed at the end.
    let status = client.task_status(upid).await?;
    let lines = client.task_log(upid, *read).await?;
    *read += lines.len();
    operation.log.extend(lines.into_iter().map(Arc::from));
    operation.share = share_done(&operation.log).or(operation.share);
    let surplus = operation.log.len().saturating_sub(LINES_SHOWN);
    operation.log.drain(..surplus);
    Ok(status)
}

fn lost_sight(lost: ClientError) -> Fault {
    let reason: Fault = lost.into();
    Fault::new(
        FaultCode::Unreachable,
        FaultKind::NeedsPerson,
        "the task was lost sight of",
        format!("its host has not answered for two minutes ({}); the task itself may well go on", reason.why),
        "nothing is to be done: when the host answers again, its end is looked for",
    )
}
