//! The store's shelf as the deck knows it, and where the hand rests on it. What must hold: a shelf that could not be read
//! anew leaves the one that was there.

use std::{collections::BTreeSet, sync::Arc};

use super::hand::Hand;
use crate::{
    domain::{
        catalog::{Recipe, RecipeId},
        fault::Fault,
    },
    engine::door::Shelf,
};

#[derive(Debug, Clone, Default)]
pub struct Store {
    pub reading: Reading,
    pub shelf: Option<Arc<Shelf>>,
    pub favourites: BTreeSet<RecipeId>,
    pub hand: Hand<RecipeId>,
    ids: Vec<RecipeId>,
}

/// How far the last look at something that is asked for has come.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Reading {
    #[default]
    NotYet,
    Asked,
    Done,
    Failed(Fault),
}

impl Store {
    pub fn take(&mut self, shelf: Arc<Shelf>, favourites: BTreeSet<RecipeId>) {
        (self.reading, self.favourites) = (Reading::Done, favourites);
        self.ids = shelf.recipes.iter().map(|shelved| shelved.recipe.id.clone()).collect();
        self.shelf = Some(shelf);
        self.hand.settle(&self.ids);
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn go(&mut self, at: usize) {
        self.hand.go(at, &self.ids);
    }

    pub fn recipe(&self, id: &RecipeId) -> Option<&Arc<Recipe>> {
        self.shelf.as_ref()?.find(id).map(|shelved| &shelved.recipe)
    }

    /// The one under the hand.
    pub fn held(&self) -> Option<&Arc<Recipe>> {
        self.recipe(self.hand.key.as_ref()?)
    }
}
