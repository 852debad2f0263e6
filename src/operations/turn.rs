//! Whose turn it is on a node. What must hold: so many at a time work there, whichever processes they run in, and what is
//! quick waits for nobody.

use super::{desk::Desk, task::Broken};
use crate::domain::ids::NodeName;

/// Waits until this operation may work on its node.
pub async fn take(desk: &mut Desk<'_>) -> Result<(), Broken> {
    let plan = desk.operation.plan.clone();
    let Some((host, node)) = node_of(desk).filter(|_| !plan.kind.is_quick()) else { return Ok(()) };
    let (id, urgency, tempo) = (desk.id(), plan.kind.urgency(), desk.world.tempo);
    let place = format!("{host}/{node}");
    let mut waits = false;
    while !desk.world.store.take_turn(id, &place, urgency, tempo.per_node).await.map_err(Broken::of_store)? {
        if !waits {
            waits = true;
            desk.note(format!("waits for its turn on {node}"));
        }
        tokio::select! {
            () = tokio::time::sleep(tempo.look) => {}
            () = desk.cancel.cancelled() => return Err(Broken::Cancelled),
        }
    }
    desk.operation.note = None;
    Ok(())
}

fn node_of(desk: &Desk<'_>) -> Option<(String, NodeName)> {
    let plan = &desk.operation.plan;
    if let Some(node) = plan.node() {
        return Some((node.host.to_string(), node.node));
    }
    let guest = desk.world.guest(plan.subject.guest()?).ok()?;
    Some((guest.key.host.to_string(), guest.node.clone()))
}
