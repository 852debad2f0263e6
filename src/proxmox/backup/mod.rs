//! Backups of guests: making them, following how one is made, finding them, looking into them, and making a guest of one.
//! What must hold: an order is sent once, and what a log tells is told as it happened, a weaker mode or a failure above
//! all.

mod archived;
mod choices;
mod defaults;
mod files;
mod find;
mod log;
mod notes;
mod order;
mod restore;
mod run;
mod sent;
mod words;

pub use archived::ArchivedConfig;
pub use choices::{BackupMode, BackupOf, ChangeDetection, Compression, Notify, OldBackups};
pub use defaults::BackupDefaults;
pub use files::{ArchivedFile, InArchive};
pub use find::FoundBackups;
pub use log::{BackupEnd, BackupPhase, BackupProgress, GuestBackup, Weakened, read_backup_log};
pub use notes::NotesTemplate;
pub use order::BackupOrder;
pub use restore::{Addresses, Afterwards, Privilege, Restore, RestoreOver};
pub use run::runs_of;

pub(super) use sent::{CanChoose, notifying, removing, selecting};
