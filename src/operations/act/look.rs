//! Steps that only look: for a task that was begun before, for an address, whether an app answers.

use std::time::Duration;

use tokio::time::Instant;

use super::{inside::run_command, job_of};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{OperationId, Upid},
        operation::Operation,
        plan::{Aim, journal::Output},
        probe::{Probe, ProbeKind},
    },
    operations::{
        desk::{Desk, Spot},
        power::Before,
        probe,
        task::Broken,
    },
    proxmox::ClientError,
};

/// Clocks of two machines differ, and a task begins a moment before its answer arrives.
const LOOK_BACK: Duration = Duration::from_secs(5);

/// The task of this type that an earlier try of the step began on this guest, if it did.
pub async fn begun_before(spot: &Spot, kind: &str, before: &Before) -> Result<Option<Upid>, ClientError> {
    let Before::Began { at, known } = before else { return Ok(None) };
    let found = spot.client.find_tasks(&spot.node, spot.vmid(), kind, *at - LOOK_BACK).await?;
    let fresh = found.into_iter().filter(|task| !known.contains(&task.upid));
    Ok(fresh.max_by_key(|task| task.began).map(|task| task.upid))
}

pub async fn find_address(desk: &mut Desk<'_>, aim: &Aim, deadline: u64) -> Result<Output, Broken> {
    // What was made, started or moved by this operation is listed by now.
    let spot = desk.spot_anew(aim).await?;
    let end = Instant::now() + Duration::from_secs(deadline);
    loop {
        match spot.client.addresses(&spot.node, spot.vmid()).await {
            Ok(found) => {
                if let Some(address) = found.first() {
                    let bare = address.split_once('/').map_or(&**address, |(address, _)| address).to_owned();
                    remember(desk, &spot, &bare).await?;
                    return Ok(Output::Address(bare));
                }
            }
            Err(error) if error.is_passing() => {}
            Err(error) => return Err(error.into()),
        }
        if Instant::now() >= end {
            return Err(no_address(desk, deadline).into());
        }
        pause(desk).await?;
    }
}

async fn remember(desk: &mut Desk<'_>, spot: &Spot, address: &str) -> Result<(), Broken> {
    let fleet = desk.world.fleet();
    let Some(app) = fleet.app_of(&spot.key).filter(|app| app.address.as_deref() != Some(address)) else {
        return Ok(());
    };
    let app = crate::domain::app::App { address: Some(address.into()), ..app.clone() };
    desk.world.store.put_apps(vec![app.clone()]).await.map_err(Broken::of_store)?;
    desk.world.change(|fleet| fleet.put_app(app));
    Ok(())
}

pub async fn pause(desk: &Desk<'_>) -> Result<(), Broken> {
    tokio::select! {
        () = tokio::time::sleep(desk.world.tempo.look) => Ok(()),
        () = desk.cancel.cancelled() => Err(Broken::Cancelled),
    }
}

/// Until these have ended; one that did not end well keeps what comes after it from beginning.
pub async fn after(desk: &mut Desk<'_>, operations: &[OperationId]) -> Result<(), Broken> {
    for id in operations {
        loop {
            let found = desk.world.store.operation(*id).await.map_err(Broken::of_store)?;
            let Some(found) = found else { return Err(nothing_to_wait_for(desk, *id).into()) };
            match found.outcome() {
                Some(outcome) if outcome.is_good() => break,
                Some(_) => return Err(went_wrong(desk, &found).into()),
                None => desk.note(format!("waits for {}", found.plan.name)),
            }
            pause(desk).await?;
        }
    }
    desk.operation.note = None;
    Ok(())
}

fn nothing_to_wait_for(desk: &Desk<'_>, id: OperationId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} did not begin", desk.operation.plan.name),
        format!("it waits for operation {id}, which the journal does not have"),
        "begin it anew",
    )
}

fn went_wrong(desk: &Desk<'_>, other: &Operation) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{} {}", desk.operation.plan.name, desk.operation.plan.kind.undone()),
        format!("it needs {}, which {}", other.plan.name, other.plan.kind.undone()),
        format!("look why in operation {}; then try again", other.id),
    )
}

/// Until it answers as it should, or its deadline is over.
pub async fn probe(desk: &mut Desk<'_>, aim: &Aim, i: usize, probe: &Probe) -> Result<(), Broken> {
    let end = Instant::now() + Duration::from_secs(probe.deadline);
    let mut tried = 0;
    loop {
        let why = match &probe.what {
            ProbeKind::Command { run } => {
                let job = format!("{}-{tried}", job_of(desk, i).as_str());
                run_command(desk, aim, &job, run).await?
            }
            _ => match address(desk, aim) {
                Some(address) => probe::answers(&probe.what, &address).await,
                None => Err("its address is not known".to_owned()),
            },
        };
        let Err(why) = why else { return Ok(()) };
        desk.note(format!("not yet: {why}"));
        if Instant::now() >= end {
            return Err(does_not_answer(desk, probe, &why).into());
        }
        pause(desk).await?;
        tried += 1;
    }
}

fn address(desk: &Desk<'_>, aim: &Aim) -> Option<String> {
    let found = desk.operation.journal.iter().rev().find_map(|entry| match entry {
        crate::domain::plan::journal::Entry::Did(_, Output::Address(address)) => Some(address.clone()),
        _ => None,
    });
    found.or_else(|| {
        let key = desk.key(aim).ok()?;
        desk.world.fleet().app_of(&key)?.address.as_deref().map(str::to_owned)
    })
}

fn no_address(desk: &Desk<'_>, deadline: u64) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{} has no address", desk.operation.plan.name),
        format!("nobody gave its container one within {deadline} s of its start"),
        "look whether there is a DHCP server on its bridge and VLAN, or give it a fixed address",
    )
}

fn does_not_answer(desk: &Desk<'_>, probe: &Probe, why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{} does not answer", desk.operation.plan.name),
        format!("{} was tried for {} s: {why}", probe.what, probe.deadline),
        "look at its log; if it only needs longer, try again",
    )
}
