//! What lies on the shelf at one moment, and how it is found. What must hold: the same files give the same shelf, in the
//! order of their ids.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::domain::{
    app::App,
    catalog::{Index, Recipe, RecipeId, Trust},
    moment::Moment,
};

/// In the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    pub recipes: Vec<Shelved>,
    pub faults: Vec<BadRecipe>,
    /// Its hits are places in `recipes`.
    pub index: Arc<Index>,
    places: HashMap<RecipeId, usize>,
}

#[derive(Debug, Clone)]
pub struct Shelved {
    pub recipe: Arc<Recipe>,
    pub origin: Origin,
    /// When its file was last changed; nothing where nobody can tell.
    pub since: Option<Moment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    BuiltIn,
    /// A file of the operator's folder.
    Folder(PathBuf),
    /// A file that was made of somebody else's, as that was at one commit.
    Source {
        name: Arc<str>,
        commit: Arc<str>,
        file: PathBuf,
    },
}

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecipe {
    pub file: String,
    pub why: String,
}

impl Origin {
    pub fn trust(&self) -> Trust {
        match self {
            Self::BuiltIn => Trust::BuiltIn,
            Self::Folder(_) => Trust::Own,
            Self::Source { name, commit, .. } => Trust::Source { name: name.clone(), commit: commit.clone() },
        }
    }

    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::BuiltIn => None,
            Self::Folder(file) | Self::Source { file, .. } => Some(file),
        }
    }
}

impl Shelf {
    /// Of several with one id the operator's own counts, then the built-in one, then the first.
    pub fn of(found: impl IntoIterator<Item = Shelved>, faults: Vec<BadRecipe>) -> Self {
        let mut shelf = Self { faults, ..Self::default() };
        found.into_iter().for_each(|shelved| shelf.put(shelved));
        shelf.set_in_order();
        shelf
    }

    pub fn find(&self, id: &RecipeId) -> Option<&Shelved> {
        self.places.get(id).map(|at| &self.recipes[*at])
    }

    /// The version that waits for an app. What waits in the recycle bin is left alone, and so is what we did not make or what
    /// its recipe makes otherwise now.
    pub fn newer_than(&self, app: &App) -> Option<String> {
        if app.is_adopted() || app.binned_until().is_some() {
            return None;
        }
        let recipe = app.marker.recipe.as_deref().map(RecipeId::new);
        let recipe = recipe.and_then(|recipe| self.find(&recipe)).map(|shelved| &shelved.recipe)?;
        let own = app.book.as_ref().and_then(|book| book.version.as_deref()).or(app.marker.version.as_deref())?;
        let method = app.method()?;
        let is_newer = recipe.version != own && recipe.methods_offered().contains(&method);
        is_newer.then(|| recipe.version.to_string())
    }

    fn put(&mut self, shelved: Shelved) {
        let Some(at) = self.places.get(&shelved.recipe.id).copied() else {
            self.places.insert(shelved.recipe.id.clone(), self.recipes.len());
            return self.recipes.push(shelved);
        };
        let same = &mut self.recipes[at];
        if same.origin == Origin::BuiltIn && matches!(shelved.origin, Origin::Folder(_)) {
            *same = shelved;
            return;
        }
        let why = format!("`{}` is already in {}; give it another id", same.recipe.id, name(&same.origin));
        self.faults.push(bad(&name(&shelved.origin), why));
    }

    fn set_in_order(&mut self) {
        self.recipes.sort_by(|a, b| a.recipe.id.cmp(&b.recipe.id));
        let places = self.recipes.iter().enumerate().map(|(at, shelved)| (shelved.recipe.id.clone(), at));
        self.places = places.collect();
        self.index = Arc::new(Index::of(self.recipes.iter().map(|shelved| &*shelved.recipe)));
    }
}

fn name(origin: &Origin) -> String {
    origin.file().map_or_else(|| "the built-in catalog".to_owned(), |file| file.display().to_string())
}

pub(super) fn bad(file: &str, why: impl Into<String>) -> BadRecipe {
    BadRecipe { file: file.to_owned(), why: why.into() }
}
