//! Where sources lie: `<data>/catalog/<name>/`, in it `git/`, `at/<state>/` with what was taken, `beside/<state>/` with what
//! waits for a yes. What must hold: one process at a time works on a source, and what is taken is moved whole.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::{
    Prepared, SourceError,
    kept::{self, Kept},
};
use crate::{
    catalog::{files::read_at_most, folder::LONGEST},
    domain::catalog::{Pin, Recipe, Source, SourceName},
};

#[derive(Debug, Clone)]
pub struct Place {
    folder: PathBuf,
}

/// While it lives nobody else works on this source; the system takes it back from whoever dies.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    /// By hand: a process that is being started in this very moment holds the file as well, until it has begun.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl Place {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Never waits. The file stays for ever: one that is removed could be held by two.
    pub fn lock(&self, name: &SourceName) -> Result<Lock, SourceError> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let path = self.folder.join(format!("{name}.lock"));
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file }),
            Err(TryLockError::WouldBlock) => Err(SourceError::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn of(&self, name: &SourceName) -> PathBuf {
        self.folder.join(name.as_str())
    }

    pub(super) fn repository(&self, name: &SourceName) -> PathBuf {
        self.of(name).join("git")
    }

    fn at(&self, name: &SourceName, pin: &Pin) -> PathBuf {
        self.of(name).join("at").join(pin.as_str())
    }

    fn beside(&self, name: &SourceName, pin: &Pin) -> PathBuf {
        self.of(name).join("beside").join(pin.as_str())
    }

    /// The recipes of a state that was taken.
    pub fn recipes(&self, name: &SourceName, pin: &Pin) -> PathBuf {
        self.at(name, pin).join("recipes")
    }

    /// What is known of a state that was taken.
    pub fn kept(&self, name: &SourceName, pin: &Pin) -> Option<Kept> {
        Kept::read(&self.at(name, pin))
    }

    /// The state itself, where it lies here as this Proximity would make it.
    pub(super) fn taken_already(&self, source: &Source, pin: &Pin) -> Option<Prepared> {
        self.prepared(self.at(&source.name, pin), source, pin)
    }

    /// What waits for a yes.
    pub fn waiting(&self, source: &Source, pin: &Pin) -> Option<Prepared> {
        let taken = self.taken_already(source, pin);
        taken.or_else(|| self.prepared(self.beside(&source.name, pin), source, pin))
    }

    fn prepared(&self, folder: PathBuf, source: &Source, pin: &Pin) -> Option<Prepared> {
        let kept = Kept::read(&folder)?;
        let fits = kept.converter == kept::CONVERTER && kept.url == source.url.as_str();
        fits.then(|| Prepared { pin: pin.clone(), kept, recipes: folder.join("recipes") })
    }

    /// An empty folder for a new state; what waited before is gone.
    pub(super) fn make_beside(&self, name: &SourceName, pin: &Pin, _lock: &Lock) -> Result<PathBuf, SourceError> {
        remove(&self.of(name).join("beside"))?;
        let folder = self.beside(name, pin);
        fs::create_dir_all(folder.join("recipes"))?;
        Ok(folder)
    }

    /// Moves what waits to what is taken. The pin in the settings comes after it.
    pub fn take(&self, prepared: &Prepared, name: &SourceName, _lock: &Lock) -> Result<(), SourceError> {
        let (beside, at) = (self.beside(name, &prepared.pin), self.at(name, &prepared.pin));
        if prepared.recipes.starts_with(&at) {
            return Ok(());
        }
        fs::create_dir_all(self.of(name).join("at"))?;
        // The same state as an older Proximity made it, or of another address.
        if at.exists() && exchange(&beside, &at).is_err() {
            remove(&at)?;
        }
        if beside.exists() && !at.join(kept::FILE).exists() {
            fs::rename(&beside, &at)?;
        }
        Ok(())
    }

    /// Forgets every state but these.
    pub fn prune(&self, name: &SourceName, keep: &[&Pin], _lock: &Lock) {
        let Ok(entries) = fs::read_dir(self.of(name).join("at")) else { return };
        let is_kept = |entry: &fs::DirEntry| keep.iter().any(|pin| entry.file_name() == pin.as_str());
        for entry in entries.flatten().filter(|entry| !is_kept(entry)) {
            // It costs room and nothing else.
            let _ = fs::remove_dir_all(entry.path());
        }
        let _ = fs::remove_dir_all(self.of(name).join("beside"));
    }

    pub fn forget(&self, name: &SourceName, _lock: &Lock) -> Result<(), SourceError> {
        remove(&self.of(name))
    }

    /// The recipes of a folder that can be read; one that was damaged is told by the shelf.
    pub fn read(folder: &Path) -> Vec<Recipe> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let text = |path: PathBuf| read_at_most(File::open(path).ok()?, LONGEST).ok();
        let texts = entries.flatten().filter_map(|entry| text(entry.path()));
        texts.filter_map(|text| Recipe::read(std::str::from_utf8(&text).ok()?).ok()).collect()
    }
}

/// Both names change their folders in one moment.
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

fn remove(folder: &Path) -> Result<(), SourceError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
