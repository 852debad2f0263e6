//! What is known of backups, for the first frame and for storages that do not answer. What must hold: a shelf is what its
//! storage showed last, whole; one that the host has no more leaves nothing behind, and a reading that failed empties
//! none.

mod jobs;
mod rows;
mod runs;
mod shelves;

pub use jobs::Scheduled;

use rusqlite::{Connection, OptionalExtension};

use super::{error::Trouble, kept::Unread};
use crate::domain::{backup::Backups, ids::HostId};

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Backups, Trouble> {
    let mut backups = Backups::default();
    backups.runs = runs::read(connection, unread)?;
    backups.put_shelves(shelves::read(connection, unread)?);
    backups.hosts = jobs::read_hosts(connection, unread)?;
    backups.own_jobs = jobs::read_schedules(connection, unread)?.into_iter().map(|scheduled| scheduled.job).collect();
    backups.proofs = runs::read_proofs(connection, unread)?;
    backups.fills = shelves::read_fills(connection)?;
    Ok(backups)
}

/// One that was removed while it was asked is written nothing of.
fn has_host(connection: &Connection, host: &HostId) -> Result<bool, Trouble> {
    let mut asked = connection.prepare_cached("SELECT 1 FROM host WHERE id = ?1")?;
    Ok(asked.query_row([host.as_str()], |_| Ok(())).optional()?.is_some())
}
