//! Takes up operations that a Proximity which is gone left unfinished: it claims them, and the runner goes on where the
//! journal ends.

use crate::{
    domain::{fault::Fault, operation::Operation},
    operations::{clock, runner, world::World},
};

/// The unfinished operations that nobody holds any more; from now on they are held by `holder`.
pub async fn claim_abandoned(world: &World, holder: &str) -> Result<Vec<Operation>, Fault> {
    let mut claimed = Vec::new();
    for unfinished in world.store.unfinished().await? {
        let (now, id) = (clock::now(), unfinished.operation.id);
        if unfinished.holder != holder && world.store.claim(id, holder, now, now + runner::LEASE).await? {
            claimed.push(unfinished.operation);
        }
    }
    Ok(claimed)
}
