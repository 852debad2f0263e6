//! Opens the database file. What must hold: only the owner may read it, and a file that is not ours, newer, read-only or
//! damaged is left exactly as it was.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags};

use super::{Limits, error::Trouble, schema};

pub(super) fn open(path: &Path, limits: Limits) -> Result<Connection, Trouble> {
    prepare_folder(path)?;
    let mut connection = connect(path)?;
    connection.busy_timeout(limits.patience)?;
    if connection.is_readonly("main")? {
        return Err(Trouble::ReadOnly);
    }
    schema::refuse_what_is_not_ours(&mut connection)?;
    settle(&connection)?;
    if let Some(pages) = limits.pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    if !schema::is_of_today(&connection)? {
        let _turn = take_turn(path);
        schema::migrate(&mut connection, path)?;
    }
    Ok(connection)
}

/// One at a time: between making the file and closing it again, no other connection of this process may lock it.
fn connect(path: &Path) -> Result<Connection, Trouble> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    prepare_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags)?)
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
    let folder = folder_of(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| Trouble::of_folder(&error))?;
    let rights = fs::metadata(folder).map_err(|error| Trouble::of_folder(&error))?.permissions();
    // SQLite writes its log beside the file: without a writable folder there is nothing to begin.
    if rights.readonly() { Err(Trouble::FolderReadOnly) } else { Ok(()) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// One process at a time makes or migrates the files of a folder. Where a folder cannot be locked (some network file
/// systems) the transactions alone must do.
fn take_turn(path: &Path) -> Option<File> {
    let folder = File::open(folder_of(path)).ok()?;
    folder.lock().ok()?;
    Some(folder)
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

/// Makes the file before SQLite does, so that it is never readable by others, not even for a moment. A file that is
/// there is not touched: closing it would drop the locks that another connection of this process has on it.
fn create(path: &Path) -> Result<(), Trouble> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Err(Trouble::FolderReadOnly),
            _ => Err(Trouble::of_file(&error)),
        },
    }
}
