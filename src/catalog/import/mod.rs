//! Definitions of apps that were written for something else become recipes. What must hold: whatever is handed in, reading
//! it ends soon and panics nowhere; what is taken passes `Recipe::check`; what is refused or left out is said with its
//! reason.

mod compose;
mod format;
mod notes;
mod outcome;
mod stores;
mod tree;
mod values;
mod words;

pub use format::{Format, detect};
pub use outcome::{Outcome, Reason, Refused, StoreFault, Taken};

use super::files::Files;
use crate::domain::catalog::{Recipe, RecipeFault};

/// Reads a store, one app at a time. Without a format it is found out.
pub fn store(files: &mut impl Files, format: Option<Format>, each: impl FnMut(Outcome)) -> Result<Format, StoreFault> {
    stores::read(files, format, each)
}

/// One docker-compose file, with the files that lie beside it.
pub fn one(files: &mut impl Files, file: &str, name: &str, mut each: impl FnMut(Outcome)) {
    stores::one(files, file, name, &mut each);
}

/// Any docker-compose.yml; `name` is what the app is called where the text does not say.
pub fn compose(name: &str, text: &str) -> Result<Recipe, Vec<RecipeFault>> {
    stores::compose(name, text)
}
