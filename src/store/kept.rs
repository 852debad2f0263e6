//! What was kept, as the first frame shows it. What must hold: one row that cannot be read is told and passed over; the
//! rest is still there.

use rusqlite::{Connection, Row};

use super::{HostRecord, Store, StoreError, apps, backups, care, error::Trouble, fleet, hosts, journal};
use crate::domain::{
    fault::{Fault, FaultCode},
    fleet::Fleet,
    operation::Operation,
};

/// How many operations that ended are shown.
const RECENT: usize = 50;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    pub hosts: Vec<HostRecord>,
    /// As it was last seen: every host waits to be asked, every number has the age of its host.
    pub fleet: Fleet,
    /// What could not be read, in a few words each; the file still has it.
    pub unread: Vec<String>,
}

impl Kept {
    /// What the operator is told when not all could be read.
    pub fn fault(&self) -> Option<Fault> {
        (!self.unread.is_empty()).then(|| {
            Fault::lasting(
                FaultCode::Failed,
                "some of what was kept could not be read",
                self.unread.join("; "),
                "put back a copy of the database if it matters; nothing was removed from it",
            )
        })
    }
}

impl Store {
    /// What is kept now, for a process that reads what another one writes.
    pub async fn load(&self) -> Result<Kept, StoreError> {
        self.run(|connection| read(connection)).await
    }
}

pub(super) fn read(connection: &Connection) -> Result<Kept, Trouble> {
    let (mut fleet, mut unread) = (Fleet::default(), Unread::default());
    let hosts = hosts::read(connection, &mut unread)?;
    for record in &hosts {
        let mut host = record.unseen();
        unread.pass_over("the last picture of a host", fleet::recall(connection, &mut fleet, &mut host))?;
        fleet.hosts.push(host);
    }
    fleet.nodes.sort_by(|a, b| a.key.cmp(&b.key));
    fleet.guests.sort_by(|a, b| a.key.cmp(&b.key));
    fleet.storages.sort_by(|a, b| (&a.host, &a.node, &a.name).cmp(&(&b.host, &b.node, &b.name)));
    fleet.apps = apps::read(connection, &mut unread)?;
    fleet.operations = recent(connection, &mut unread)?;
    fleet.backups = backups::read(connection, &mut unread)?.into();
    fleet.care = care::read(connection, &mut unread)?.into();
    Ok(Kept { hosts, fleet, unread: unread.0 })
}

/// All that run, and the last ones that ended, newest first.
fn recent(connection: &Connection, unread: &mut Unread) -> Result<Vec<Operation>, Trouble> {
    let columns = journal::COLUMNS;
    let mut rows = connection.prepare(&format!(
        "SELECT {columns} FROM operation WHERE ended IS NULL OR id IN
             (SELECT id FROM operation WHERE ended IS NOT NULL ORDER BY id DESC LIMIT {RECENT})
         ORDER BY id DESC"
    ))?;
    let mut rows = rows.query([])?;
    let mut operations = Vec::new();
    while let Some(row) = rows.next()? {
        operations.extend(unread.pass_over("an operation", journal::read_row(connection, row))?);
    }
    Ok(operations)
}

/// What was passed over.
#[derive(Debug, Default)]
pub(super) struct Unread(Vec<String>);

impl Unread {
    /// A garbled row is noted and left out; any other trouble is the whole file's.
    pub(super) fn pass_over<T>(&mut self, name: &str, read: Result<T, Trouble>) -> Result<Option<T>, Trouble> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(Trouble::Garbled(detail)) => {
                self.0.push(format!("{name}: {detail}"));
                Ok(None)
            }
            Err(trouble) => Err(trouble),
        }
    }
}

/// A column's text, without a copy of it.
pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str, Trouble> {
    Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}
