//! The step that switches a guest on or off. What must hold: a guest is not switched twice because an answer was lost or
//! the program died; whoever began before looks for its task first.

use super::{
    clock,
    desk::{Desk, Spot},
};
use crate::{
    domain::{
        fault::Fault,
        fleet::GuestKind,
        ids::Upid,
        moment::Moment,
        plan::{Aim, PowerAction, journal::Output},
    },
    proxmox::{ClientError, is_already_so, task_type},
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

impl Before {
    /// What is so already may be an earlier try's doing, and is then owed an undo as if it had just been done.
    pub fn own(&self, output: Output) -> Output {
        match output {
            Output::AlreadySo if *self != Self::Never => Output::Nothing,
            output => output,
        }
    }
}

pub async fn begin(
    desk: &Desk<'_>,
    aim: &Aim,
    spot: Spot,
    kind: GuestKind,
    action: PowerAction,
    before: Before,
) -> Result<Output, Fault> {
    if let Before::Began { at, known } = &before
        && let Some(task) = find(&spot, kind, action, *at, known).await?
    {
        return Ok(Output::Task(task));
    }
    Ok(before.own(look_and_order(desk, aim, spot, kind, action).await?))
}

async fn look_and_order(
    desk: &Desk<'_>,
    aim: &Aim,
    spot: Spot,
    kind: GuestKind,
    action: PowerAction,
) -> Result<Output, Fault> {
    let first = order(desk, &spot, kind, action).await;
    if !may_be_elsewhere(&first) {
        return Ok(first?);
    }
    // It was migrated since its host was listed, perhaps.
    let now = desk.spot_anew(aim).await?;
    if now.node == spot.node {
        return Ok(first?);
    }
    Ok(order(desk, &now, kind, action).await?)
}

/// A node says of a guest that moved away that it does not know it; or, asked to stop it, that it does not run there.
fn may_be_elsewhere(first: &Result<Output, ClientError>) -> bool {
    match first {
        Ok(output) => *output == Output::AlreadySo,
        Err(refusal) => refusal.says_guest_is_elsewhere(),
    }
}

async fn order(desk: &Desk<'_>, spot: &Spot, kind: GuestKind, action: PowerAction) -> Result<Output, ClientError> {
    let asked_at = clock::now();
    match spot.client.begin_power(&spot.node, kind, spot.vmid(), action).await {
        Ok(task) => Ok(Output::Task(task)),
        // Proxmox refuses what is so already; for us that is success without a task.
        Err(refusal) if refusal.text().is_some_and(|text| is_already_so(action, text)) => Ok(Output::AlreadySo),
        Err(lost) if lost.may_have_acted() => match find(spot, kind, action, asked_at, &known(desk).await).await? {
            Some(task) => Ok(Output::Task(task)),
            None => Err(lost),
        },
        Err(refusal) => Err(refusal),
    }
}

/// Books that cannot be read account for nothing; who writes to them next says so.
async fn known(desk: &Desk<'_>) -> Vec<Upid> {
    desk.known_tasks().await.unwrap_or_default()
}

async fn find(
    spot: &Spot,
    kind: GuestKind,
    action: PowerAction,
    since: Moment,
    known: &[Upid],
) -> Result<Option<Upid>, ClientError> {
    let found = spot.client.find_tasks(&spot.node, spot.vmid(), task_type(kind, action), since - LOOK_BACK).await?;
    let fresh = found.into_iter().filter(|task| !known.contains(&task.upid));
    Ok(fresh.max_by_key(|task| task.began).map(|task| task.upid))
}
