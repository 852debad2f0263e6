//! A source that is a Git repository: a bare repository of our own with the newest state and nothing of its history. What
//! must hold: it has no work tree, so nothing in it can name a file of this machine; it never grows past its bound.

mod complaint;
mod objects;
mod program;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use objects::GitFiles;
use program::{Scale, git, run};

use super::{SourceError, watch::Watch};
use crate::domain::catalog::{Branch, Pin, SourceUrl};

/// What is fetched goes under this name until it is known what it is.
const NEWS: &str = "refs/proximity/news";

/// Which state is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Newest,
    This(Pin),
}

pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// The one that is there, or a new one.
    pub fn open(folder: &Path, watch: &Watch) -> Result<Self, SourceError> {
        let repository = Self { folder: folder.to_owned() };
        if program::weight(folder) > watch.most_bytes || !folder.join("HEAD").is_file() {
            repository.begin(watch)?;
        }
        repository.sweep();
        Ok(repository)
    }

    fn begin(&self, watch: &Watch) -> Result<(), SourceError> {
        remove(&self.folder)?;
        if let Some(parent) = self.folder.parent() {
            fs::create_dir_all(parent)?;
        }
        // Made beside, so that one whose making was broken off is never taken for whole.
        let half = self.folder.with_extension("new");
        remove(&half)?;
        let mut command = git(&half, &[]);
        command.args(["init", "--quiet", "--bare", "--template="]);
        run(command, None, watch)?.map_err(complaint::understood)?;
        Ok(fs::rename(half, &self.folder)?)
    }

    /// What a git that was killed left: its locks would refuse the next one, its half packs fill the disk.
    fn sweep(&self) {
        let is_left = |name: &str| name.ends_with(".lock") || name.starts_with("tmp_");
        for folder in ["", "refs/proximity", "objects/pack"] {
            let Ok(entries) = fs::read_dir(self.folder.join(folder)) else { continue };
            for entry in entries.flatten().filter(|entry| is_left(&entry.file_name().to_string_lossy())) {
                // One that cannot be removed is told by git.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Fetches what is wanted and says which state that is. One that lies here already is not fetched.
    pub fn fetch(
        &self,
        url: &SourceUrl,
        branch: Option<&Branch>,
        wanted: &Wanted,
        watch: &Watch,
    ) -> Result<Pin, SourceError> {
        let from = match wanted {
            Wanted::This(pin) if self.has(pin, watch)? => return Ok(pin.clone()),
            Wanted::This(pin) => pin.as_str(),
            Wanted::Newest => branch.map_or("HEAD", Branch::as_str),
        };
        let protocols: &[&str] = if url.is_local() { &["file"] } else { &["https", "ssh"] };
        let mut command = git(&self.folder, protocols);
        command.args(["fetch", "--quiet", "--depth", "1", "--no-tags", "--no-recurse-submodules"]);
        command.args(["--no-write-fetch-head", "--no-auto-maintenance", "--"]);
        command.args([url.as_str(), &format!("+{from}:{NEWS}")]);
        let scale = Scale { folder: &self.folder, most: watch.most_bytes };
        let fetched = run(command, Some(scale), watch).inspect_err(|error| {
            if matches!(error, SourceError::TooLarge { .. }) {
                // Half of it is of no use to anybody.
                let _ = fs::remove_dir_all(&self.folder);
            }
        })?;
        fetched.map_err(|text| complaint::of_fetch(text, branch, wanted))?;
        self.resolve(NEWS, watch)
    }

    fn has(&self, pin: &Pin, watch: &Watch) -> Result<bool, SourceError> {
        let mut command = git(&self.folder, &[]);
        command.args(["cat-file", "-e", &format!("{pin}^{{tree}}")]);
        Ok(run(command, None, watch)?.is_ok())
    }

    fn resolve(&self, name: &str, watch: &Watch) -> Result<Pin, SourceError> {
        let mut command = git(&self.folder, &[]);
        command.args(["rev-parse", "--verify", "--end-of-options", &format!("{name}^{{commit}}")]);
        let out = run(command, None, watch)?.map_err(complaint::understood)?;
        Pin::new(String::from_utf8_lossy(&out).trim()).map_err(SourceError::Git)
    }

    pub fn files(&self, pin: &Pin, watch: &Watch) -> Result<GitFiles, SourceError> {
        GitFiles::open(&self.folder, pin, watch)
    }
}

fn remove(folder: &Path) -> Result<(), SourceError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
