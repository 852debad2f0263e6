//! Replaces a file in one go. What must hold: whoever reads it, and whenever the power fails, finds the old text or the
//! new one, never half of it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::Path,
};

pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, bytes, None)
}

/// With these rights; where none are said, with those that the file had.
pub(super) fn write_with(path: &Path, bytes: &[u8], rights: Option<Permissions>) -> io::Result<()> {
    // Settings are often linked into a folder of dot files: the link stays, what it names is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Two that write at once do not write into each other's half.
    let half = path.with_extension(format!("{}.writing", std::process::id()));
    replace(&half, &path, bytes, rights).inspect_err(|_| {
        let _ = fs::remove_file(&half);
    })?;
    File::open(folder)?.sync_all()
}

fn replace(half: &Path, path: &Path, bytes: &[u8], mut rights: Option<Permissions>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(half)?;
    if let Ok(old) = fs::metadata(path) {
        if old.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
        rights = rights.or(Some(old.permissions()));
    }
    if let Some(rights) = rights {
        file.set_permissions(rights)?;
    }
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(half, path)
}
