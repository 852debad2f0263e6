//! Which recipes are sound. What must hold: a recipe that passes can be rendered, placed and probed without a surprise;
//! every fault names its place in the file.

mod app;
mod around;
mod compose;
mod method;
mod setting;
pub mod words;

use std::{collections::BTreeSet, fmt};

use super::Recipe;
pub(super) use words::is_slug;

/// What is wrong in a recipe, and where: `methods.compose.services.db.volumes`, or a line of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeFault {
    pub place: String,
    pub why: String,
}

impl fmt::Display for RecipeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl Recipe {
    /// All rules at once, so that an author mends them in one go.
    pub fn check(&self) -> Result<(), Vec<RecipeFault>> {
        let mut faults = Faults::default();
        app::check(self, &mut faults);
        setting::check(self, &mut faults);
        method::check(self, &mut faults);
        around::check(self, &mut faults);
        if faults.0.is_empty() { Ok(()) } else { Err(faults.0) }
    }
}

#[derive(Default)]
struct Faults(Vec<RecipeFault>);

impl Faults {
    fn say(&mut self, place: impl Into<String>, why: impl Into<String>) {
        self.0.push(RecipeFault { place: place.into(), why: why.into() });
    }

    /// Each of them once.
    fn differ<'a>(&mut self, place: &str, words: impl IntoIterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for word in words {
            if !seen.insert(word) {
                self.say(place, format!("`{word}` is there twice"));
            }
        }
    }
}
