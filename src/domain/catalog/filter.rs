//! What the shelf can be narrowed to: conditions that all have to hold.

use std::collections::{BTreeMap, BTreeSet};

use super::{Architecture, Recipe, RecipeId, Trust, fits};
use crate::domain::{
    app::Method,
    fleet::{Fleet, Node},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Category(String),
    Method(Method),
    Architecture(Architecture),
    /// `built-in`, `own`, `source`, or the name of one source.
    Trust(String),
    /// Nothing looser than a plain unprivileged container.
    NoNeeds,
    /// Some node has room for it.
    Fits,
    Favourite,
    Installed,
}

/// What recipes are held against.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    pub nodes: &'a [Node],
    pub favourites: &'a BTreeSet<RecipeId>,
    pub installed: &'a BTreeSet<RecipeId>,
}

/// How many apps were made of each recipe; those in the recycle bin do not count.
pub fn installed(fleet: &Fleet) -> BTreeMap<RecipeId, usize> {
    let mut counts = BTreeMap::new();
    for app in fleet.apps.iter().filter(|app| app.binned_until().is_none()) {
        if let Some(recipe) = app.marker.recipe.as_deref() {
            *counts.entry(RecipeId::new(recipe)).or_default() += 1;
        }
    }
    counts
}

impl Condition {
    pub fn holds(&self, recipe: &Recipe, trust: &Trust, around: Around<'_>) -> bool {
        match self {
            Self::Category(category) => recipe.category == *category,
            Self::Method(method) => recipe.methods_offered().contains(method),
            Self::Architecture(architecture) => recipe.architectures.contains(architecture),
            Self::Trust(wanted) => match trust {
                Trust::Source { name, .. } => wanted == trust.slug() || **name == **wanted,
                _ => wanted == trust.slug(),
            },
            Self::NoNeeds => recipe.needs.is_empty(),
            Self::Fits => fits(recipe, around.nodes).is_ok(),
            Self::Favourite => around.favourites.contains(&recipe.id),
            Self::Installed => around.installed.contains(&recipe.id),
        }
    }
}
