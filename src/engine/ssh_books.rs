//! What the operator says about SSH: how it gets in, and which keys are right. What must hold: a host that does not let
//! us in is not remembered as one that does, and a key is only taken that the operator was shown.

use super::{Answer, Engine, SshCredential, SshDraft, SshKey, SshKeys, now};
use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        fleet::{Host, SshProof},
        ids::{GuestKey, HostId},
        secret::Secret,
    },
    proxmox,
    ssh::{HostKey, Limits, Pins, Proof, Session, Target, look},
    store::{HostRecord, KeptSsh, KeyOwner},
};

pub(super) fn secret_name(host: &HostId) -> String {
    format!("ssh/{host}")
}

/// As the operator knows it.
pub(super) fn owner_s_name(host: &HostId, owner: &KeyOwner) -> String {
    match owner {
        KeyOwner::Host => host.to_string(),
        KeyOwner::Node(node) => format!("{node} of {host}"),
        KeyOwner::Guest(vmid) => format!("{host}/{vmid}"),
    }
}

/// `https://pve.example.org:8006` without all that is not the machine.
pub(super) fn bare_address(address: &str) -> String {
    let bare = address.strip_prefix("https://").unwrap_or(address);
    let end = bare.rfind(':').filter(|colon| bare.rfind(']').is_none_or(|bracket| bracket < *colon));
    bare[..end.unwrap_or(bare.len())].trim_start_matches('[').trim_end_matches(']').to_owned()
}

/// How SSH got in, to be kept.
pub(super) struct Entry {
    kept: KeptSsh,
    secret: Option<Secret>,
    /// The key that the operator accepted.
    key: HostKey,
}

impl Engine {
    /// Logs in first.
    pub(super) async fn set_ssh(&self, host: &HostId, draft: Option<SshDraft>) -> Result<(), Fault> {
        let record = self.0.records.lock().await.get(host).cloned();
        let record = record.ok_or_else(|| super::books::no_such_host(host))?;
        let Some(draft) = draft else { return self.forget_ssh(host).await };
        let address = record.addresses.first().cloned().unwrap_or_default();
        let entry = self.let_in(&address, &draft, Some(&record)).await?;
        self.keep_entry(host, entry).await
    }

    /// Whether SSH gets in like that; what is to be kept of it where it does.
    pub(super) async fn let_in(
        &self,
        address: &str,
        draft: &SshDraft,
        known: Option<&HostRecord>,
    ) -> Result<Entry, Fault> {
        let first = address.split(',').next().unwrap_or_default();
        let address = bare_address(&proxmox::normalise_address(first)?);
        let (kept, proof, secret) = self.entry(&address, known, draft).await?;
        let key = accepted(&address, draft).await?;
        let target = Target {
            address,
            port: draft.port,
            user: draft.user.clone(),
            proofs: vec![proof],
            keys: Pins::Pinned(vec![key.clone()]),
        };
        Session::open(&target, Limits::default()).await?;
        Ok(Entry { kept, secret, key })
    }

    pub(super) async fn keep_entry(&self, host: &HostId, entry: Entry) -> Result<(), Fault> {
        if entry.secret.is_some() {
            self.writable_vault()?;
        }
        self.keep_ssh(host, entry.kept, &entry.key, entry.secret).await
    }

    /// Tries how SSH would get in; nothing is stored.
    pub(super) async fn test_ssh_draft(&self, address: &str, draft: &SshDraft) -> Result<Answer, Fault> {
        let entry = self.let_in(address, draft, None).await?;
        Ok(Answer::Ssh(Some(entry.kept.access())))
    }

    async fn entry(
        &self,
        whose: &str,
        known: Option<&HostRecord>,
        draft: &SshDraft,
    ) -> Result<(KeptSsh, Proof, Option<Secret>), Fault> {
        let (proof, secret) = match &draft.credential {
            SshCredential::Agent => (SshProof::Agent, None),
            SshCredential::KeyFile { path, passphrase } => {
                (SshProof::KeyFile(path.to_string_lossy().into_owned()), passphrase.clone())
            }
            SshCredential::Password(password) => (SshProof::Password, Some(password.clone())),
            SshCredential::AsBefore => match known.and_then(|record| Some((record, record.ssh.as_ref()?))) {
                Some((record, before)) => (before.proof.clone(), self.ssh_secret(&record.id).await?),
                None => return Err(no_credential(whose)),
            },
        };
        let shown = match (&proof, &secret) {
            (SshProof::Agent, _) => Proof::Agent,
            (SshProof::KeyFile(path), _) => Proof::KeyFile { path: path.into(), passphrase: secret.clone() },
            (SshProof::Password, Some(password)) => Proof::Password(password.clone()),
            (SshProof::Password, None) => return Err(no_credential(whose)),
        };
        let (user, port, guest_port) = (draft.user.clone(), draft.port, draft.guest_port);
        let kept = KeptSsh { user, port, proof, pin: draft.fingerprint.clone(), guest_port };
        Ok((kept, shown, secret))
    }

    async fn keep_ssh(&self, host: &HostId, kept: KeptSsh, key: &HostKey, secret: Option<Secret>) -> Result<(), Fault> {
        let before = self.ssh_secret(host).await?;
        self.put_ssh_secret(host, secret).await?;
        match self.0.world.store.put_ssh(host.clone(), Some((kept.clone(), key.to_string())), now()).await {
            Ok(true) => {}
            Ok(false) => return Err(super::books::no_such_host(host)),
            Err(error) => {
                drop(self.put_ssh_secret(host, before).await);
                return Err(error.into());
            }
        }
        self.show_ssh(host, Some(kept)).await;
        Ok(())
    }

    async fn forget_ssh(&self, host: &HostId) -> Result<(), Fault> {
        self.0.world.store.put_ssh(host.clone(), None, now()).await?;
        self.show_ssh(host, None).await;
        self.put_ssh_secret(host, None).await
    }

    /// None is kept where none is needed.
    pub(super) async fn put_ssh_secret(&self, host: &HostId, secret: Option<Secret>) -> Result<(), Fault> {
        let name = secret_name(host);
        match secret {
            Some(secret) => Ok(self.0.vault.put(&name, &secret).await?),
            // A vault that is locked, or not there yet, is not opened for what it does not have.
            None if self.writable_vault().is_err() => Ok(()),
            None => Ok(self.0.vault.remove(&name).await?),
        }
    }

    async fn show_ssh(&self, host: &HostId, ssh: Option<KeptSsh>) {
        if let Some(record) = self.0.records.lock().await.get_mut(host) {
            record.ssh.clone_from(&ssh);
        }
        self.0.world.change(|fleet| {
            let shown = |known: &&mut Host| known.id == *host;
            if let Some(known) = fleet.hosts.iter_mut().find(shown) {
                known.ssh = ssh.as_ref().map(KeptSsh::access);
            }
        });
    }

    /// Which key answers, before anything is trusted.
    pub(super) async fn look_at_ssh_key(&self, address: &str, port: u16) -> Result<Answer, Fault> {
        let address = bare_address(&proxmox::normalise_address(address)?);
        Ok(Answer::SshKey(shown(&look(&address, port, Limits::default()).await?)))
    }

    /// Logs in to the host where it was added; nothing where SSH was not set up.
    pub(super) async fn test_ssh(&self, host: &HostId) -> Result<Answer, Fault> {
        let Ok((record, ssh)) = self.ssh_of(host).await else { return Ok(Answer::Ssh(None)) };
        let proofs = vec![self.proof(host, &ssh.proof).await?];
        let address = bare_address(record.addresses.first().map_or("", String::as_str));
        let keys = self.known_key(host, &KeyOwner::Host).await?.into_iter().collect();
        let (user, port) = (ssh.user.clone(), ssh.port);
        let target = Target { address, port, user, proofs, keys: Pins::Pinned(keys) };
        Session::open(&target, Limits::default()).await?;
        Ok(Answer::Ssh(Some(ssh.access())))
    }

    /// Which key a guest is known by, and which one it shows now.
    pub(super) async fn guest_key(&self, guest: &GuestKey) -> Result<Answer, Fault> {
        let (_, ssh) = self.ssh_of(&guest.host).await?;
        let known = self.known_key(&guest.host, &KeyOwner::Guest(guest.vmid)).await?;
        let address = self.guest_address(guest).await?;
        let seen = look(&address, ssh.guest_port, Limits::default()).await?;
        Ok(Answer::GuestKey(SshKeys { known: known.as_ref().map(shown), seen: shown(&seen) }))
    }

    async fn guest_address(&self, guest: &GuestKey) -> Result<String, Fault> {
        let Answer::Guest(detail) = self.guest_detail(guest).await? else { return Err(no_address(guest)) };
        let first = detail.addresses.first().ok_or_else(|| no_address(guest))?;
        Ok(first.split('/').next().unwrap_or_default().to_owned())
    }

    /// The operator was shown this key, and takes it.
    pub(super) async fn trust_guest_key(&self, guest: &GuestKey, key: &str) -> Result<(), Fault> {
        let key: HostKey = key.parse().map_err(|error| {
            Fault::lasting(FaultCode::Usage, "the key was not taken", format!("{error}"), "take it as it was shown")
        })?;
        if !self.0.records.lock().await.contains_key(&guest.host) {
            return Err(super::books::no_such_host(&guest.host));
        }
        let owner = KeyOwner::Guest(guest.vmid);
        Ok(self.0.world.store.replace_ssh_key(&guest.host, &owner, &key.to_string(), now()).await?)
    }
}

fn shown(key: &HostKey) -> SshKey {
    SshKey { algorithm: key.algorithm(), fingerprint: key.fingerprint(), line: key.to_string() }
}

/// The key that has the fingerprint which the operator accepted.
async fn accepted(address: &str, draft: &SshDraft) -> Result<HostKey, Fault> {
    let seen = look(address, draft.port, Limits::default()).await?;
    if seen.fingerprint() == draft.fingerprint {
        return Ok(seen);
    }
    Err(Fault::new(
        FaultCode::Trust,
        FaultKind::NeedsPerson,
        format!("{address} shows another SSH key than the one that was accepted"),
        format!("accepted was {}, shown is {} ({})", draft.fingerprint, seen.fingerprint(), seen.algorithm()),
        "compare with `ssh-keygen -lf` of the key in /etc/ssh there, and give that one's with --ssh-fingerprint",
    ))
}

fn no_credential(host: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("SSH was not set up for {host}"),
        "it was not said with what to log in",
        "say it with --ssh-agent, --ssh-key FILE or --ssh-password-file FILE",
    )
}

fn no_address(guest: &GuestKey) -> Fault {
    Fault::passing(
        FaultCode::Refused,
        format!("the SSH key of {guest} was not looked at"),
        "the guest tells no address; it is stopped, or has no network",
        "start it and wait until it has an address",
    )
}
