//! Who did what, when, and what came of it. What must hold: it is only added to; the file itself refuses the rest.

use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::moment::Moment;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub at: Moment,
    pub who: String,
    pub what: String,
    pub result: String,
}

impl Store {
    pub async fn audit(&self, entry: Audit) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection
                .prepare_cached("INSERT INTO audit (at, who, what, result) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![entry.at.0, entry.who, entry.what, entry.result])?;
            Ok(())
        })
        .await
    }

    /// The newest entries, newest first.
    pub async fn audit_trail(&self, most: u32) -> Result<Vec<Audit>, StoreError> {
        self.run(move |connection| {
            let mut rows =
                connection.prepare_cached("SELECT at, who, what, result FROM audit ORDER BY id DESC LIMIT ?1")?;
            let entries = rows.query_map([most], |row| {
                Ok(Audit { at: Moment(row.get(0)?), who: row.get(1)?, what: row.get(2)?, result: row.get(3)? })
            })?;
            Ok(entries.collect::<Result<_, _>>()?)
        })
        .await
    }
}
