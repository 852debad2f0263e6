//! What can go wrong with the file, told apart as far as the operator's next move differs. What must hold: every
//! trouble has a remedy, and none of them asks to delete the file.

use std::{io, path::Path, sync::Arc};

use rusqlite::ErrorCode;

use crate::domain::{
    fault::{Fault, FaultCode},
    ids::OperationId,
};

#[derive(Debug, Clone, thiserror::Error)]
#[error("{trouble} ({})", path.display())]
pub struct StoreError {
    pub path: Arc<Path>,
    pub trouble: Trouble,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("its folder cannot be made: {0}")]
    NoFolder(String),
    #[error("its folder is read-only")]
    FolderReadOnly,
    #[error("the file is read-only")]
    ReadOnly,
    #[error("the file cannot be opened: {0}")]
    CannotOpen(String),
    #[error("a newer Proximity wrote it: version {found}, this one knows {known}")]
    Newer { found: i64, known: i64 },
    #[error("it is a database of another program")]
    Foreign,
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The file is whole, but this row is not what we wrote.
    #[error("a row in it makes no sense: {0}")]
    Garbled(String),
    #[error("another process holds it")]
    Locked,
    #[error("there is no room left")]
    Full,
    #[error("its disk refused: {0}")]
    Disk(String),
    #[error("operation {0} does not run")]
    NotRunning(OperationId),
    #[error("there is no operation {0}")]
    Unknown(OperationId),
    #[error("it was closed")]
    Closed,
    #[error("{0}")]
    Other(String),
}

/// Why an operation was not begun.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BeginError {
    /// This one runs on the same subject.
    #[error("operation {0} runs on it already")]
    Busy(OperationId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
        if let Utf8Error(..) | FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) =
            error
        {
            return Self::Garbled(error.to_string());
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error.to_string()),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::CannotOpen(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Garbled(error.to_string())
    }
}

impl Trouble {
    pub(super) fn of_folder(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::FolderReadOnly,
            _ => Self::NoFolder(error.to_string()),
        }
    }

    pub(super) fn of_file(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::CannotOpen(error.to_string()),
        }
    }

    fn code(&self) -> FaultCode {
        match self {
            Self::Locked => FaultCode::Busy,
            Self::NotRunning(_) => FaultCode::Refused,
            Self::Unknown(_) => FaultCode::NotFound,
            _ => FaultCode::Failed,
        }
    }

    fn may_pass(&self) -> bool {
        matches!(self, Self::Locked | Self::Full | Self::Closed)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let StoreError { path, trouble } = error;
        let (code, why) = (trouble.code(), format!("{trouble}"));
        let (what, remedy) = tell(&trouble, &path.display().to_string());
        let make = if trouble.may_pass() { Self::passing } else { Self::lasting };
        make(code, what, why, remedy)
    }
}

fn tell(trouble: &Trouble, path: &str) -> (String, String) {
    let unused = || format!("the database {path} is not used");
    match trouble {
        Trouble::NoFolder(_) | Trouble::FolderReadOnly => {
            (unused(), "make its folder writable for you, or name another one with --data DIR".into())
        }
        Trouble::ReadOnly => {
            (unused(), format!("make it writable (chmod u+w {path}), or name another folder with --data DIR"))
        }
        Trouble::CannotOpen(_) => {
            (unused(), "check that it is a file and belongs to you, or name another folder with --data DIR".into())
        }
        Trouble::Newer { .. } => (
            unused(),
            "start the newer Proximity, or name another folder with --data DIR; the file was not touched".into(),
        ),
        Trouble::Foreign => (unused(), "name another folder with --data DIR; the file was not touched".into()),
        Trouble::Damaged(_) => (
            format!("the database {path} cannot be read"),
            format!("move {path} and its -wal file aside (do not delete them), put back a copy, and start again"),
        ),
        Trouble::Garbled(_) => (
            format!("the database {path} was read in part"),
            "put back a copy if what is missing matters; the row was not changed".into(),
        ),
        Trouble::Locked => (
            format!("the database {path} did not answer in time"),
            "wait a moment and try again, or end the other process that holds it".into(),
        ),
        Trouble::Full => (
            format!("the database {path} was not written"),
            "free some space on its disk and try again; what was kept before is still there".into(),
        ),
        Trouble::Disk(_) => (
            format!("the database {path} was not read or written"),
            "check the disk and its limits (df, ulimit -f, dmesg) and try again".into(),
        ),
        Trouble::NotRunning(id) => (
            format!("operation {id} was not changed"),
            "look at its journal with op show, and retry it if it failed".into(),
        ),
        Trouble::Unknown(id) => (format!("operation {id} was not found"), "look for its number with op list".into()),
        Trouble::Closed | Trouble::Other(_) => {
            (format!("the database {path} was not used"), "try again; start Proximity anew if it goes on".into())
        }
    }
}

impl From<BeginError> for Fault {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Busy(id) => Self::passing(
                FaultCode::Busy,
                "the operation was not begun",
                format!("operation {id} runs on it already, and one runs at a time"),
                format!("wait until operation {id} has ended, or cancel it"),
            ),
            BeginError::Store(error) => error.into(),
        }
    }
}
