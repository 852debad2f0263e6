//! Operations and what they did. What must hold: one operation at a time runs on a subject, across all processes, and
//! the journal of one that ended is closed.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    BeginError, Hold, LEASE, Store, StoreError,
    error::Trouble,
    kept::{Unread, text},
    thread::write_in_one,
};
use crate::domain::{
    ids::{OperationId, Upid},
    moment::Moment,
    operation::{Ended, Operation},
    plan::{
        Plan,
        journal::{Choice, Entry, Outcome, Output},
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

    /// Notes what the operator chose, and gives the holder a lease. False where nothing is asked any more.
    pub async fn answer_operation(
        &self,
        id: OperationId,
        choice: Choice,
        at: Moment,
        holder: &str,
    ) -> Result<bool, StoreError> {
        let holder = holder.to_owned();
        self.run(move |connection| answer(connection, id, choice, at, &holder)).await
    }

    /// The newest ones, running or ended.
    pub async fn operations(&self, most: u32) -> Result<Vec<Operation>, StoreError> {
        self.run(move |connection| {
            let select = format!("SELECT {COLUMNS} FROM operation ORDER BY id DESC LIMIT ?1");
            let mut rows = connection.prepare_cached(&select)?;
            let mut rows = rows.query([most])?;
            let (mut found, mut unread) = (Vec::new(), Unread::default());
            while let Some(row) = rows.next()? {
                found.extend(unread.pass_over("an operation", read_row(connection, row))?);
            }
            Ok(found)
        })
        .await
    }

    pub async fn newest_operations(&self, most: usize) -> Result<Vec<OperationId>, StoreError> {
        self.run(move |connection| {
            let mut rows = connection.prepare_cached("SELECT id FROM operation ORDER BY id DESC LIMIT ?1")?;
            let ids = rows.query_map([most as i64], |row| row.get(0).map(OperationId))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Writes an entry; when this returns, it is in the file. What another process wishes of the operation is heard then.
    pub async fn append(&self, id: OperationId, entry: Entry, at: Moment) -> Result<Hold, StoreError> {
        self.run(move |connection| {
            append(connection, id, &entry, at)?;
            wished(connection, id)
        })
        .await
    }

    /// The Proxmox tasks that operations wrote down which ran at this moment or later.
    pub async fn begun_tasks(&self, since: Moment) -> Result<Vec<Upid>, StoreError> {
        self.run(move |connection| {
            let select = r#"SELECT entry FROM entry JOIN operation ON operation.id = entry.operation
                            WHERE (ended IS NULL OR ended >= ?1) AND entry LIKE '{"Did":[%,{"Task":%'"#;
            let mut rows = connection.prepare_cached(select)?;
            let mut rows = rows.query([since.0])?;
            let mut tasks = Vec::new();
            while let Some(row) = rows.next()? {
                if let Ok(Entry::Did(_, Output::Task(upid))) = serde_json::from_str(text(row, 0)?) {
                    tasks.push(upid);
                }
            }
            Ok(tasks)
        })
        .await
    }

    pub async fn finish(&self, id: OperationId, outcome: Outcome, at: Moment) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let changed = transaction.execute(
                    "UPDATE operation SET ended = ?2, outcome = ?3, lease = NULL WHERE id = ?1 AND ended IS NULL",
                    params![id.0, at.0, serde_json::to_string(&outcome)?],
                )?;
                if changed == 0 {
                    return Err(Trouble::NotRunning(id));
                }
                super::care::drift::overtake(transaction, id)?;
                for table in ["hold", "turn", "id_lease"] {
                    transaction.execute(&format!("DELETE FROM {table} WHERE operation = ?1"), [id.0])?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Drops operations that ended before this moment, and the oldest ones beyond so many; how many went. What runs, or still
    /// holds something, stays.
    pub async fn drop_old_operations(&self, before: Moment, most: u32) -> Result<usize, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                transaction.execute_batch("CREATE TEMP TABLE IF NOT EXISTS old (id INTEGER PRIMARY KEY); DELETE FROM old")?;
                transaction.execute(
                    "INSERT INTO old SELECT id FROM operation WHERE ended IS NOT NULL AND id NOT IN (SELECT operation FROM hold)
                     AND (ended < ?1 OR id <= (SELECT max(id) FROM operation) - ?2)",
                    params![before.0, most],
                )?;
                for table in ["turn", "id_lease"] {
                    transaction.execute(&format!("DELETE FROM old WHERE id IN (SELECT operation FROM {table})"), [])?;
                }
                transaction.execute("DELETE FROM entry WHERE operation IN (SELECT id FROM old)", [])?;
                Ok(transaction.execute("DELETE FROM operation WHERE id IN (SELECT id FROM old)", [])?)
            })
        })
        .await
    }

    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>, StoreError> {
        self.run(move |connection| {
            let mut rows = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM operation WHERE id = ?1"))?;
            let mut rows = rows.query([id.0])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            read_row(connection, row).map(Some)
        })
        .await
    }
}

fn begin(connection: &mut Connection, plan: &Plan, at: Moment, holder: &str) -> Result<Turn, Trouble> {
    write_in_one(connection, |transaction| {
        if let Some(running) = running_on(transaction, &plan.locks())? {
            return Ok(Err(running));
        }
        transaction.execute(
            "INSERT INTO operation (lock, plan, began, holder, lease) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![plan.subject.lock(), serde_json::to_string(plan)?, at.0, holder, (at + LEASE).0],
        )?;
        let id = OperationId(transaction.last_insert_rowid());
        hold(transaction, id, &plan.locks())?;
        Ok(Ok(id))
    })
}

fn reopen(connection: &mut Connection, id: OperationId, at: Moment, holder: &str) -> Result<Turn, Trouble> {
    write_in_one(connection, |transaction| {
        let plan: Option<String> =
            transaction.query_row("SELECT plan FROM operation WHERE id = ?1", [id.0], |row| row.get(0)).optional()?;
        let plan: Plan = serde_json::from_str(&plan.ok_or(Trouble::Unknown(id))?)?;
        // One that asks has its locks, and only waits for this.
        let asks = matches!(read_journal(transaction, id)?.last(), Some(Entry::Asked));
        if let Some(running) = running_on(transaction, &plan.locks())?.filter(|running| *running != id || !asks) {
            return Ok(Err(running));
        }
        hold(transaction, id, &plan.locks())?;
        transaction.execute(
            "UPDATE operation SET ended = NULL, outcome = NULL, wish = NULL, holder = ?2, lease = ?3 WHERE id = ?1",
            params![id.0, holder, (at + LEASE).0],
        )?;
        append(transaction, id, &Entry::Retried, at)?;
        Ok(Ok(id))
    })
}

fn answer(
    connection: &mut Connection,
    id: OperationId,
    choice: Choice,
    at: Moment,
    holder: &str,
) -> Result<bool, Trouble> {
    write_in_one(connection, |transaction| {
        let journal = read_journal(transaction, id)?;
        if !matches!(journal.last(), Some(Entry::Asked)) {
            return Ok(false);
        }
        append(transaction, id, &Entry::Answered(choice), at)?;
        transaction.execute(
            "UPDATE operation SET holder = ?2, lease = ?3 WHERE id = ?1",
            params![id.0, holder, (at + LEASE).0],
        )?;
        Ok(true)
    })
}

fn hold(connection: &Connection, id: OperationId, locks: &[String]) -> Result<(), Trouble> {
    for lock in locks {
        connection
            .prepare_cached("INSERT INTO hold (lock, operation) VALUES (?1, ?2) ON CONFLICT (lock) DO NOTHING")?
            .execute(params![lock, id.0])?;
    }
    Ok(())
}

fn running_on(connection: &Connection, locks: &[String]) -> Result<Option<OperationId>, Trouble> {
    let mut held = connection.prepare_cached("SELECT operation FROM hold WHERE lock = ?1")?;
    for lock in locks {
        let running = held.query_row([lock], |row| row.get(0)).optional()?;
        if let Some(running) = running {
            return Ok(Some(OperationId(running)));
        }
    }
    Ok(None)
}

/// Whether somebody wants it cancelled.
pub(super) fn wished(connection: &Connection, id: OperationId) -> Result<Hold, Trouble> {
    let wish: Option<String> =
        connection.prepare_cached("SELECT wish FROM operation WHERE id = ?1")?.query_row([id.0], |row| row.get(0))?;
    Ok(if wish.is_some() { Hold::WantedBack } else { Hold::Ours })
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

pub(super) fn read_row(connection: &Connection, row: &Row<'_>) -> Result<Operation, Trouble> {
    let id = OperationId(row.get(0)?);
    let ended: Option<i64> = row.get(3)?;
    let ended = match ended {
        Some(at) => Some(Ended { at: Moment(at), outcome: serde_json::from_str(text(row, 4)?)? }),
        None => None,
    };
    Ok(Operation {
        id,
        plan: Arc::new(serde_json::from_str(text(row, 1)?)?),
        began: Moment(row.get(2)?),
        ended,
        journal: read_journal(connection, id)?,
        task: None,
        log: Vec::new(),
        share: None,
        note: None,
    })
}

fn read_journal(connection: &Connection, id: OperationId) -> Result<Vec<Entry>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT entry FROM entry WHERE operation = ?1 ORDER BY n")?;
    let mut rows = rows.query([id.0])?;
    let mut journal = Vec::new();
    while let Some(row) = rows.next()? {
        journal.push(serde_json::from_str(text(row, 0)?)?);
    }
    Ok(journal)
}
