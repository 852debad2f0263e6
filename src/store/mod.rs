//! What Proximity remembers: hosts, apps, the last fleet, the journal of every operation, the audit. One SQLite file,
//! one thread that owns the connection. What must hold: what was acknowledged is in the file, whatever happens next,
//! and a file that cannot be used is left as it was found.

mod apps;
mod audit;
mod backups;
mod care;
mod consoles;
mod error;
mod favourites;
mod file;
mod fleet;
mod hosts;
mod journal;
mod kept;
mod lead;
mod lease;
mod leases;
mod memory;
mod rename;
mod rows;
mod schema;
mod ssh;
mod thread;

use std::{path::Path, sync::Arc, time::Duration};

pub use audit::Audit;
pub use backups::Scheduled;
pub use care::{Counted, Note, Seen, Word};
pub use consoles::SeatRole;
pub use error::{BeginError, StoreError, Trouble};
pub use hosts::{HostRecord, KeptAuthority, KeptNode, KeptTrust, LoginName, Removed};
pub use kept::Kept;
pub use lease::{Hold, LEASE, Unfinished};
pub use leases::{PortLease, Reserved};
pub use rename::Renamed;
pub use schema::KNOWN;
pub use ssh::{KeptSsh, KeyOwner};
use thread::Owner;

/// The handle: cheap to clone, usable from any task. The file is closed when the last one goes.
#[derive(Debug, Clone)]
pub struct Store {
    owner: Arc<Owner>,
}

/// How patient and how large a store may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long to wait for another process that writes.
    pub patience: Duration,
    /// The most pages the file may have, where there is a limit.
    pub pages: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { patience: Duration::from_secs(2), pages: None }
    }
}

impl Store {
    /// Opens the file, or makes it, and reads what was kept. It blocks for a few milliseconds.
    pub fn open(path: &Path) -> Result<(Self, Kept), StoreError> {
        Self::open_within(path, Limits::default())
    }

    pub fn open_within(path: &Path, limits: Limits) -> Result<(Self, Kept), StoreError> {
        let path: Arc<Path> = path.into();
        let opened = file::open(&path, limits);
        Self::start(path, opened)
    }

    /// A store that forgets everything at the end: for a deck that goes on although its file cannot be used.
    pub fn in_memory() -> Result<(Self, Kept), StoreError> {
        Self::start(Path::new(":memory:").into(), file::open_nothing())
    }

    fn start(path: Arc<Path>, opened: Result<rusqlite::Connection, Trouble>) -> Result<(Self, Kept), StoreError> {
        let told = |trouble| StoreError { path: path.clone(), trouble };
        let connection = opened.map_err(told)?;
        let kept = kept::read(&connection).map_err(told)?;
        let owner = Owner::start(connection, path.clone()).map_err(told)?;
        Ok((Self { owner: Arc::new(owner) }, kept))
    }

    /// Another number as soon as another process, or another connection, has written.
    pub async fn foreign_version(&self) -> Result<i64, StoreError> {
        self.run(|connection| foreign_version(connection)).await
    }

    /// What `read` finds, where another process has written since the file was as old as this; with how old it is now.
    async fn written_elsewhere<T: Send + 'static>(
        &self,
        seen: Option<i64>,
        read: impl FnOnce(&rusqlite::Connection, &mut kept::Unread) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<Option<(i64, T)>, StoreError> {
        self.run(move |connection| {
            let now = foreign_version(connection)?;
            if seen == Some(now) {
                return Ok(None);
            }
            Ok(Some((now, read(connection, &mut kept::Unread::default())?)))
        })
        .await
    }

    /// Whether the file is whole, and how large it is. It reads all of it.
    pub async fn state(&self) -> Result<FileState, StoreError> {
        self.run(|connection| {
            let mut rows = connection.prepare("PRAGMA quick_check(5)")?;
            let told: Vec<String> = rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
            let page = number("page_size")?;
            Ok(FileState {
                damage: told.into_iter().filter(|line| line != "ok").collect(),
                bytes: number("page_count")? * page,
                free: number("freelist_count")? * page,
            })
        })
        .await
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        self.owner.path()
    }
}

/// How a database file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileState {
    /// What is wrong with it; empty where nothing is.
    pub damage: Vec<String>,
    pub bytes: i64,
    /// Bytes within it that nothing stands in.
    pub free: i64,
}

fn foreign_version(connection: &rusqlite::Connection) -> Result<i64, Trouble> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}
