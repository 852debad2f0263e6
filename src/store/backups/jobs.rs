//! What makes backups by itself: the jobs of Proxmox as they were told last, and those of our own.

use rusqlite::{Connection, Row, params};

use super::has_host;
use crate::{
    domain::{
        backup::{HostBackups, Job, ScheduleId},
        ids::HostId,
        moment::Moment,
    },
    store::{
        Store, StoreError,
        error::Trouble,
        kept::{Unread, text},
        thread::write_in_one,
    },
};

/// A job of our own, and when it was run last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    pub job: Job,
    pub last_run: Option<Moment>,
}

impl Store {
    /// The jobs of a host as they were told last, and what none of them takes.
    pub async fn put_jobs(&self, told: HostBackups) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                if !has_host(transaction, &told.host)? {
                    return Ok(());
                }
                let (jobs, uncovered) = (serde_json::to_string(&told.jobs)?, serde_json::to_string(&told.uncovered)?);
                transaction.execute(
                    "INSERT INTO backup_jobs (host, jobs, uncovered) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET jobs = excluded.jobs, uncovered = excluded.uncovered",
                    params![told.host.as_str(), jobs, uncovered],
                )?;
                Ok(())
            })
        })
        .await
    }

    /// Adds a job of our own, or changes it; when it was run last stays known.
    pub async fn put_schedule(&self, job: Job) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute(
                "INSERT INTO schedule (host, id, job) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET job = excluded.job",
                params![job.id.host.as_str(), job.id.id, serde_json::to_string(&job)?],
            )?;
            Ok(())
        })
        .await
    }

    pub async fn remove_schedule(&self, id: ScheduleId) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM schedule WHERE host = ?1 AND id = ?2", params![id.host.as_str(), id.id])?;
            Ok(())
        })
        .await
    }

    /// The jobs of our own that can be read, by host and id.
    pub async fn schedules(&self) -> Result<Vec<Job>, StoreError> {
        Ok(self.schedules_with_runs().await?.into_iter().map(|scheduled| scheduled.job).collect())
    }

    /// The same, with when each was run last.
    pub async fn schedules_with_runs(&self) -> Result<Vec<Scheduled>, StoreError> {
        self.run(|connection| read_schedules(connection, &mut Unread::default())).await
    }

    /// Takes the turn to run a job that is due. Whether it is ours: of several processes that see it due one gets it, and
    /// a turn that was taken is not taken again.
    pub async fn mark_schedule_run(&self, id: ScheduleId, at: Moment) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let taken = connection.execute(
                "UPDATE schedule SET last_run = ?3
                 WHERE host = ?1 AND id = ?2 AND (last_run IS NULL OR last_run < ?3)",
                params![id.host.as_str(), id.id, at.0],
            )?;
            Ok(taken > 0)
        })
        .await
    }
}

pub(super) fn read_hosts(connection: &Connection, unread: &mut Unread) -> Result<Vec<HostBackups>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT host, jobs, uncovered FROM backup_jobs ORDER BY host")?;
    let mut rows = rows.query([])?;
    let mut hosts = Vec::new();
    while let Some(row) = rows.next()? {
        hosts.extend(unread.pass_over("the backup jobs of a host", read_host(row))?);
    }
    Ok(hosts)
}

fn read_host(row: &Row<'_>) -> Result<HostBackups, Trouble> {
    Ok(HostBackups {
        host: HostId::new(text(row, 0)?),
        jobs: serde_json::from_str(text(row, 1)?)?,
        uncovered: serde_json::from_str(text(row, 2)?)?,
    })
}

pub(super) fn read_schedules(connection: &Connection, unread: &mut Unread) -> Result<Vec<Scheduled>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT job, last_run FROM schedule ORDER BY host, id")?;
    let mut rows = rows.query([])?;
    let mut schedules = Vec::new();
    while let Some(row) = rows.next()? {
        schedules.extend(unread.pass_over("a schedule of our own", read_schedule(row))?);
    }
    Ok(schedules)
}

fn read_schedule(row: &Row<'_>) -> Result<Scheduled, Trouble> {
    let last_run: Option<i64> = row.get(1)?;
    Ok(Scheduled { job: serde_json::from_str(text(row, 0)?)?, last_run: last_run.map(Moment) })
}
