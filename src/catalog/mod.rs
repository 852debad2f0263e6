//! The shelf of recipes: those built in, and those of the operator's own folder, which win. What must hold: one bad file
//! never hides the good ones.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::domain::catalog::{Recipe, RecipeId};

#[derive(Debug, Clone, Default)]
pub struct Shelf {
    pub recipes: Vec<Shelved>,
    pub faults: Vec<BadRecipe>,
}

#[derive(Debug, Clone)]
pub struct Shelved {
    pub recipe: Arc<Recipe>,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    /// A file of the operator's folder.
    Folder(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecipe {
    pub file: String,
    pub why: String,
}

impl Shelf {
    pub fn load(_own_folder: Option<&Path>) -> Self {
        Self::default()
    }

    pub fn find(&self, id: &RecipeId) -> Option<&Shelved> {
        self.recipes.iter().find(|shelved| shelved.recipe.id == *id)
    }
}
