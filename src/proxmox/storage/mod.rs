//! Storages: what a node has of them, what lies in them, and how something gets in and out. What must hold: a name of a
//! storage or a volume never leads anywhere but to itself, and an order is sent once.

mod change;
mod config;
mod content;
mod fetch;
mod history;
mod list;
mod oci;
mod progress;
mod prune;
mod templates;
mod upload;
mod volume;

pub use crate::domain::backup::{Guarding, Retention};
pub use change::VolumeChange;
pub use config::StorageConfig;
pub use content::{Encryption, StoredBackup, Verified, Volume, VolumeDetail};
pub use fetch::{Checksum, ChecksumKind, Download, UrlFacts};
pub use history::Fill;
pub use list::{ContentKind, StorageNow, StorageSelection};
pub use oci::{ImageName, ImageReference};
pub use progress::{DownloadProgress, Phase as DownloadPhase, read_progress};
pub use prune::{Mark, Marked, PruneScope};
pub use templates::{Architecture, Template, best_template};
pub use upload::Upload;
pub use volume::{NotAVolume, VolumeId};
