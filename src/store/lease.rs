//! Who runs an operation. What must hold: at any moment one process at most holds it; a holder that died loses it when
//! its lease runs out, and only then.

use std::time::Duration;

use rusqlite::{Connection, Row, params};

use super::{
    Store, StoreError,
    error::Trouble,
    journal::{COLUMNS, read_row, wished},
    kept::Unread,
};
use crate::domain::{ids::OperationId, moment::Moment, operation::Operation};

/// How long a begun operation belongs to its process without a word of it.
pub const LEASE: Duration = Duration::from_secs(30);

/// How it stands with a hold on an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Ours,
    /// It is ours, and somebody wants it cancelled.
    WantedBack,
    /// Another process has it by now: let go of it.
    Lost,
}

/// An operation that has not ended, and who has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Unfinished {
    pub operation: Operation,
    pub holder: String,
    /// Until when; nothing when it was given back.
    pub lease: Option<Moment>,
}

impl Store {
    /// The same with the moment of the last word in the journal of each.
    pub async fn unfinished_since(&self) -> Result<Vec<(Unfinished, Moment)>, StoreError> {
        let unfinished = self.unfinished().await?;
        self.run(move |connection| {
            let last =
                "SELECT coalesce(max(at), (SELECT began FROM operation WHERE id = ?1)) FROM entry WHERE operation = ?1";
            let mut last = connection.prepare_cached(last)?;
            let dated = unfinished.into_iter().map(|one| {
                let at = last.query_row([one.operation.id.0], |row| row.get(0))?;
                Ok((one, Moment(at)))
            });
            dated.collect::<Result<_, Trouble>>()
        })
        .await
    }

    /// What has no end yet, oldest first.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, StoreError> {
        self.run(|connection| {
            let select = format!("SELECT {COLUMNS} FROM operation WHERE ended IS NULL ORDER BY id");
            let mut rows = connection.prepare_cached(&select)?;
            let mut rows = rows.query([])?;
            let (mut unfinished, mut unread) = (Vec::new(), Unread::default());
            while let Some(row) = rows.next()? {
                unfinished.extend(unread.pass_over("an operation", read_unfinished(connection, row))?);
            }
            Ok(unfinished)
        })
        .await
    }

    /// Takes an operation that nobody holds any more, or renews one's own. Whether it is the holder's now.
    pub async fn claim(&self, id: OperationId, holder: &str, now: Moment, until: Moment) -> Result<bool, StoreError> {
        let holder = holder.to_owned();
        self.run(move |connection| {
            let taken = connection.execute(
                "UPDATE operation SET holder = ?2, lease = ?4
                 WHERE id = ?1 AND ended IS NULL AND (holder = ?2 OR lease IS NULL OR lease <= ?3)",
                params![id.0, holder, now.0, until.0],
            )?;
            Ok(taken > 0)
        })
        .await
    }

    /// Holds on to an operation, and hears what is wished of it.
    pub async fn renew(&self, id: OperationId, holder: &str, until: Moment) -> Result<Hold, StoreError> {
        if !self.set_lease(id, holder, Some(until)).await? {
            return Ok(Hold::Lost);
        }
        self.run(move |connection| wished(connection, id)).await
    }

    /// Says that a running operation is to be cancelled, to whichever process runs it. False where it does not run.
    pub async fn wish_cancelled(&self, id: OperationId) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let said =
                connection.execute("UPDATE operation SET wish = 'cancel' WHERE id = ?1 AND ended IS NULL", [id.0])?;
            Ok(said > 0)
        })
        .await
    }

    /// Gives an operation back unfinished, so that the next process need not wait for the lease to run out.
    pub async fn release(&self, id: OperationId, holder: &str) -> Result<bool, StoreError> {
        self.set_lease(id, holder, None).await
    }

    async fn set_lease(&self, id: OperationId, holder: &str, lease: Option<Moment>) -> Result<bool, StoreError> {
        let holder = holder.to_owned();
        self.run(move |connection| {
            let held = connection.execute(
                "UPDATE operation SET lease = ?3 WHERE id = ?1 AND holder = ?2 AND ended IS NULL",
                params![id.0, holder, lease.map(|until| until.0)],
            )?;
            Ok(held > 0)
        })
        .await
    }
}

fn read_unfinished(connection: &Connection, row: &Row<'_>) -> Result<Unfinished, Trouble> {
    let lease: Option<i64> = row.get(6)?;
    Ok(Unfinished { operation: read_row(connection, row)?, holder: row.get(5)?, lease: lease.map(Moment) })
}
