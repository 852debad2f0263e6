//! What was kept, as the first frame shows it. What must hold: one row that cannot be read is told and passed over; the
//! rest is still there.

use rusqlite::Connection;

use super::{
    HostRecord, Store, StoreError, apps,
    error::Trouble,
    fleet, hosts,
    journal::{COLUMNS, read_head, read_journal},
};
use crate::domain::{
    fleet::{Fleet, Host, Listing, Reach},
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

impl Store {
    /// What is kept now, for a process that reads what another one writes.
    pub async fn load(&self) -> Result<Kept, StoreError> {
        self.run(|connection| read(connection)).await
    }
}

pub(super) fn read(connection: &Connection) -> Result<Kept, Trouble> {
    let mut kept = Kept { hosts: hosts::read(connection)?, ..Kept::default() };
    for record in &kept.hosts {
        let mut host = blank(record);
        let recalled = fleet::recall(connection, &mut kept.fleet, &mut host);
        pass_over(recalled, &mut kept.unread, || format!("the last picture of host {}", record.id))?;
        kept.fleet.hosts.push(host);
    }
    kept.fleet.nodes.sort_by(|a, b| a.key.cmp(&b.key));
    kept.fleet.guests.sort_by(|a, b| a.key.cmp(&b.key));
    kept.fleet.storages.sort_by(|a, b| (&a.host, &a.node, &a.name).cmp(&(&b.host, &b.node, &b.name)));
    kept.fleet.apps = apps::read(connection)?;
    kept.fleet.operations = recent(connection, &mut kept.unread)?;
    Ok(kept)
}

fn blank(record: &HostRecord) -> Host {
    Host {
        id: record.id.clone(),
        addresses: record.addresses.clone(),
        login: record.login.to_string(),
        cluster: None,
        version: None,
        reach: Reach::Waiting,
        as_of: None,
        listing: Listing::Unknown,
    }
}

/// All that run, and the last ones that ended, newest first.
fn recent(connection: &Connection, unread: &mut Vec<String>) -> Result<Vec<Operation>, Trouble> {
    let select = format!(
        "SELECT {COLUMNS} FROM operation WHERE ended IS NULL
         UNION ALL SELECT * FROM (SELECT {COLUMNS} FROM operation WHERE ended IS NOT NULL ORDER BY id DESC LIMIT {RECENT})
         ORDER BY id DESC"
    );
    let mut rows = connection.prepare(&select)?;
    let mut rows = rows.query([])?;
    let mut operations = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let read =
            read_head(row).and_then(|head| Ok(Operation { journal: read_journal(connection, head.id)?, ..head }));
        operations.extend(pass_over(read, unread, || format!("operation {id}"))?);
    }
    Ok(operations)
}

fn pass_over<T>(
    read: Result<T, Trouble>,
    unread: &mut Vec<String>,
    name: impl FnOnce() -> String,
) -> Result<Option<T>, Trouble> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Trouble::Damaged(detail)) => {
            unread.push(format!("{}: {detail}", name()));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
