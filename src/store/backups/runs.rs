//! How backups went, as the logs of their tasks told, and which of them were seen to start. What must hold: a task whose log
//! was read is never read again while its runs are kept.

use std::{collections::HashSet, sync::Arc, time::Duration};

use rusqlite::{Connection, Row, Transaction, params};

use super::has_host;
use crate::{
    domain::{
        backup::{BackupMode, Proof, RUNS_KEPT, Run, RunEnd},
        ids::{AppId, GuestKey, HostId, Upid, Vmid},
        moment::Moment,
    },
    store::{
        Store, StoreError,
        error::Trouble,
        kept::{Unread, text},
        thread::write_in_one,
    },
};

/// Older runs are forgotten.
const KEPT_FOR: Duration = Duration::from_secs(400 * 86_400);

impl Store {
    /// Tasks whose logs were read, with what became of each guest in them; some have no guest at all.
    pub async fn put_runs(
        &self,
        host: HostId,
        tasks: Vec<(Upid, Moment, Vec<Arc<Run>>)>,
        now: Moment,
    ) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                if !has_host(transaction, &host)? {
                    return Ok(());
                }
                for (task, began, runs) in &tasks {
                    write(transaction, &host, (task, *began), runs)?;
                }
                forget_old(transaction, now)
            })
        })
        .await
    }

    /// The tasks of a host whose logs need not be read any more.
    pub async fn known_run_tasks(&self, host: HostId) -> Result<HashSet<Upid>, StoreError> {
        self.run(move |connection| {
            let mut rows = connection.prepare_cached("SELECT task FROM backup_task WHERE host = ?1")?;
            let tasks = rows.query_map([host.as_str()], |row| Ok(Upid::new(row.get::<_, String>(0)?)))?;
            Ok(tasks.collect::<Result<_, _>>()?)
        })
        .await
    }

    pub async fn put_proof(&self, proof: Proof) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                if !has_host(transaction, &proof.backup.host)? {
                    return Ok(());
                }
                transaction.execute(
                    "INSERT OR REPLACE INTO proof (host, app, at, proof) VALUES (?1, ?2, ?3, ?4)",
                    params![proof.backup.host.as_str(), proof.app.as_str(), proof.at.0, serde_json::to_string(&proof)?],
                )?;
                Ok(())
            })
        })
        .await
    }

    /// Of an app, newest first.
    pub async fn proofs(&self, app: AppId) -> Result<Vec<Proof>, StoreError> {
        self.run(move |connection| {
            let proofs = read_proofs(connection, &mut Unread::default())?;
            Ok(proofs.into_iter().filter(|proof| proof.app == app).collect())
        })
        .await
    }
}

fn write(
    transaction: &Transaction<'_>,
    host: &HostId,
    (task, began): (&Upid, Moment),
    runs: &[Arc<Run>],
) -> Result<(), Trouble> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO backup_task (host, task, began) VALUES (?1, ?2, ?3)")?
        .execute(params![host.as_str(), task.as_str(), began.0])?;
    let mut insert = transaction.prepare_cached(
        "INSERT OR REPLACE INTO backup_run
             (host, task, vmid, began, took, mode, weakened, failed, volume, size, left_out)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for run in runs {
        let failed = match &run.end {
            RunEnd::Good => None,
            RunEnd::Failed(why) => Some(&**why),
        };
        let left_out = (!run.left_out.is_empty()).then(|| serde_json::to_string(&run.left_out)).transpose()?;
        insert.execute(params![
            host.as_str(),
            task.as_str(),
            run.guest.vmid.0,
            run.began.0,
            run.took.and_then(|took| i64::try_from(took.as_millis()).ok()),
            run.mode.map(BackupMode::slug),
            run.weakened,
            failed,
            run.volume,
            run.size.and_then(|size| i64::try_from(size).ok()),
            left_out
        ])?;
    }
    Ok(())
}

fn forget_old(transaction: &Transaction<'_>, now: Moment) -> Result<(), Trouble> {
    transaction.execute("DELETE FROM backup_task WHERE began < ?1", [(now - KEPT_FOR).0])?;
    transaction.execute(
        "DELETE FROM backup_run WHERE began < (SELECT began FROM backup_run ORDER BY began DESC LIMIT 1 OFFSET ?1)",
        [RUNS_KEPT as i64 - 1],
    )?;
    Ok(())
}

/// Newest first.
pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<Arc<Run>>, Trouble> {
    let mut rows = connection.prepare_cached(
        "SELECT host, task, vmid, began, took, mode, weakened, failed, volume, size, left_out
         FROM backup_run ORDER BY began DESC, host, vmid LIMIT ?1",
    )?;
    let mut rows = rows.query([RUNS_KEPT as i64])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        runs.extend(unread.pass_over("how a backup went", read_row(row))?.map(Arc::new));
    }
    Ok(runs)
}

fn read_row(row: &Row<'_>) -> Result<Run, Trouble> {
    let mode: Option<Arc<str>> = row.get(5)?;
    let failed: Option<Arc<str>> = row.get(7)?;
    let left_out = row.get_ref(10)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(Run {
        task: Upid::new(text(row, 1)?),
        guest: GuestKey { host: HostId::new(text(row, 0)?), vmid: Vmid(row.get(2)?) },
        began: Moment(row.get(3)?),
        took: row.get::<_, Option<i64>>(4)?.and_then(|took| u64::try_from(took).ok()).map(Duration::from_millis),
        mode: mode.as_deref().and_then(BackupMode::read),
        weakened: row.get(6)?,
        end: failed.map_or(RunEnd::Good, RunEnd::Failed),
        volume: row.get(8)?,
        size: row.get::<_, Option<i64>>(9)?.and_then(|size| u64::try_from(size).ok()),
        left_out: left_out.map(serde_json::from_str).transpose()?.unwrap_or_default(),
    })
}

/// Newest first.
pub(super) fn read_proofs(connection: &Connection, unread: &mut Unread) -> Result<Vec<Proof>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT proof FROM proof ORDER BY at DESC, app")?;
    let mut rows = rows.query([])?;
    let mut proofs = Vec::new();
    while let Some(row) = rows.next()? {
        let read = text(row, 0).and_then(|proof| Ok(serde_json::from_str(proof)?));
        proofs.extend(unread.pass_over("a proof of a backup", read)?);
    }
    Ok(proofs)
}
