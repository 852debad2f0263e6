//! Where credentials are kept: the desktop's keyring, a file encrypted with a passphrase, or memory alone. What must
//! hold: a secret is never in clear on a disk, and one that cannot be read is never taken for one that is gone.

mod choice;
mod error;
mod file;
mod keyring;
mod seal;

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

pub use choice::{Folder, choose, choose_with};
pub use error::VaultError;
use file::SealedFile;
use keyring::Ring;
pub use seal::Cost;

use crate::domain::secret::Secret;

/// Where a vault keeps what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The desktop's keyring; `note` is a file that remembers that secrets are there.
    Keyring { note: PathBuf },
    /// This file, encrypted.
    File(PathBuf),
    /// Nowhere: it is gone with the program.
    Memory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// The file waits for its passphrase.
    Locked,
    /// There is no file yet: a passphrase is to be chosen.
    Missing,
}

#[derive(Clone)]
pub struct Vault {
    keeper: Keeper,
}

#[derive(Clone)]
enum Keeper {
    Keyring(Ring),
    File(Arc<SealedFile>),
    Memory(Arc<Mutex<BTreeMap<String, Secret>>>),
}

impl Vault {
    /// Nothing is read or asked yet.
    pub fn open(kind: Kind) -> Self {
        Self::open_at_cost(kind, Cost::STRONG)
    }

    /// The same, with another price for each guess at the passphrase of a file that is still to be made.
    pub fn open_at_cost(kind: Kind, cost: Cost) -> Self {
        let keeper = match kind {
            Kind::Keyring { note } => Keeper::Keyring(Ring::new(note)),
            Kind::File(path) => Keeper::File(Arc::new(SealedFile::new(path, cost))),
            Kind::Memory => Keeper::Memory(Arc::default()),
        };
        Self { keeper }
    }

    pub fn kind(&self) -> Kind {
        match &self.keeper {
            Keeper::Keyring(ring) => Kind::Keyring { note: ring.note().to_owned() },
            Keeper::File(file) => Kind::File(file.path().to_owned()),
            Keeper::Memory(_) => Kind::Memory,
        }
    }

    pub fn state(&self) -> State {
        match &self.keeper {
            Keeper::File(file) => file.state(),
            Keeper::Keyring(_) | Keeper::Memory(_) => State::Open,
        }
    }

    /// Opens the file with its passphrase; where there is none yet, makes it with this one.
    pub async fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        let passphrase = passphrase.clone();
        self.with_file(move |file| file.unlock(&passphrase)).await.unwrap_or(Ok(()))
    }

    /// Forgets the key of the file; what is kept stays.
    pub fn lock(&self) {
        if let Keeper::File(file) = &self.keeper {
            file.lock();
        }
    }

    pub async fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), VaultError> {
        let (old, new) = (old.clone(), new.clone());
        let changed = self.with_file(move |file| file.change_passphrase(&old, &new)).await;
        changed.unwrap_or(Err(VaultError::NoPassphrase))
    }

    /// The secret of this name, or nothing if it is certain that there is none.
    pub async fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        let name = name.to_owned();
        match &self.keeper {
            Keeper::Keyring(ring) => ring.get(name).await,
            Keeper::File(file) => in_background(file, move |file| file.get(&name)).await,
            Keeper::Memory(map) => Ok(map.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned()),
        }
    }

    pub async fn put(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        let (name, secret) = (name.to_owned(), secret.clone());
        match &self.keeper {
            Keeper::Keyring(ring) => ring.put(name, secret).await,
            Keeper::File(file) => in_background(file, move |file| file.put(name, secret)).await,
            Keeper::Memory(map) => {
                map.lock().unwrap_or_else(PoisonError::into_inner).insert(name, secret);
                Ok(())
            }
        }
    }

    /// Removes a secret; one that is not there is removed already.
    pub async fn remove(&self, name: &str) -> Result<(), VaultError> {
        let name = name.to_owned();
        match &self.keeper {
            Keeper::Keyring(ring) => ring.remove(name).await,
            Keeper::File(file) => in_background(file, move |file| file.remove(&name)).await,
            Keeper::Memory(map) => {
                map.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
                Ok(())
            }
        }
    }

    async fn with_file<T: Send + 'static>(
        &self,
        job: impl FnOnce(&SealedFile) -> Result<T, VaultError> + Send + 'static,
    ) -> Option<Result<T, VaultError>> {
        match &self.keeper {
            Keeper::File(file) => Some(in_background(file, job).await),
            Keeper::Keyring(_) | Keeper::Memory(_) => None,
        }
    }
}

/// A key is derived in a fifth of a second and a file is synced: not on a thread that others wait for.
async fn in_background<T: Send + 'static>(
    file: &Arc<SealedFile>,
    job: impl FnOnce(&SealedFile) -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let file = file.clone();
    tokio::task::spawn_blocking(move || job(&file)).await.unwrap_or(Err(VaultError::Interrupted))
}

/// Says where it keeps, never what.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("kind", &self.kind()).field("state", &self.state()).finish()
    }
}
