//! The stores, one file for each format.

use super::{Format, Outcome, StoreFault, detect};
use crate::{
    catalog::files::Files,
    domain::catalog::{Recipe, RecipeFault},
};

pub fn read(files: &mut impl Files, format: Option<Format>, _each: impl FnMut(Outcome)) -> Result<Format, StoreFault> {
    format.or_else(|| detect(files.entries())).ok_or(StoreFault::Unknown)
}

pub fn compose(name: &str, _text: &str) -> Result<Recipe, Vec<RecipeFault>> {
    Err(vec![RecipeFault { place: name.to_owned(), why: "it cannot be read yet".to_owned() }])
}
