//! What is looked after, as the leader has written it. What must hold: whoever follows shows the same as who leads.

mod alerts;
pub(in crate::store) mod drift;
mod findings;
mod health;

pub use drift::Note;
pub use findings::Word;
pub use health::{Counted, Seen};
use rusqlite::Connection;

use super::{Store, StoreError, error::Trouble, kept::Unread};
use crate::domain::care::Care;

impl Store {
    /// All of it, where another process has written since the file was as old as this; with how old it is now.
    pub async fn care_written_elsewhere(&self, seen: Option<i64>) -> Result<Option<(i64, Care)>, StoreError> {
        self.written_elsewhere(seen, read).await
    }
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Care, Trouble> {
    Ok(Care {
        findings: findings::read(connection, unread)?,
        away: findings::read_away(connection, unread)?,
        health: health::read(connection, unread)?,
        alerts: alerts::read(connection, unread)?,
        ..Care::default()
    })
}
