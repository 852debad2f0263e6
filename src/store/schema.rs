//! The tables, and the way from any older version to today's. What must hold: a migration happens whole or not at all,
//! and a copy of the file as it was lies beside it.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, Transaction};

use super::{error::Trouble, thread::write_in_one};

/// Each step leads from the version of its place to the next one. A step that was released is never changed.
const STEPS: [&str; 10] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
    include_str!("schema/8.sql"),
    include_str!("schema/9.sql"),
    include_str!("schema/10.sql"),
];

/// What this program knows: the version after all steps.
pub const KNOWN: i64 = STEPS.len() as i64;

/// "PROX", so that a database of another program is not taken for an empty one of ours.
const OURS: i64 = 0x5052_4f58;

pub(super) fn refuse_what_is_not_ours(connection: &mut Connection) -> Result<(), Trouble> {
    // In one transaction: another process may be making the file this very moment.
    let moment = connection.transaction()?;
    let tables: i64 = moment.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let mark: i64 = moment.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let found = version(&moment)?;
    if mark != OURS && (mark != 0 || tables > 0) {
        return Err(Trouble::Foreign);
    }
    if found > KNOWN { Err(Trouble::Newer { found, known: KNOWN }) } else { Ok(()) }
}

pub(super) fn is_of_today(connection: &Connection) -> Result<bool, Trouble> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(mode == "wal" && version(connection)? == KNOWN)
}

pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Trouble> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let found = version(connection)?;
    if found == KNOWN {
        return Ok(());
    }
    if found > 0 {
        keep_copy(connection, path, found)?;
    }
    write_in_one(connection, climb)
}

/// Another process may have climbed while this one waited for its turn, so the version is read again in here.
fn climb(transaction: &Transaction<'_>) -> Result<(), Trouble> {
    let from = version(transaction)?;
    let done = usize::try_from(from).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", OURS)?;
    transaction.pragma_update(None, "user_version", KNOWN.max(from))?;
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, Trouble> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// `proximity.db` of version 1 is kept as `proximity.db.v1`.
fn keep_copy(connection: &Connection, path: &Path, version: i64) -> Result<(), Trouble> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let (half, copy) = (beside(".copying"), beside(&format!(".v{version}")));
    let told = |error: io::Error| Trouble::of_file(&error);
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half).map_err(told)?;
    let name = half.to_str().ok_or(Trouble::CannotOpen("the name of its folder is not UTF-8 text".into()))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    fs::rename(&half, &copy).map_err(told)
}
