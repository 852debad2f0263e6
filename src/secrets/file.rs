//! The encrypted file of secrets. Only the key is held in memory: the file is read anew each time, so two processes see
//! each other's changes. What must hold: a write that fails leaves the old file whole.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    State,
    error::VaultError,
    seal::{Cost, Flaw, Header, Key, Secrets},
};
use crate::domain::secret::Secret;

pub(super) struct SealedFile {
    path: PathBuf,
    cost: Cost,
    key: Mutex<Option<Key>>,
}

impl SealedFile {
    pub(super) fn new(path: PathBuf, cost: Cost) -> Self {
        Self { path, cost, key: Mutex::new(None) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn state(&self) -> State {
        if self.held().is_some() {
            State::Open
        } else if fs::exists(&self.path).is_ok_and(|there| !there) {
            State::Missing
        } else {
            State::Locked
        }
    }

    pub(super) fn lock(&self) {
        *self.held() = None;
    }

    pub(super) fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        if passphrase.is_empty() {
            return Err(VaultError::EmptyPassphrase);
        }
        let key = match self.read()? {
            Some(file) => self.find_key(passphrase, &file)?,
            None => self.make(passphrase)?,
        };
        *self.held() = Some(key);
        Ok(())
    }

    pub(super) fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), VaultError> {
        if new.is_empty() {
            return Err(VaultError::EmptyPassphrase);
        }
        let key = Key::make(new, self.cost)?;
        let _turn = self.take_turn()?;
        let file = self.read()?.ok_or(VaultError::Missing)?;
        let secrets = self.open(&self.find_key(old, &file)?, &file)?;
        self.write(&key.seal(&secrets)?)?;
        *self.held() = Some(key);
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.secrets()?.remove(name))
    }

    pub(super) fn put(&self, name: String, secret: Secret) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.insert(name, secret);
        })
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.remove(name);
        })
    }

    fn change(&self, change: impl FnOnce(&mut Secrets)) -> Result<(), VaultError> {
        let _turn = self.take_turn()?;
        let mut secrets = self.secrets()?;
        change(&mut secrets);
        let sealed = self.held().as_ref().ok_or(VaultError::Locked)?.seal(&secrets)?;
        self.write(&sealed)
    }

    /// What the file holds now. A file that another process gave a new passphrase locks this one.
    fn secrets(&self) -> Result<Secrets, VaultError> {
        let Some(file) = self.read()? else {
            self.lock();
            return Err(VaultError::Missing);
        };
        let header = Header::read(&file).map_err(|flaw| self.told(flaw))?;
        let mut held = self.held();
        if held.as_ref().is_some_and(|key| !key.fits(&header)) {
            *held = None;
        }
        self.open(held.as_ref().ok_or(VaultError::Locked)?, &file)
    }

    fn make(&self, passphrase: &Secret) -> Result<Key, VaultError> {
        let key = Key::make(passphrase, self.cost)?;
        let _turn = self.take_turn()?;
        // Another process may have made it while this one derived its key.
        if let Some(file) = self.read()? {
            return self.find_key(passphrase, &file);
        }
        self.write(&key.seal(&Secrets::new())?)?;
        Ok(key)
    }

    fn find_key(&self, passphrase: &Secret, file: &[u8]) -> Result<Key, VaultError> {
        let header = Header::read(file).map_err(|flaw| self.told(flaw))?;
        let key = Key::find(passphrase, header)?.ok_or(VaultError::WrongPassphrase)?;
        self.open(&key, file)?;
        Ok(key)
    }

    fn open(&self, key: &Key, file: &[u8]) -> Result<Secrets, VaultError> {
        key.open(file).map_err(|flaw| self.told(flaw))
    }

    fn held(&self) -> MutexGuard<'_, Option<Key>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self, flaw: Flaw) -> VaultError {
        let path = self.path.clone();
        match flaw {
            Flaw::Damaged(detail) => VaultError::Damaged { path, detail },
            Flaw::Newer(found) => VaultError::Newer { path, found },
        }
    }

    fn read(&self) -> Result<Option<Vec<u8>>, VaultError> {
        match fs::read(&self.path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.failed("read", source)),
        }
    }

    fn write(&self, sealed: &[u8]) -> Result<(), VaultError> {
        let half = self.path.with_extension("writing");
        write_whole(&half, &self.path, sealed).map_err(|source| {
            let _ = fs::remove_file(&half);
            self.failed("written", source)
        })
    }

    /// One process at a time changes the file. The lock lies beside it, since the file itself is replaced.
    fn take_turn(&self) -> Result<File, VaultError> {
        let beside = self.path.with_extension("lock");
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let open = || -> io::Result<File> {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&beside)?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|source| self.failed("written", source))
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> VaultError {
        VaultError::Io { path: self.path.clone(), doing, source }
    }
}

fn write_whole(half: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    // One that a killed program left behind may have any rights.
    let _ = fs::remove_file(half);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(half, path)?;
    // The new name itself is only safe once the folder is.
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
