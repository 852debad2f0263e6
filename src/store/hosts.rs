//! The hosts the operator added. What must hold: a secret is never among what is kept of them, only who logs in.

use std::fmt;

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    error::Trouble,
    kept::{Unread, text},
    thread::write_in_one,
};
use crate::domain::{ids::HostId, moment::Moment};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRecord {
    pub id: HostId,
    /// `https://…` without a trailing slash; the first one is asked first.
    pub addresses: Vec<String>,
    pub login: LoginName,
    /// SHA-256 of the leaf certificate that the operator trusts.
    pub pin: String,
    pub added: Moment,
}

/// Who logs in. With what is the vault's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginName {
    /// `user@realm!name`
    Token { id: String },
    /// `user@realm`, and whether a code is asked for besides the password.
    Password { user: String, needs_code: bool },
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { id } => f.write_str(id),
            Self::Password { user, .. } => f.write_str(user),
        }
    }
}

impl Store {
    /// All that can be read, in the order in which they were added.
    pub async fn hosts(&self) -> Result<Vec<HostRecord>, StoreError> {
        self.run(|connection| read(connection, &mut Unread::default())).await
    }

    /// Adds a host, or changes what is kept of the one with this id.
    pub async fn put_host(&self, host: HostRecord) -> Result<(), StoreError> {
        self.run(move |connection| write(connection, &host)).await
    }

    /// Forgets a host, its last picture and its apps; the journal keeps what was done there. Whether it was known. The
    /// apps' markers stay on the host: added again, it has them again.
    pub async fn remove_host(&self, id: HostId) -> Result<bool, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                transaction.execute("DELETE FROM app WHERE host = ?1", [id.as_str()])?;
                Ok(transaction.execute("DELETE FROM host WHERE id = ?1", [id.as_str()])? > 0)
            })
        })
        .await
    }
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<HostRecord>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT id, addresses, login, pin, added FROM host ORDER BY added, id")?;
    let mut rows = rows.query([])?;
    let mut hosts = Vec::new();
    while let Some(row) = rows.next()? {
        hosts.extend(unread.pass_over("a host", read_row(row))?);
    }
    Ok(hosts)
}

fn read_row(row: &Row<'_>) -> Result<HostRecord, Trouble> {
    Ok(HostRecord {
        id: HostId::new(text(row, 0)?),
        addresses: serde_json::from_str(text(row, 1)?)?,
        login: serde_json::from_str(text(row, 2)?)?,
        pin: row.get(3)?,
        added: Moment(row.get(4)?),
    })
}

fn write(connection: &Connection, host: &HostRecord) -> Result<(), Trouble> {
    let (addresses, login) = (serde_json::to_string(&host.addresses)?, serde_json::to_string(&host.login)?);
    connection.execute(
        "INSERT INTO host (id, addresses, login, pin, added) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET addresses = ?2, login = ?3, pin = ?4, added = ?5",
        params![host.id.as_str(), addresses, login, host.pin, host.added.0],
    )?;
    Ok(())
}
