//! The desktop's keyring. It can wait for a person, or answer "no such entry" when it is merely locked. What must hold:
//! it never makes the deck wait, and "locked" is never read as "gone".

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    thread::Builder,
    time::Duration,
};

use ::keyring::{Entry, Error};
use tokio::{sync::oneshot, time::timeout};

use super::error::VaultError;
use crate::domain::secret::Secret;

const SERVICE: &str = "proximity";

/// An entry of no worth: whether it can be written tells an open keyring from a locked one.
const PROBE: &str = "probe";

/// A person may have to type the keyring's password first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether it works at all is asked while nobody is there to type.
const PROBE_PATIENCE: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub(super) struct Ring {
    note: Arc<Path>,
}

impl Ring {
    pub(super) fn new(note: PathBuf) -> Self {
        Self { note: note.into() }
    }

    pub(super) fn note(&self) -> &Path {
        &self.note
    }

    pub(super) async fn get(&self, name: String) -> Result<Option<Secret>, VaultError> {
        ask(PATIENCE, move || match entry(&name)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(Error::NoEntry) => prove_open().map(|()| None),
            Err(error) => Err(error.into()),
        })
        .await
    }

    pub(super) async fn put(&self, name: String, secret: Secret) -> Result<(), VaultError> {
        ask(PATIENCE, move || Ok(entry(&name)?.set_password(secret.reveal())?)).await?;
        self.leave_note();
        Ok(())
    }

    pub(super) async fn remove(&self, name: String) -> Result<(), VaultError> {
        ask(PATIENCE, move || match entry(&name)?.delete_credential() {
            Ok(()) => Ok(()),
            Err(Error::NoEntry) => prove_open(),
            Err(error) => Err(error.into()),
        })
        .await
    }

    /// Without it the next start would look for a keyring again and, if that is locked by then, choose a file.
    fn leave_note(&self) {
        let _ = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&self.note);
    }
}

/// Whether the keyring can be written to right now.
pub(super) async fn is_usable() -> bool {
    ask(PROBE_PATIENCE, prove_open).await.is_ok()
}

fn prove_open() -> Result<(), VaultError> {
    Ok(entry(PROBE)?.set_password("open")?)
}

fn entry(name: &str) -> Result<Entry, VaultError> {
    if let Err(error) = Entry::store_status() {
        return Err(VaultError::NoKeyring(error.to_string()));
    }
    Ok(Entry::new(SERVICE, name)?)
}

/// On a thread of its own and outside of any runtime: a keyring may wait for a person for as long as it likes, nothing
/// that ends may wait for it, and its D-Bus client must not find a runtime to build another one in.
async fn ask<T: Send + 'static>(
    patience: Duration,
    question: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let (answer, answered) = oneshot::channel();
    let asking = move || {
        let _ = answer.send(question());
    };
    Builder::new().name("keyring".into()).spawn(asking).map_err(|error| VaultError::NoKeyring(error.to_string()))?;
    match timeout(patience, answered).await {
        Ok(answer) => answer.unwrap_or(Err(VaultError::Interrupted)),
        Err(_) => Err(VaultError::KeyringSilent),
    }
}

impl From<Error> for VaultError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::KeyringLocked,
            Error::NoDefaultStore => Self::NoKeyring("none was found at the start".into()),
            // These carry the secret itself.
            Error::BadEncoding(_) | Error::BadDataFormat(..) => Self::Keyring("what it holds is not text".into()),
            other => Self::Keyring(other.to_string()),
        }
    }
}
