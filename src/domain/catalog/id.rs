//! The name by which a recipe is found again. It stands in markers and in file names, so it is short and plain; that is
//! checked with the rest of the recipe.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// Such as `vaultwarden`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecipeId(Arc<str>);

impl RecipeId {
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecipeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
