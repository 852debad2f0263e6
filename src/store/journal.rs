//! Operations and what they did. What must hold: one operation at a time runs on a subject, across all processes, and
//! the journal of one that ended is closed.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::{BeginError, LEASE, Store, StoreError, error::Trouble};
use crate::domain::{
    ids::OperationId,
    moment::Moment,
    operation::{Ended, Operation},
    plan::{
        Plan,
        journal::{Entry, Outcome},
    },
};

/// Either it is ours now, or this one was there first.
type Turn = Result<OperationId, OperationId>;

impl Store {
    /// Enters a plan as a running operation of this holder, with a lease of `LEASE` from now.
    pub async fn begin_operation(&self, plan: Plan, at: Moment, holder: &str) -> Result<OperationId, BeginError> {
        let holder = holder.to_owned();
        let turn = self.run(move |connection| begin(connection, &plan, at, &holder)).await?;
        turn.map_err(BeginError::Busy)
    }

    /// Opens an operation that ended once more: notes `Retried` and gives the holder a lease.
    pub async fn retry_operation(&self, id: OperationId, at: Moment, holder: &str) -> Result<(), BeginError> {
        let holder = holder.to_owned();
        let turn = self.run(move |connection| reopen(connection, id, at, &holder)).await?;
        turn.map(drop).map_err(BeginError::Busy)
    }

    /// Writes an entry; when this returns, it is in the file.
    pub async fn append(&self, id: OperationId, entry: Entry, at: Moment) -> Result<(), StoreError> {
        self.run(move |connection| append(connection, id, &entry, at)).await
    }

    pub async fn finish(&self, id: OperationId, outcome: Outcome, at: Moment) -> Result<(), StoreError> {
        self.run(move |connection| {
            let changed = connection.execute(
                "UPDATE operation SET ended = ?2, outcome = ?3, lease = NULL WHERE id = ?1 AND ended IS NULL",
                params![id.0, at.0, serde_json::to_string(&outcome)?],
            )?;
            if changed == 0 { Err(Trouble::NotRunning(id)) } else { Ok(()) }
        })
        .await
    }

    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>, StoreError> {
        self.run(move |connection| {
            let mut rows = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM operation WHERE id = ?1"))?;
            let mut rows = rows.query([id.0])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let mut operation = read_head(row)?;
            operation.journal = read_journal(connection, id)?;
            Ok(Some(operation))
        })
        .await
    }
}

fn begin(connection: &mut Connection, plan: &Plan, at: Moment, holder: &str) -> Result<Turn, Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let lock = plan.subject.lock();
    if let Some(running) = running_on(&transaction, &lock)? {
        return Ok(Err(running));
    }
    transaction.execute(
        "INSERT INTO operation (lock, plan, began, holder, lease) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![lock, serde_json::to_string(plan)?, at.0, holder, (at + LEASE).0],
    )?;
    let id = OperationId(transaction.last_insert_rowid());
    transaction.commit()?;
    Ok(Ok(id))
}

fn reopen(connection: &mut Connection, id: OperationId, at: Moment, holder: &str) -> Result<Turn, Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let lock: Option<String> =
        transaction.query_row("SELECT lock FROM operation WHERE id = ?1", [id.0], |row| row.get(0)).optional()?;
    let Some(lock) = lock else { return Err(Trouble::NotRunning(id)) };
    if let Some(running) = running_on(&transaction, &lock)? {
        return Ok(Err(running));
    }
    transaction.execute(
        "UPDATE operation SET ended = NULL, outcome = NULL, holder = ?2, lease = ?3 WHERE id = ?1",
        params![id.0, holder, (at + LEASE).0],
    )?;
    append(&transaction, id, &Entry::Retried, at)?;
    transaction.commit()?;
    Ok(Ok(id))
}

fn running_on(connection: &Connection, lock: &str) -> Result<Option<OperationId>, Trouble> {
    let running = connection
        .prepare_cached("SELECT id FROM operation WHERE lock = ?1 AND ended IS NULL")?
        .query_row([lock], |row| row.get(0))
        .optional()?;
    Ok(running.map(OperationId))
}

fn append(connection: &Connection, id: OperationId, entry: &Entry, at: Moment) -> Result<(), Trouble> {
    let written = connection
        .prepare_cached(
            "INSERT INTO entry (operation, n, at, entry)
             SELECT id, (SELECT coalesce(max(n), 0) + 1 FROM entry WHERE operation = ?1), ?2, ?3
             FROM operation WHERE id = ?1 AND ended IS NULL",
        )?
        .execute(params![id.0, at.0, serde_json::to_string(entry)?])?;
    if written == 0 { Err(Trouble::NotRunning(id)) } else { Ok(()) }
}

pub(super) const COLUMNS: &str = "id, plan, began, ended, outcome, holder, lease";

/// An operation without its journal.
pub(super) fn read_head(row: &Row<'_>) -> Result<Operation, Trouble> {
    let ended: Option<i64> = row.get(3)?;
    let outcome: Option<String> = row.get(4)?;
    let plan: Plan = serde_json::from_str(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
    let ended = match (ended, outcome) {
        (Some(at), Some(outcome)) => Some(Ended { at: Moment(at), outcome: serde_json::from_str(&outcome)? }),
        _ => None,
    };
    Ok(Operation {
        id: OperationId(row.get(0)?),
        plan: Arc::new(plan),
        began: Moment(row.get(2)?),
        ended,
        journal: Vec::new(),
        task: None,
        log: Vec::new(),
    })
}

pub(super) fn read_journal(connection: &Connection, id: OperationId) -> Result<Vec<Entry>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT entry FROM entry WHERE operation = ?1 ORDER BY n")?;
    let mut rows = rows.query([id.0])?;
    let mut journal = Vec::new();
    while let Some(row) = rows.next()? {
        journal.push(serde_json::from_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(journal)
}
