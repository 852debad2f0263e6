//! Which recipes are sound. What must hold: a recipe that passes can be rendered, placed and probed without a surprise;
//! every fault names its place in the file.

use std::fmt;

use super::Recipe;

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
        Ok(())
    }
}
