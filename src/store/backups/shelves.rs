//! Shelves and how full their storages were.

use std::sync::Arc;

use rusqlite::{Connection, Row, Transaction, params};

use super::{
    has_host,
    rows::{self, Place, ShelfFacts},
};
use crate::{
    domain::{
        backup::{Fill, Shelf, Told},
        fleet::Usage,
        ids::{HostId, NodeName, StorageName},
        moment::Moment,
    },
    store::{
        Store, StoreError,
        error::Trouble,
        kept::{Unread, text},
        thread::write_in_one,
    },
};

/// What was read longer ago tells nothing of how a storage fills now.
const DAYS_KEPT: i64 = 400;

impl Store {
    /// All storages of a host as they are known now. A shelf that is not among them goes; one that was not read keeps what
    /// is written of it, and so does one that another process read later.
    pub async fn put_shelves(&self, host: HostId, shelves: Vec<Arc<Shelf>>) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                if !has_host(transaction, &host)? {
                    return Ok(());
                }
                drop_shelves_but(transaction, &host, &shelves)?;
                shelves.iter().filter(|shelf| shelf.host == host).try_for_each(|shelf| write(transaction, shelf))
            })
        })
        .await
    }

    /// One reading a day of each storage; the last one counts.
    pub async fn put_fills(&self, fills: Vec<Fill>) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| fills.iter().try_for_each(|fill| write_fill(transaction, fill)))
        })
        .await
    }

    pub async fn fills(&self) -> Result<Vec<Fill>, StoreError> {
        self.run(|connection| read_fills(connection)).await
    }
}

fn drop_shelves_but(transaction: &Transaction<'_>, host: &HostId, shelves: &[Arc<Shelf>]) -> Result<(), Trouble> {
    let mut known = transaction.prepare_cached("SELECT node, storage FROM backup_shelf WHERE host = ?1")?;
    let known: Vec<(String, String)> =
        known.query_map([host.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (node, storage) in known {
        let stays = |shelf: &Arc<Shelf>| {
            shelf.host == *host && shelf.node.as_str() == node && shelf.storage.as_str() == storage
        };
        if !shelves.iter().any(stays) {
            transaction
                .prepare_cached("DELETE FROM backup_shelf WHERE host = ?1 AND node = ?2 AND storage = ?3")?
                .execute([host.as_str(), &node, &storage])?;
        }
    }
    Ok(())
}

fn write(transaction: &Transaction<'_>, shelf: &Shelf) -> Result<(), Trouble> {
    let (host, node, storage) = (shelf.host.as_str(), shelf.node.as_str(), shelf.storage.as_str());
    let (facts, as_of) = (serde_json::to_string(&ShelfFacts::of(shelf))?, shelf.content.as_of.map(|at| at.0));
    let written = transaction
        .prepare_cached(
            "INSERT INTO backup_shelf (host, node, storage, as_of, facts) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET as_of = ?4, facts = ?5 WHERE as_of IS NULL OR as_of <= ?4",
        )?
        .execute(params![host, node, storage, as_of, facts])?;
    let Some(backups) = shelf.content.known.as_ref().filter(|_| written > 0) else { return Ok(()) };
    transaction
        .prepare_cached(
            "INSERT INTO backup_content (host, node, storage, backups) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET backups = excluded.backups WHERE backups <> excluded.backups",
        )?
        .execute(params![host, node, storage, rows::write(backups)?])?;
    Ok(())
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<Arc<Shelf>>, Trouble> {
    let mut rows = connection.prepare_cached(
        "SELECT host, node, storage, as_of, facts, backups FROM backup_shelf
         LEFT JOIN backup_content USING (host, node, storage) ORDER BY host, storage, node",
    )?;
    let mut rows = rows.query([])?;
    let mut shelves = Vec::new();
    while let Some(row) = rows.next()? {
        shelves.extend(unread.pass_over("the backups of a storage", read_row(row))?.map(Arc::new));
    }
    Ok(shelves)
}

fn read_row(row: &Row<'_>) -> Result<Shelf, Trouble> {
    let (host, node) = (HostId::new(text(row, 0)?), NodeName::new(text(row, 1)?));
    let storage = StorageName::new(text(row, 2)?);
    let as_of: Option<i64> = row.get(3)?;
    let facts: ShelfFacts = serde_json::from_str(text(row, 4)?)?;
    let usage = facts.usage();
    let place = Place { host: &host, node: &node, storage: &storage };
    let backups = row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    let known = backups.map(|backups| rows::read(backups, &place)).transpose()?;
    let content = Told { known, as_of: as_of.map(Moment), fault: facts.fault };
    Ok(Shelf { host, node, storage, kind: facts.kind, is_shared: facts.shared, usage, content })
}

/// What does not fit into SQLite's numbers is no number of bytes.
fn write_fill(transaction: &Transaction<'_>, fill: &Fill) -> Result<(), Trouble> {
    let (Ok(used), Ok(total)) = (i64::try_from(fill.usage.used), i64::try_from(fill.usage.total)) else {
        return Ok(());
    };
    if !has_host(transaction, &fill.host)? {
        return Ok(());
    }
    let (host, storage) = (fill.host.as_str(), fill.storage.as_str());
    let node = fill.node.as_ref().map_or("", NodeName::as_str);
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO fill (host, node, storage, day, used, total) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![host, node, storage, fill.day, used, total])?;
    transaction
        .prepare_cached("DELETE FROM fill WHERE host = ?1 AND node = ?2 AND storage = ?3 AND day < ?4")?
        .execute(params![host, node, storage, fill.day.saturating_sub(DAYS_KEPT)])?;
    Ok(())
}

/// By storage, oldest first.
pub(super) fn read_fills(connection: &Connection) -> Result<Vec<Fill>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT host, node, storage, day, used, total FROM fill")?;
    let rows = rows.query_map([], |row| {
        let (host, node, storage): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Fill {
            host: HostId::new(host),
            node: (!node.is_empty()).then(|| NodeName::new(node)),
            storage: StorageName::new(storage),
            day: row.get(3)?,
            usage: Usage { used: row.get::<_, i64>(4)?.unsigned_abs(), total: row.get::<_, i64>(5)?.unsigned_abs() },
        })
    })?;
    let mut fills: Vec<Fill> = rows.collect::<Result<_, _>>()?;
    fills.sort_by(|one, other| one.place().cmp(&other.place()));
    Ok(fills)
}
