//! How SSH gets in at a host, and by which keys its machines are known. What must hold: a key that is known is only
//! replaced where that was asked for, and no secret is among what is kept.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, error::Trouble, thread::write_in_one};
use crate::domain::{
    fleet::{SshAccess, SshProof},
    ids::{HostId, NodeName, Vmid},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSsh {
    pub user: String,
    pub port: u16,
    pub proof: SshProof,
    /// The fingerprint of the key that the operator accepted.
    pub pin: String,
    /// Where sshd listens inside the guests.
    #[serde(default = "usual_port")]
    pub guest_port: u16,
}

fn usual_port() -> u16 {
    22
}

impl KeptSsh {
    pub fn access(&self) -> SshAccess {
        SshAccess {
            user: self.user.as_str().into(),
            port: self.port,
            proof: self.proof.clone(),
            pin: self.pin.as_str().into(),
            guest_port: self.guest_port,
        }
    }
}

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// What answers where the host was added.
    Host,
    Node(NodeName),
    Guest(Vmid),
}

impl KeyOwner {
    fn column(&self) -> String {
        match self {
            Self::Host => String::new(),
            Self::Node(node) => format!("node/{node}"),
            Self::Guest(vmid) => format!("guest/{vmid}"),
        }
    }
}

impl Store {
    /// Sets how SSH gets in, and the key that was accepted for it; or forgets both, and the
    /// keys of its nodes. Whether the host is known.
    pub async fn put_ssh(&self, host: HostId, ssh: Option<(KeptSsh, String)>, now: Moment) -> Result<bool, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let text = ssh.as_ref().map(|(kept, _)| serde_json::to_string(kept)).transpose()?;
                let set = "UPDATE host SET ssh = ?2 WHERE id = ?1";
                if transaction.execute(set, params![host.as_str(), text])? == 0 {
                    return Ok(false);
                }
                match ssh {
                    Some((_, key)) => replace(transaction, &host, &KeyOwner::Host, &key, now)?,
                    None => {
                        let forget = "DELETE FROM ssh_key WHERE host = ?1 AND (owner = '' OR owner LIKE 'node/%')";
                        transaction.execute(forget, [host.as_str()])?;
                    }
                }
                Ok(true)
            })
        })
        .await
    }

    pub async fn ssh_key(&self, host: &HostId, owner: &KeyOwner) -> Result<Option<String>, StoreError> {
        let (host, owner) = (host.clone(), owner.column());
        self.run(move |connection| {
            let key = connection
                .prepare_cached("SELECT key FROM ssh_key WHERE host = ?1 AND owner = ?2")?
                .query_row(params![host.as_str(), owner], |row| row.get(0))
                .optional()?;
            Ok(key)
        })
        .await
    }

    /// Keeps a key that was seen for the first time. Gives the one that is known from now on: another process may have
    /// been the first, and another key is not taken for it.
    pub async fn learn_ssh_key(
        &self,
        host: &HostId,
        owner: &KeyOwner,
        key: &str,
        now: Moment,
    ) -> Result<String, StoreError> {
        let (host, owner, key) = (host.clone(), owner.column(), key.to_owned());
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                transaction.execute(
                    "INSERT INTO ssh_key (host, owner, key, first_seen) SELECT id, ?2, ?3, ?4 FROM host WHERE id = ?1
                     ON CONFLICT (host, owner) DO NOTHING",
                    params![host.as_str(), owner, key, now.0],
                )?;
                let known = "SELECT key FROM ssh_key WHERE host = ?1 AND owner = ?2";
                let known = transaction.query_row(known, params![host.as_str(), owner], |row| row.get(0)).optional()?;
                Ok(known.unwrap_or(key))
            })
        })
        .await
    }

    /// Takes another key in place of the one that is known, because the operator said so.
    pub async fn replace_ssh_key(
        &self,
        host: &HostId,
        owner: &KeyOwner,
        key: &str,
        now: Moment,
    ) -> Result<(), StoreError> {
        let (host, owner, key) = (host.clone(), owner.clone(), key.to_owned());
        self.run(move |connection| {
            write_in_one(connection, |transaction| replace(transaction, &host, &owner, &key, now))
        })
        .await
    }
}

fn replace(
    transaction: &Transaction<'_>,
    host: &HostId,
    owner: &KeyOwner,
    key: &str,
    now: Moment,
) -> Result<(), Trouble> {
    transaction.execute(
        "INSERT INTO ssh_key (host, owner, key, first_seen) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (host, owner) DO UPDATE SET key = ?3, first_seen = ?4 WHERE key <> ?3",
        params![host.as_str(), owner.column(), key, now.0],
    )?;
    Ok(())
}
