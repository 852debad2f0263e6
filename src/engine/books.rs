//! Changes of Proximity's own books: hosts, credentials, what is open and what is locked. A secret goes to the vault and
//! nowhere else.

use std::sync::Arc;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::{Asked, Credential, Engine, HostDraft, queries, ssh_books::Entry, stop};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet,
        host::{self, HostDefaults},
        ids::HostId,
        moment::Moment,
        secret::Secret,
    },
    operations::clock::now,
    proxmox::{Client, Login, Target},
    secrets::{State, Vault},
    services::{apps, listing, trust},
    store::{HostRecord, LoginName, Removed},
};

/// What the vault keeps of a host, as one text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeptSecret {
    /// Without its name: that of the host's record.
    Token(String),
    /// With its name, so that the two are never of different tokens.
    NamedToken {
        id: String,
        secret: String,
    },
    Password(String),
}

pub(super) fn vault_of(vault: &Vault) -> fleet::Vault {
    match vault.state() {
        State::Open => fleet::Vault::Open,
        State::Locked => fleet::Vault::Locked,
        State::Missing => fleet::Vault::Unset,
    }
}

pub(super) fn secret_name(host: &HostId) -> String {
    format!("host/{host}")
}

impl Engine {
    /// Logs in first: a host that cannot be reached or does not let us in is not remembered.
    pub(super) async fn add_host(&self, draft: HostDraft) -> Result<(), Fault> {
        self.refuse_unfit_name(&draft.name).await?;
        self.writable_vault()?;
        let client = self.client_of(&draft).await?;
        let ssh = match &draft.ssh {
            Some(ssh) => Some(self.let_in(&draft.address, ssh, None).await?),
            None => None,
        };
        if draft.least.is_none() {
            self.keep_host(&draft, client, None, ssh).await?;
        } else {
            let made = self.make_token(&client, &draft).await?;
            let credential = Credential::Token { id: made.id.clone(), secret: made.secret.clone() };
            let defaults = draft.defaults.clone().or(least_defaults(&draft));
            let draft = HostDraft { credential, defaults, ..draft };
            if let Err(fault) = self.keep_host(&draft, made.client.clone(), made.expires, ssh).await {
                return Err(self.unmake(made, fault).await);
            }
        }
        self.0.lent.forget();
        Ok(())
    }

    /// Writes down a host that let us in; where that fails nothing of it is remembered.
    async fn keep_host(
        &self,
        draft: &HostDraft,
        client: Client,
        token_expires: Option<Moment>,
        ssh: Option<Entry>,
    ) -> Result<(), Fault> {
        let mut record = HostRecord { token_expires, ..record_of(draft, &queries::target(draft)?) };
        // A host that does not tell its certificates is known by the one that the operator accepted.
        if let Ok(learnt) = client.learn_trust().await {
            record.pin = learnt.pin.to_string();
            record.trust = trust::kept(&learnt);
        }
        let secret = kept(&draft.credential)?;
        // First, so that the credential of another host of this name is not touched.
        if !self.0.world.store.add_host(record.clone()).await? {
            return Err(taken(record.id.as_str()));
        }
        if let Err(error) = self.0.vault.put(&secret_name(&record.id), &secret).await {
            drop(self.0.world.store.remove_host(record.id.clone()).await);
            return Err(error.into());
        }
        self.keep_ticket(&record, &client).await;
        self.0.records.lock().await.insert(record.id.clone(), record.clone());
        self.0.world.change(|fleet| {
            fleet.hosts.retain(|host| host.id != record.id);
            fleet.hosts.push(record.unseen());
        });
        if let Some(entry) = ssh
            && let Err(fault) = self.keep_entry(&record.id, entry).await
        {
            drop(self.forget_host(&record.id).await);
            return Err(fault);
        }
        self.put_on_line(&record, client).await;
        Ok(())
    }

    pub(super) async fn refuse_unfit_name(&self, name: &str) -> Result<(), Fault> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
            return Err(Fault::lasting(
                FaultCode::Usage,
                format!("a host cannot be called \"{name}\""),
                "its name is part of every guest's key",
                "use letters, digits, dots and dashes, 40 at most",
            ));
        }
        // Asked of the store: another process may have added it since the start.
        match self.0.world.store.hosts().await?.iter().any(|host| host.id.as_str() == name) {
            true => Err(taken(name)),
            false => Ok(()),
        }
    }

    pub(super) fn writable_vault(&self) -> Result<(), Fault> {
        match self.0.vault.state() {
            State::Open => Ok(()),
            State::Locked => Err(Fault::lasting(
                FaultCode::Refused,
                "the credential cannot be kept",
                "the file of secrets is locked",
                "open it with its passphrase (--passphrase-file F without a screen)",
            )),
            State::Missing => Err(Fault::lasting(
                FaultCode::Refused,
                "the credential cannot be kept",
                "this machine has no keyring, and no passphrase was chosen for the file of secrets",
                "choose a passphrase (--passphrase-file F without a screen)",
            )),
        }
    }

    pub(super) async fn remove_host(&self, id: &HostId) -> Result<(), Fault> {
        if !self.0.records.lock().await.contains_key(id) {
            return Err(no_such_host(id));
        }
        self.refuse_while_working(id).await?;
        self.forget_host(id).await
    }

    async fn forget_host(&self, id: &HostId) -> Result<(), Fault> {
        // First, so that books that cannot be written leave everything as it is.
        if let Removed::HasApps(names) = self.0.world.store.remove_host(id.clone()).await? {
            return Err(has_apps(id, &names));
        }
        self.drop_from_sight(id).await;
        // Last, so that a vault that cannot be written leaves no host without its credential.
        self.forget_secrets(id).await
    }

    /// The books do not know it any more.
    pub(super) async fn drop_from_sight(&self, id: &HostId) {
        self.0.records.lock().await.remove(id);
        stop(self.0.pollers.lock().await.remove(id)).await;
        self.0.world.disconnect(id);
        self.0.world.change(|fleet| {
            fleet.hosts.retain(|host| host.id != *id);
            fleet.nodes.retain(|node| node.key.host != *id);
            fleet.guests.retain(|guest| guest.key.host != *id);
            fleet.storages.retain(|storage| storage.host != *id);
            fleet.apps.retain(|app| app.guest.host != *id);
            Arc::make_mut(&mut fleet.backups).forget(id);
        });
    }

    async fn forget_secrets(&self, id: &HostId) -> Result<(), Fault> {
        self.forget_ticket(id).await;
        self.put_ssh_secret(id, None).await?;
        Ok(self.0.vault.remove(&secret_name(id)).await?)
    }

    pub(super) async fn unlock(&self, passphrase: Secret) -> Result<(), Fault> {
        self.0.world.change(|fleet| fleet.vault = fleet::Vault::Opening);
        let opened = self.0.vault.unlock(&passphrase).await;
        self.0.world.change(|fleet| fleet.vault = vault_of(&self.0.vault));
        opened?;
        self.connect_all().await;
        Ok(())
    }

    pub(super) async fn connect_all(&self) {
        let records: Vec<_> = self.0.records.lock().await.values().cloned().collect();
        for record in records.into_iter().filter(|record| record.asked == Asked::Yes) {
            if let Err(fault) = self.connect(&record).await {
                self.0.world.lose(&record.id, fault);
            }
        }
    }

    pub(super) async fn log_in_once(&self, id: &HostId, totp: Secret) -> Result<(), Fault> {
        let record = self.0.records.lock().await.get(id).cloned().ok_or_else(|| no_such_host(id))?;
        let mut target = self.target_of(&record).await?;
        if let Login::Password { totp: code, .. } = &mut target.login {
            *code = Some(totp);
        }
        let client = Client::new(target, self.0.request_log.clone())?;
        client.log_in().await?;
        self.keep_ticket(&record, &client).await;
        self.put_on_line(&record, client).await;
        Ok(())
    }

    /// Lists every host now, and finds their apps.
    pub(super) async fn refresh(&self) -> Result<(), Fault> {
        let records = self.0.records.lock().await;
        let asked = records.values().filter(|record| record.asked == Asked::Yes);
        let hosts: Vec<_> = asked.map(|record| record.id.clone()).collect();
        drop(records);
        let world = &self.0.world;
        let looks = hosts.iter().map(|id| async move {
            listing::list(world, id).await?;
            apps::discover(world, id).await;
            Ok(())
        });
        // Side by side: a silent host keeps nobody waiting for the others.
        join_all(looks).await.into_iter().collect()
    }

    pub(super) async fn connect(&self, record: &HostRecord) -> Result<(), Fault> {
        let target = self.target_of(record).await?;
        self.connect_to(record, target).await
    }

    /// What was learnt over the old way in is not what was written down for the new one.
    pub(super) async fn connect_by_books(&self, record: &HostRecord) -> Result<(), Fault> {
        let target = Target { trust: trust::of(record)?, ..self.target_of(record).await? };
        self.connect_to(record, target).await
    }

    async fn connect_to(&self, record: &HostRecord, mut target: Target) -> Result<(), Fault> {
        if let Some(ticket) = self.kept_ticket(record).await
            && let Login::Password { password, .. } = target.login
        {
            target.login = Login::Ticket { ticket, password: Some(password) };
        }
        let client = Client::new(target, self.0.request_log.clone())?;
        self.put_on_line(record, client).await;
        Ok(())
    }

    pub(super) async fn put_on_line(&self, record: &HostRecord, client: Client) {
        let line = self.0.world.connect(record.id.clone(), client);
        self.watch(record, line).await;
    }

    pub(super) async fn target_of(&self, record: &HostRecord) -> Result<Target, Fault> {
        let kept = self.0.vault.get(&secret_name(&record.id)).await?.ok_or_else(|| no_credential(&record.id))?;
        let kept: KeptSecret = serde_json::from_str(kept.reveal()).map_err(|_| no_credential(&record.id))?;
        let login = match (kept, &record.login) {
            (KeptSecret::Token(secret), LoginName::Token { id }) => {
                Login::Token { id: id.clone(), secret: Secret::new(secret) }
            }
            // Where it was kept and the record was not, it says which token it opens.
            (KeptSecret::NamedToken { id, secret }, LoginName::Token { .. }) => {
                Login::Token { id, secret: Secret::new(secret) }
            }
            (KeptSecret::Password(password), LoginName::Password { user, .. }) => {
                Login::Password { user: user.clone(), password: Secret::new(password), totp: None }
            }
            _ => return Err(no_credential(&record.id)),
        };
        // What was learnt since the start is newer than what was read then.
        let trust = match self.0.world.client(&record.id) {
            Ok(client) => (*client.trust()).clone(),
            Err(_) => trust::of(record)?,
        };
        Ok(Target { host: record.id.clone(), addresses: record.addresses.clone(), trust, login })
    }
}

/// Apps are ours as long as our books know them: their secrets, ports and schedules would be left behind.
fn has_apps(id: &HostId, names: &[String]) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{id} was not removed"),
        format!("apps live there: {}", names.join(", ")),
        format!(
            "forget or destroy them first: `proximity app forget NAME` leaves their containers as they are; \
             where the host is gone for good, switch it off before: `proximity host edit {id} --off`"
        ),
    )
}

fn taken(name: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("there is a host called {name} already"),
        "two hosts of one name could not be told apart",
        "choose another name, or remove the old host first",
    )
}

/// New apps come into the pool that the token is good for.
fn least_defaults(draft: &HostDraft) -> HostDefaults {
    let pool = draft.least.as_ref().map(|wish| wish.reach.pool().to_owned());
    HostDefaults { pool, ..HostDefaults::default() }
}

pub(super) fn login_of(credential: &Credential) -> LoginName {
    match credential {
        Credential::Token { id, .. } => LoginName::Token { id: id.clone() },
        Credential::Password { user, totp, .. } => {
            LoginName::Password { user: user.clone(), needs_code: totp.is_some() }
        }
    }
}

fn record_of(draft: &HostDraft, target: &Target) -> HostRecord {
    HostRecord {
        id: target.host.clone(),
        addresses: target.addresses.clone(),
        login: login_of(&draft.credential),
        pin: target.trust.pin.to_string(),
        trust: trust::kept(&target.trust),
        ssh: None,
        defaults: draft.defaults.clone(),
        asked: Default::default(),
        token_expires: None,
        added: now(),
    }
}

pub(super) fn kept(credential: &Credential) -> Result<Secret, Fault> {
    let kept = match credential {
        Credential::Token { id, secret } => {
            KeptSecret::NamedToken { id: id.clone(), secret: secret.reveal().to_owned() }
        }
        Credential::Password { password, .. } => KeptSecret::Password(password.reveal().to_owned()),
    };
    serde_json::to_string(&kept).map(Secret::new).map_err(|error| {
        Fault::lasting(FaultCode::Failed, "the credential was not kept", error.to_string(), "try once more")
    })
}

pub(super) fn no_such_host(id: &HostId) -> Fault {
    host::no_such_host(id.as_str())
}

fn no_credential(id: &HostId) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{id} cannot be logged in to"),
        "its credential is not in the keyring or the file of secrets any more",
        "remove the host and add it anew; nothing on it is touched by that",
    )
}
