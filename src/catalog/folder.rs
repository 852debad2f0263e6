//! The files of the operator's folder. What must hold: whatever lies there, reading it ends, and what could not be read
//! is told by its name.

use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::files::read_at_most;
use crate::domain::moment::Moment;

/// No recipe is so long; a file that is was put there by mistake.
pub const LONGEST: u64 = 256 * 1024;

/// By which a changed file is known: its moments of change, its length, and which file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    written: (i64, i64),
    touched: (i64, i64),
    length: u64,
    inode: u64,
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        Self {
            written: (found.mtime(), found.mtime_nsec()),
            touched: (found.ctime(), found.ctime_nsec()),
            length: found.len(),
            inode: found.ino(),
        }
    }

    pub fn changed(self) -> Option<Moment> {
        Some(Moment::from_secs(self.written.0))
    }
}

/// The recipes' files in the order of their names.
pub fn list(folder: &Path) -> io::Result<Vec<(PathBuf, Stamp)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        // One that went in this very moment is not there.
        if let Some(found) = is_recipe(&path).then(|| fs::metadata(&path).ok()).flatten() {
            files.push((path, Stamp::of(&found)));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// An editor's own hidden files and the schema lie in the same folder.
fn is_recipe(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".json") && !name.ends_with(".schema.json") && !name.starts_with('.')
}

pub fn text(path: &Path) -> io::Result<String> {
    // A pipe would be waited on for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let bytes = read_at_most(File::open(path)?, LONGEST)?;
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))
}
