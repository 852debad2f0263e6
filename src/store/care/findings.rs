//! Findings: those that are not over, and those that were. What must hold: a guest has one of each kind at most that is not
//! over, whoever writes it, and one that is over is never opened again.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use crate::{
    domain::{
        care::{Away, Drift, Finding, FindingId, Standing},
        ids::{AppId, HostId},
        moment::Moment,
    },
    store::{
        Store, StoreError,
        error::Trouble,
        kept::{Unread, text},
        thread::write_in_one,
    },
};

const COLUMNS: &str = "id, finding";

/// The operator's word on a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// He wants to hear no more of it.
    Dismissed,
    /// It is to be so.
    Accepted,
}

impl Store {
    /// Those that are open, and the apps that are away, also where that was dismissed.
    pub async fn findings(&self) -> Result<(Vec<Finding>, BTreeMap<AppId, Away>), StoreError> {
        self.run(|connection| {
            let unread = &mut Unread::default();
            Ok((read(connection, unread)?, read_away(connection, unread)?))
        })
        .await
    }

    pub async fn finding(&self, id: FindingId) -> Result<Option<Finding>, StoreError> {
        self.run(move |connection| {
            let mut rows = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM finding WHERE id = ?1"))?;
            let mut rows = rows.query([id.0])?;
            rows.next()?.map(read_row).transpose()
        })
        .await
    }

    /// Those that were dismissed or are over, the newest first.
    pub async fn past_findings(&self, most: u32) -> Result<Vec<Finding>, StoreError> {
        self.run(move |connection| {
            let select = format!(
                "SELECT {COLUMNS} FROM finding WHERE standing <> 'open' ORDER BY seen DESC, id DESC LIMIT {most}"
            );
            select_all(connection, &select, [], &mut Unread::default())
        })
        .await
    }

    /// Writes down what the operator says of a finding; false where it is over already, or there is none.
    pub async fn say_of_finding(&self, id: FindingId, word: Word, at: Moment) -> Result<bool, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let select = format!("SELECT {COLUMNS} FROM finding WHERE id = ?1 AND standing <> 'over'");
                let found = transaction.query_row(&select, [id.0], |row| Ok(read_row(row))).optional()?;
                let Some(found) = found.transpose()? else { return Ok(false) };
                let standing = match word {
                    Word::Dismissed => Standing::Dismissed,
                    Word::Accepted => Standing::Over(at),
                };
                write(transaction, &Finding { standing, ..found })?;
                Ok(true)
            })
        })
        .await
    }
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<Finding>, Trouble> {
    select_all(connection, &format!("SELECT {COLUMNS} FROM finding WHERE standing = 'open' ORDER BY id"), [], unread)
}

/// An operator who wants to hear no more of it has not got his guest back.
pub(super) fn read_away(connection: &Connection, unread: &mut Unread) -> Result<BTreeMap<AppId, Away>, Trouble> {
    // An app that lives in another guest by now is at home again.
    let select = format!(
        "SELECT {COLUMNS} FROM finding WHERE standing <> 'over' AND kind IN ('missing', 'reused')
         AND EXISTS (SELECT 1 FROM app WHERE app.host = finding.host AND app.vmid = finding.vmid) ORDER BY id"
    );
    let away = select_all(connection, &select, [], unread)?.into_iter().filter_map(|found| {
        let how = if found.drift == Drift::Reused { Away::Reused } else { Away::Missing };
        Some((found.app?, how))
    });
    Ok(away.collect())
}

pub(super) fn alive(connection: &Connection, host: &HostId) -> Result<Vec<Finding>, Trouble> {
    let select = format!("SELECT {COLUMNS} FROM finding WHERE host = ?1 AND standing <> 'over' ORDER BY id");
    select_all(connection, &select, [host.as_str()], &mut Unread::default())
}

fn select_all(
    connection: &Connection,
    select: &str,
    values: impl Params,
    unread: &mut Unread,
) -> Result<Vec<Finding>, Trouble> {
    let mut rows = connection.prepare_cached(select)?;
    let mut rows = rows.query(values)?;
    let mut findings = Vec::new();
    while let Some(row) = rows.next()? {
        findings.extend(unread.pass_over("a finding", read_row(row))?);
    }
    Ok(findings)
}

fn read_row(row: &Row<'_>) -> Result<Finding, Trouble> {
    let finding: Finding = serde_json::from_str(text(row, 1)?)?;
    Ok(Finding { id: FindingId(row.get(0)?), ..finding })
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Dismissed => "dismissed",
        Standing::Over(_) => "over",
    }
}

/// A new one; nothing where another process has opened the same meanwhile.
pub(super) fn open(connection: &Connection, finding: &Finding) -> Result<Option<Finding>, Trouble> {
    let insert = "INSERT INTO finding (host, vmid, kind, finding, standing, seen)
                  SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM host WHERE id = ?1)
                  ON CONFLICT DO NOTHING";
    let (guest, kind) = (&finding.guest, finding.drift.kind().slug());
    let text = serde_json::to_string(finding)?;
    let values = params![guest.host.as_str(), guest.vmid.0, kind, text, word(finding.standing), finding.seen.0];
    let is_new = connection.prepare_cached(insert)?.execute(values)? > 0;
    Ok(is_new.then(|| Finding { id: FindingId(connection.last_insert_rowid()), ..finding.clone() }))
}

/// As it stands now; one that is over stays so.
pub(super) fn write(connection: &Connection, finding: &Finding) -> Result<(), Trouble> {
    let update = "UPDATE finding SET finding = ?2, standing = ?3, seen = ?4 WHERE id = ?1 AND standing <> 'over'";
    let text = serde_json::to_string(finding)?;
    connection.prepare_cached(update)?.execute(params![finding.id.0, text, word(finding.standing), finding.seen.0])?;
    Ok(())
}
