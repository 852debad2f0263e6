//! One listing of one host, from the request to the published fleet. Whoever lists, lists like this: the poller, and a
//! command that wants to know now.

use super::trust;
use crate::{
    domain::{
        fault::{Fault, FaultKind},
        fleet::Reach,
        ids::HostId,
    },
    operations::{
        clock,
        world::{News, World},
    },
};

/// Asks the host and publishes what it says, or that it is lost.
pub async fn list(world: &World, host: &HostId) -> Result<(), Fault> {
    let line = world.line(host)?;
    match line.client.observe(clock::now()).await {
        Ok(seen) => {
            let was_lost = is_lost(world, host);
            world.change(|fleet| fleet.observe(seen));
            if was_lost {
                world.tell(News::HostBack(host.clone()));
            }
            trust::learn(world, host, &line.client).await;
            Ok(())
        }
        Err(error) => {
            let fault = Fault::from(error);
            lose(world, host, fault.clone());
            Err(fault)
        }
    }
}

/// Says that a host cannot be believed any more; what it said last stays on the screen, with its age.
pub fn lose(world: &World, host: &HostId, fault: Fault) {
    let was_lost = is_lost(world, host);
    let mut is_known = false;
    world.change(|fleet| {
        if let Some(known) = fleet.hosts.iter_mut().find(|known| known.id == *host) {
            known.reach = Reach::Lost(fault.clone());
            is_known = true;
        }
    });
    // One that was removed while it was asked is no loss.
    if is_known && !was_lost {
        world.tell(News::HostLost(host.clone(), fault));
    }
}

fn is_lost(world: &World, host: &HostId) -> bool {
    world.fleet().host(host).is_some_and(|known| matches!(known.reach, Reach::Lost(_)))
}

/// Whether asking again by itself may help: a wrong password or a changed certificate only gets worse by repetition.
pub fn may_ask_again(fault: &Fault) -> bool {
    fault.kind == FaultKind::Passing
}
