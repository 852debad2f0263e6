//! The shelf of recipes: those built in, and those of the operator's own folder, which win. What must hold: one bad file
//! never hides the good ones, not even the built-in one it was meant to replace.

mod built_in;
pub mod files;
mod folder;
pub mod import;
pub mod sources;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::domain::catalog::{Recipe, RecipeFault, RecipeId};

/// In the order of their ids.
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

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecipe {
    pub file: String,
    pub why: String,
}

impl Shelf {
    /// A folder that is not there is an empty one.
    pub fn load(own_folder: Option<&Path>) -> Self {
        let mut shelf = Self::default();
        for (file, text) in built_in::FILES {
            shelf.put(file, Recipe::read(text), Origin::BuiltIn);
        }
        if let Some(folder) = own_folder {
            let (files, faults) = folder::texts(folder);
            shelf.faults.extend(faults);
            for (path, text) in files {
                shelf.put(&path.display().to_string(), Recipe::read(&text), Origin::Folder(path.clone()));
            }
        }
        shelf.recipes.sort_by(|a, b| a.recipe.id.cmp(&b.recipe.id));
        shelf
    }

    pub fn find(&self, id: &RecipeId) -> Option<&Shelved> {
        self.recipes.iter().find(|shelved| shelved.recipe.id == *id)
    }

    fn put(&mut self, file: &str, read: Result<Recipe, Vec<RecipeFault>>, origin: Origin) {
        let recipe = match read {
            Ok(recipe) => recipe,
            Err(faults) => {
                let whys = faults.into_iter().map(|fault| bad(file, fault.to_string()));
                return self.faults.extend(whys);
            }
        };
        let shelved = Shelved { recipe: Arc::new(recipe), origin };
        let same = self.recipes.iter_mut().find(|other| other.recipe.id == shelved.recipe.id);
        match same {
            None => self.recipes.push(shelved),
            Some(same) if same.origin == Origin::BuiltIn => *same = shelved,
            Some(same) => {
                let why = format!("`{}` is already in {}; give it another id", same.recipe.id, name(&same.origin));
                self.faults.push(bad(file, why));
            }
        }
    }
}

fn name(origin: &Origin) -> String {
    match origin {
        Origin::BuiltIn => "the built-in catalog".to_owned(),
        Origin::Folder(path) => path.display().to_string(),
    }
}

fn bad(file: &str, why: impl Into<String>) -> BadRecipe {
    BadRecipe { file: file.to_owned(), why: why.into() }
}
