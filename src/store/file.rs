//! Opens the database file. What must hold: only the owner may read it, and a file that is not ours, newer, read-only or
//! damaged is left exactly as it was.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use rusqlite::{Connection, OpenFlags};

use super::{Limits, error::Trouble, schema};

pub(super) fn open(path: &Path, limits: Limits) -> Result<Connection, Trouble> {
    prepare_folder(path)?;
    prepare_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(limits.patience)?;
    if connection.is_readonly("main")? {
        return Err(Trouble::ReadOnly);
    }
    schema::refuse_what_is_not_ours(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    settle(&connection)?;
    if let Some(pages) = limits.pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    schema::migrate(&mut connection, path)?;
    Ok(connection)
}

pub(super) fn open_nothing() -> Result<Connection, Trouble> {
    let mut connection = Connection::open_in_memory()?;
    settle(&connection)?;
    schema::migrate(&mut connection, Path::new(""))?;
    Ok(connection)
}

/// NORMAL in WAL mode: a killed program loses nothing, a power cut at most the last moments, and never the file.
fn settle(connection: &Connection) -> Result<(), Trouble> {
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(48);
    Ok(())
}

/// A folder that was there keeps its rights, it may be shared on purpose; one that we make is the owner's alone.
fn prepare_folder(path: &Path) -> Result<(), Trouble> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| Trouble::of_folder(&error))?;
    let rights = fs::metadata(folder).map_err(|error| Trouble::of_folder(&error))?.permissions();
    // SQLite writes its log beside the file: without a writable folder there is nothing to begin.
    if rights.readonly() { Err(Trouble::FolderReadOnly) } else { Ok(()) }
}

fn prepare_file(path: &Path) -> Result<(), Trouble> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return create(path),
        Err(error) => return Err(Trouble::of_file(&error)),
    };
    if !found.is_file() {
        return Err(Trouble::CannotOpen("it is not a file".into()));
    }
    // Asked of its rights and not of the kernel: what the operator made read-only stays so even for root.
    if found.permissions().readonly() {
        return Err(Trouble::ReadOnly);
    }
    if found.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(|error| Trouble::of_file(&error))?;
    }
    Ok(())
}

/// Makes the file before SQLite does, so that it is never readable by others, not even for a moment.
fn create(path: &Path) -> Result<(), Trouble> {
    let made = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    made.map(drop).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Trouble::FolderReadOnly,
        _ => Trouble::of_file(&error),
    })
}
