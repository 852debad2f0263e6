//! Sources of recipes beyond the built-in ones: fetched, turned into recipes of our own once, and kept below the data
//! folder, one folder for each state. What must hold: reading what is kept asks nobody; which state counts says the pin in
//! the settings and nothing else, so a kill at any moment leaves the old state or the new one.

mod convert;
mod error;
mod git;
mod kept;
mod place;
mod watch;

pub use error::SourceError;
pub use git::{GitFiles, Repository, Wanted};
pub use kept::{Kept, RefusedRow};
pub use place::{Lock, Place};
pub use watch::{Progress, Watch};

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::{
    Store,
    files::{self, One},
    import::Format,
};
use crate::domain::{
    catalog::{Pin, Source},
    moment::Moment,
};

/// More files has no store, and nobody waits for them.
const MOST_FILES: usize = files::MOST_ENTRIES;

/// What is pinned, for the shelf, in the order of the settings. One that was never fetched is not among them.
pub fn stores(place: &Place, sources: &[Source]) -> Vec<Store> {
    let store = |source: &Source| {
        let pin = source.pin.as_ref()?;
        let folder = place.recipes(&source.name, pin);
        let (name, commit) = (source.name.as_str().into(), pin.as_str().into());
        folder.is_dir().then_some(Store { name, commit, folder })
    };
    sources.iter().filter_map(store).collect()
}

/// A state that lies here and waits for a yes; or is the one that is taken already.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub pin: Pin,
    pub kept: Kept,
    pub recipes: PathBuf,
}

/// Fetches a repository and turns it into recipes, beside what is kept.
pub fn prepare(
    place: &Place,
    source: &Source,
    wanted: &Wanted,
    now: Moment,
    lock: &Lock,
    watch: &Watch,
) -> Result<Prepared, SourceError> {
    let repository = Repository::open(&place.repository(&source.name), watch)?;
    let pin = repository.fetch(&source.url, source.branch.as_ref(), wanted, watch)?;
    if let Some(prepared) = place.taken_already(source, &pin) {
        return Ok(prepared);
    }
    let mut files = repository.files(&pin, watch)?;
    convert::beside(place, source, &pin, &mut files, None, now, lock, watch)
}

/// Turns the one file of a source into recipes, beside what is kept.
pub fn prepare_file(
    place: &Place,
    source: &Source,
    bytes: Vec<u8>,
    wanted: &Wanted,
    now: Moment,
    lock: &Lock,
    watch: &Watch,
) -> Result<Prepared, SourceError> {
    let pin = Pin::new(&hex(&Sha256::digest(&bytes))).map_err(SourceError::Disk)?;
    if let Wanted::This(wanted) = wanted
        && *wanted != pin
    {
        return Err(SourceError::NoCommit(wanted.to_string()));
    }
    if let Some(prepared) = place.taken_already(source, &pin) {
        return Ok(prepared);
    }
    let (name, format) = named(source, &bytes);
    convert::beside(place, source, &pin, &mut One::new(&name, bytes), Some(format), now, lock, watch)
}

/// By what it holds: an address says nothing of that.
fn named(source: &Source, bytes: &[u8]) -> (String, Format) {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return (format!("{}/docker-compose.yml", source.name), Format::Compose);
    };
    let has = |key: &str| value.get(key).is_some();
    if has("schema") && has("methods") {
        (format!("{}.json", source.name), Format::Recipes)
    } else if has("services") {
        (format!("{}/docker-compose.yml", source.name), Format::Compose)
    } else {
        ("templates.json".to_owned(), Format::Portainer)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
