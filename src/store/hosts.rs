//! The hosts the operator added. What must hold: a secret is never among what is kept of them, only who logs in.

use std::{collections::BTreeMap, fmt};

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    error::Trouble,
    kept::{Unread, text},
    ssh::KeptSsh,
    thread::write_in_one,
};
use crate::domain::{
    fleet::{Host, HostTrust, PublicCa, Reach},
    host::{Asked, Expiring, Expiry, HostDefaults},
    ids::{HostId, NodeName},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRecord {
    pub id: HostId,
    /// `https://…` without a trailing slash; the first one is asked first.
    pub addresses: Vec<String>,
    pub login: LoginName,
    /// SHA-256 of the leaf certificate that the operator trusts.
    pub pin: String,
    pub trust: KeptTrust,
    /// How SSH gets in, where that was set up.
    pub ssh: Option<KeptSsh>,
    /// What new apps go by there.
    pub defaults: HostDefaults,
    pub asked: Asked,
    /// When our token runs out, where that is known.
    pub token_expires: Option<Moment>,
    pub added: Moment,
}

/// What is trusted besides the pin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct KeptTrust {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<KeptAuthority>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub nodes: BTreeMap<NodeName, KeptNode>,
    pub public_ca: PublicCa,
}

/// The root of the cluster's own certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAuthority {
    /// SHA-256
    pub fingerprint: String,
    pub pem: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptNode {
    /// SHA-256 of the leaf certificate that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
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

/// What came of removing a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    Yes,
    /// There was none.
    Unknown,
    /// These live there.
    HasApps(Vec<String>),
}

impl HostRecord {
    /// The host as it is known before it was asked.
    pub fn unseen(&self) -> Host {
        let mut host = Host::unseen(self.id.clone(), self.addresses.clone(), self.login.to_string());
        host.trust = HostTrust {
            pin: self.pin.as_str().into(),
            authority: self.trust.authority.as_ref().map(|authority| authority.fingerprint.as_str().into()),
            public: self.trust.public_ca,
        };
        host.ssh = self.ssh.as_ref().map(KeptSsh::access);
        host.defaults = self.defaults.clone();
        host.expiring = self.token_expires.map(|at| Expiry { what: Expiring::Token, at }).into_iter().collect();
        if self.asked == Asked::No {
            host.reach = Reach::Off;
        }
        host
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

    /// Adds a host. Not where there is one of this id.
    pub async fn add_host(&self, host: HostRecord) -> Result<bool, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let known = "SELECT EXISTS (SELECT 1 FROM host WHERE id = ?1)";
                if transaction.query_row(known, [host.id.as_str()], |row| row.get(0))? {
                    return Ok(false);
                }
                write(transaction, &host)?;
                Ok(true)
            })
        })
        .await
    }

    /// Changes what is trusted at a host, and nothing else; one that was removed stays so.
    pub async fn put_trust(&self, id: HostId, pin: String, trust: KeptTrust) -> Result<(), StoreError> {
        self.run(move |connection| {
            let trust = serde_json::to_string(&trust)?;
            connection
                .execute("UPDATE host SET pin = ?2, trust = ?3 WHERE id = ?1", params![id.as_str(), pin, trust])?;
            Ok(())
        })
        .await
    }

    /// When the token of a host runs out, as the host told it.
    pub async fn put_token_expiry(&self, id: HostId, at: Option<Moment>) -> Result<(), StoreError> {
        self.run(move |connection| {
            let at = at.map(|at| at.0);
            connection.execute("UPDATE host SET token_expires = ?2 WHERE id = ?1", params![id.as_str(), at])?;
            Ok(())
        })
        .await
    }

    /// Whether it is still to be told on this day that something of a host runs out; who asks first tells it.
    pub async fn tells_expiry(&self, id: HostId, day: i64) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let claim = "UPDATE host SET told_expiry = ?2 WHERE id = ?1 AND coalesce(told_expiry, 0) < ?2";
            Ok(connection.execute(claim, params![id.as_str(), day])? > 0)
        })
        .await
    }

    /// Forgets a host and its last picture; the journal keeps what was done there. One with apps in our books stays, also
    /// where they were written down a moment ago.
    pub async fn remove_host(&self, id: HostId) -> Result<Removed, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let apps: Vec<String> = transaction
                    .prepare("SELECT name FROM app WHERE host = ?1 ORDER BY name")?
                    .query_map([id.as_str()], |row| row.get(0))?
                    .collect::<Result<_, _>>()?;
                if !apps.is_empty() {
                    return Ok(Removed::HasApps(apps));
                }
                let gone = transaction.execute("DELETE FROM host WHERE id = ?1", [id.as_str()])?;
                Ok(if gone > 0 { Removed::Yes } else { Removed::Unknown })
            })
        })
        .await
    }
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<HostRecord>, Trouble> {
    let mut rows = connection.prepare_cached(
        "SELECT id, addresses, login, pin, added, trust, ssh, defaults, asked, token_expires FROM host
             ORDER BY added, id",
    )?;
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
        trust: serde_json::from_str(text(row, 5)?)?,
        ssh: read_ssh(row)?,
        defaults: serde_json::from_str(text(row, 7)?)?,
        asked: if row.get(8)? { Asked::Yes } else { Asked::No },
        token_expires: row.get::<_, Option<i64>>(9)?.map(Moment),
    })
}

fn read_ssh(row: &Row<'_>) -> Result<Option<KeptSsh>, Trouble> {
    let text: Option<String> = row.get(6)?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn write(connection: &Connection, host: &HostRecord) -> Result<(), Trouble> {
    let (addresses, login) = (serde_json::to_string(&host.addresses)?, serde_json::to_string(&host.login)?);
    let trust = serde_json::to_string(&host.trust)?;
    let ssh = host.ssh.as_ref().map(serde_json::to_string).transpose()?;
    let (defaults, asked) = (serde_json::to_string(&host.defaults)?, host.asked == Asked::Yes);
    let expires = host.token_expires.map(|at| at.0);
    connection.execute(
        "INSERT INTO host (id, addresses, login, pin, added, trust, ssh, defaults, asked, token_expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET addresses = ?2, login = ?3, pin = ?4, added = ?5, trust = ?6, ssh = ?7,
             defaults = ?8, asked = ?9, token_expires = ?10",
        params![host.id.as_str(), addresses, login, host.pin, host.added.0, trust, ssh, defaults, asked, expires],
    )?;
    Ok(())
}
