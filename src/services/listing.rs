//! One listing of one host, from the request to the published fleet. Whoever lists, lists like this: the poller, and a
//! command that wants to know now.

use super::trust;
use crate::{
    domain::{
        fault::{Fault, FaultKind},
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
            let was_lost = world.is_lost(host);
            world.change(|fleet| fleet.observe(seen));
            if was_lost {
                world.tell(News::HostBack(host.clone()));
            }
            trust::learn(world, host, &line.client).await;
            Ok(())
        }
        Err(error) => {
            let fault = Fault::from(error);
            world.lose(host, fault.clone());
            Err(fault)
        }
    }
}

/// Whether asking again by itself may help: a wrong password or a changed certificate only gets worse by repetition.
pub fn may_ask_again(fault: &Fault) -> bool {
    fault.kind == FaultKind::Passing
}
