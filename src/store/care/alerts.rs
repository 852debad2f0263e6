//! The alerts: those that are open, and for a while those that are over. What must hold: what the operator said of one is
//! lost by nobody's writing, whichever process he said it in; and who leads no more writes nothing.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::{
    domain::{
        alerting::{Case, Marks},
        care::{Alert, AlertId},
        moment::Moment,
    },
    store::{
        Store, StoreError,
        error::Trouble,
        kept::{Unread, text},
        lead,
        thread::write_in_one,
    },
};

/// What was over longer ago tells nobody anything.
const KEPT: Duration = Duration::from_secs(90 * 86_400);
/// So many that are over are kept at most.
const MOST: i64 = 5_000;
const COLUMNS: &str = "id, alert, acknowledged, snoozed";

impl Store {
    /// What is open, held back, or over since then; with the last number that was given.
    pub async fn alarms(&self, since: Moment) -> Result<(Vec<Case>, AlertId), StoreError> {
        self.run(move |connection| {
            let wanted = "over IS NULL OR held IS NOT NULL OR over >= ?1";
            let cases = cases(connection, wanted, since.0, &mut Unread::default())?;
            // Also of one that was forgotten: a number is not given twice.
            let last = "SELECT seq FROM sqlite_sequence WHERE name = 'alert'";
            let last: Option<i64> = connection.query_row(last, [], |row| row.get(0)).optional()?;
            Ok((cases, AlertId(last.unwrap_or(0))))
        })
        .await
    }

    /// As they are now, but for what the operator said of them; whether they were ours to write.
    pub async fn put_alarms(&self, changed: Vec<Case>, now: Moment) -> Result<bool, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                if !lead::is_ours(transaction)? {
                    return Ok(false);
                }
                changed.iter().try_for_each(|case| write(transaction, case))?;
                transaction.execute("UPDATE alert SET snoozed = NULL WHERE snoozed <= ?1", [now.0])?;
                forget(transaction, now)?;
                Ok(true)
            })
        })
        .await
    }

    /// What the operator said of those that are open.
    pub async fn alert_marks(&self) -> Result<Vec<Marks>, StoreError> {
        self.run(|connection| {
            let mut rows = connection.prepare_cached(
                "SELECT id, acknowledged, snoozed FROM alert
                 WHERE over IS NULL AND (acknowledged IS NOT NULL OR snoozed IS NOT NULL)",
            )?;
            let marks = rows.query_map([], |row| {
                let (acknowledged, snoozed) = (moment(row, 1)?, moment(row, 2)?);
                Ok(Marks { id: AlertId(row.get(0)?), acknowledged, snoozed })
            })?;
            Ok(marks.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Whether there is such an alert that is not over.
    pub async fn acknowledge_alert(&self, id: AlertId, at: Moment) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let mark = "UPDATE alert SET acknowledged = coalesce(acknowledged, ?2) WHERE id = ?1 AND over IS NULL";
            Ok(connection.execute(mark, params![id.0, at.0])? > 0)
        })
        .await
    }

    pub async fn snooze_alert(&self, id: AlertId, until: Moment) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let mark = "UPDATE alert SET snoozed = ?2 WHERE id = ?1 AND over IS NULL";
            Ok(connection.execute(mark, params![id.0, until.0])? > 0)
        })
        .await
    }

    /// Those that are over, the newest first.
    pub async fn past_alerts(&self, most: u32) -> Result<Vec<Alert>, StoreError> {
        self.run(move |connection| {
            let wanted = "over IS NOT NULL ORDER BY over DESC, id DESC LIMIT ?1";
            let cases = cases(connection, wanted, most.into(), &mut Unread::default())?;
            Ok(cases.into_iter().map(|case| case.alert).collect())
        })
        .await
    }
}

/// The oldest first.
pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<Alert>, Trouble> {
    let cases = cases(connection, "over IS NULL AND id > ?1 ORDER BY id", 0, unread)?;
    Ok(cases.into_iter().map(|case| case.alert).collect())
}

fn cases(connection: &Connection, wanted: &str, value: i64, unread: &mut Unread) -> Result<Vec<Case>, Trouble> {
    let mut rows = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM alert WHERE {wanted}"))?;
    let mut rows = rows.query([value])?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        cases.extend(unread.pass_over("an alert", read_row(row))?);
    }
    Ok(cases)
}

fn read_row(row: &Row<'_>) -> Result<Case, Trouble> {
    let mut case: Case = serde_json::from_str(text(row, 1)?).map_err(|error| Trouble::Garbled(error.to_string()))?;
    case.alert.id = AlertId(row.get(0)?);
    (case.alert.acknowledged, case.alert.snoozed) = (moment(row, 2)?, moment(row, 3)?);
    Ok(case)
}

fn moment(row: &Row<'_>, column: usize) -> Result<Option<Moment>, rusqlite::Error> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Moment))
}

fn write(transaction: &Transaction<'_>, case: &Case) -> Result<(), Trouble> {
    let json = serde_json::to_string(case).map_err(|error| Trouble::Other(error.to_string()))?;
    let mut put = transaction.prepare_cached(
        "INSERT INTO alert (id, alert, over, held) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET alert = excluded.alert, over = excluded.over, held = excluded.held",
    )?;
    let (over, held) = (case.alert.over.map(|at| at.0), case.held.map(|at| at.0));
    put.execute(params![case.alert.id.0, json, over, held])?;
    Ok(())
}

fn forget(transaction: &Transaction<'_>, now: Moment) -> Result<(), Trouble> {
    let old = (now - KEPT).0;
    transaction.execute("DELETE FROM alert WHERE over < ?1 AND held IS NULL", [old])?;
    let edge = "SELECT over FROM alert WHERE over IS NOT NULL ORDER BY over DESC LIMIT 1 OFFSET ?1";
    let edge: Option<i64> = transaction.query_row(edge, [MOST], |row| row.get(0)).optional()?;
    if let Some(edge) = edge {
        transaction.execute("DELETE FROM alert WHERE over <= ?1 AND held IS NULL", [edge])?;
    }
    Ok(())
}
