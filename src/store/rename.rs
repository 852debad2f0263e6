//! A host gets another name. What must hold: afterwards the old one stands nowhere in the books where something is found by
//! it, or nothing was changed at all. What people were told keeps the words of then: faults in the journal, the audit.

use rusqlite::{Connection, Transaction, params};
use serde_json::Value;

use super::{Store, StoreError, error::Trouble, thread::write_in_one};
use crate::domain::ids::{HostId, OperationId};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    Yes,
    /// This operation works there.
    Busy(OperationId),
    /// Another host has the name.
    Taken,
    /// No host has the old name.
    Unknown,
}

/// It is only added to, and says what was then.
const HISTORY: &str = "audit";

impl Store {
    pub async fn rename_host(&self, old: HostId, new: HostId) -> Result<Renamed, StoreError> {
        self.run(move |connection| write_in_one(connection, |transaction| rename(transaction, &old, &new))).await
    }
}

fn rename(transaction: &Transaction<'_>, old: &HostId, new: &HostId) -> Result<Renamed, Trouble> {
    let is_known = |host: &HostId| -> Result<bool, Trouble> {
        let known = "SELECT EXISTS (SELECT 1 FROM host WHERE id = ?1)";
        Ok(transaction.query_row(known, [host.as_str()], |row| row.get(0))?)
    };
    if !is_known(old)? {
        return Ok(Renamed::Unknown);
    }
    if is_known(new)? {
        return Ok(Renamed::Taken);
    }
    if let Some(running) = running_on(transaction, old)? {
        return Ok(Renamed::Busy(running));
    }
    // Parent and children change one after the other.
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    for (table, column) in columns(transaction)? {
        rewrite(transaction, &table, &column, old.as_str(), new.as_str())?;
    }
    Ok(Renamed::Yes)
}

fn running_on(connection: &Connection, host: &HostId) -> Result<Option<OperationId>, Trouble> {
    let mut rows = connection.prepare("SELECT id, plan FROM operation WHERE ended IS NULL ORDER BY id")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let plan: String = row.get(1)?;
        if in_json(&plan, host.as_str(), "").is_some() {
            return Ok(Some(OperationId(row.get(0)?)));
        }
    }
    Ok(None)
}

/// All columns with text, also those of later versions.
fn columns(connection: &Connection) -> Result<Vec<(String, String)>, Trouble> {
    let mut rows = connection.prepare(
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' AND tables.name <> ?1 AND columns.type = 'TEXT'",
    )?;
    let found = rows.query_map([HISTORY], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn rewrite(connection: &Connection, table: &str, column: &str, old: &str, new: &str) -> Result<(), Trouble> {
    let select = format!("SELECT DISTINCT {column} FROM {table} WHERE instr({column}, ?1) > 0");
    let texts: Vec<String> =
        connection.prepare(&select)?.query_map([old], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut update = connection.prepare(&format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1"))?;
    for text in texts {
        if let Some(changed) = rewritten(table, column, &text, old, new) {
            update.execute(params![text, changed])?;
        }
    }
    Ok(())
}

/// Nothing where the text does not name the host.
fn rewritten(table: &str, column: &str, text: &str, old: &str, new: &str) -> Option<String> {
    match (table, column) {
        ("host", "id") | (_, "host") => (text == old).then(|| new.to_owned()),
        ("turn", "node") => below(text, old, new),
        (_, "lock") => lock(text, old, new),
        _ if text.starts_with(['{', '[']) => in_json(text, old, new),
        _ => None,
    }
}

/// Of a text such as `guest host/100`.
fn lock(text: &str, old: &str, new: &str) -> Option<String> {
    let (kind, rest) = text.split_once(' ')?;
    let rest = if rest == old && kind == "host" { new.to_owned() } else { below(rest, old, new)? };
    (kind != "app").then(|| format!("{kind} {rest}"))
}

/// Of a text such as `host/100`.
fn below(text: &str, old: &str, new: &str) -> Option<String> {
    let rest = text.strip_prefix(old)?.strip_prefix('/')?;
    Some(format!("{new}/{rest}"))
}

fn in_json(text: &str, old: &str, new: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let changed = replace(&mut value, old, new);
    changed.then(|| value.to_string())
}

fn locks(value: &mut Value, old: &str, new: &str) -> bool {
    value.as_array_mut().into_iter().flatten().fold(false, |found, item| {
        let changed = item.as_str().and_then(|text| lock(text, old, new));
        let is_it = changed.is_some();
        if let Some(changed) = changed {
            *item = changed.into();
        }
        is_it || found
    })
}

/// Whether it was there.
fn replace(value: &mut Value, old: &str, new: &str) -> bool {
    match value {
        Value::Array(items) => {
            // All of them, also after the first.
            items.iter_mut().map(|item| replace(item, old, new)).filter(|found| *found).count() > 0
        }
        Value::Object(fields) => fields.iter_mut().fold(false, |found, (key, item)| {
            match key.as_str() {
                // What the operator chose for an app is his, whatever it is called.
                "settings" | "environment" => return found,
                "also_locks" | "also-locks" => return locks(item, old, new) || found,
                _ => {}
            }
            // As a field of what is found by it, and as a subject of its own.
            let is_it = matches!(key.as_str(), "host" | "Host") && item.as_str() == Some(old);
            if is_it {
                *item = new.into();
            }
            // A storage that something is about begins with its host.
            let first = item.as_array_mut().filter(|_| key == "storage").and_then(|parts| parts.first_mut());
            if let Some(first) = first.filter(|first| first.as_str() == Some(old)) {
                *first = new.into();
                replace(item, old, new);
                return true;
            }
            is_it || replace(item, old, new) || found
        }),
        _ => false,
    }
}
