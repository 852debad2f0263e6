//! The store as the deck knows it: the shelf, what of it is shown and in which order, and where the hand rests. What must
//! hold: a shelf that could not be read anew leaves the one that was there, and what is shown is worked out when
//! something changes, never for a picture.

pub mod aisle;
pub mod choices;
mod difference;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use self::difference::Difference;
use self::{
    aisle::{Aisle, Tag},
    choices::Choices,
};
use super::hand::Hand;
use crate::{
    domain::{
        catalog::{Around, Recipe, RecipeId, installed},
        fault::Fault,
        fleet::Fleet,
    },
    engine::door::{Shelf, Shelved},
};

#[derive(Debug, Clone, Default)]
pub struct Store {
    pub reading: Reading,
    pub shelf: Option<Arc<Shelf>>,
    pub favourites: BTreeSet<RecipeId>,
    pub search: String,
    pub sort: Sort,
    pub aisle: Aisle,
    /// Those that have something in them, with how much under the search and the filters.
    pub aisles: Vec<(Aisle, usize)>,
    pub choices: Choices,
    /// Places on the shelf, in the order in which they are shown.
    pub shown: Vec<usize>,
    /// How many the filters hide.
    pub hidden: usize,
    pub hand: Hand<RecipeId>,
    pub pane: Pane,
    /// The first aisle that is shown of the rail.
    pub rail_top: usize,
    /// The first line that is shown of the card.
    pub card_top: u16,
    /// One for each place on the shelf.
    tags: Vec<Tag>,
    categories: Vec<Arc<str>>,
    by_name: Vec<usize>,
    by_age: Vec<usize>,
    found: Vec<usize>,
    /// How many apps are made of each, by the last fleet.
    installed: BTreeMap<RecipeId, usize>,
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Newest,
}

/// Which part of the deck has the keys, where there is room for more than one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    Rail,
    #[default]
    List,
    Card,
}

impl Sort {
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Newest => "newest",
        }
    }

    pub fn next(self) -> Self {
        match self {
            Self::Name => Self::Newest,
            Self::Newest => Self::Name,
        }
    }
}

impl Store {
    pub fn take(&mut self, shelf: Arc<Shelf>, favourites: BTreeSet<RecipeId>, fleet: &Fleet) {
        (self.reading, self.favourites) = (Reading::Done, favourites);
        self.set_in_order(&shelf);
        (self.tags, self.categories) = aisle::tags(&shelf);
        self.shelf = Some(shelf.clone());
        self.choices.take(&shelf);
        self.installed = installed(fleet);
        self.look_for_room(fleet);
        self.mark();
        self.arrange();
    }

    fn set_in_order(&mut self, shelf: &Shelf) {
        let recipes = &shelf.recipes;
        self.by_name = (0..recipes.len()).collect();
        self.by_name.sort_by_cached_key(|at| recipes[*at].recipe.name.to_lowercase());
        self.by_age = self.by_name.clone();
        self.by_age.sort_by_key(|at| std::cmp::Reverse(recipes[*at].since));
    }

    /// The world changed: what of that is seen here.
    pub fn follow(&mut self, fleet: &Fleet) {
        if self.shelf.is_none() {
            return;
        }
        let installed = installed(fleet);
        let is_same = installed == self.installed;
        self.installed = installed;
        let has_moved = self.choices.asks_for_room() && self.look_for_room(fleet);
        if !is_same {
            self.mark();
        }
        if !is_same || has_moved {
            self.arrange();
        }
    }

    /// Which recipes fit, looked up only while somebody wants to know. Tells whether that is something new.
    pub fn look_for_room(&mut self, fleet: &Fleet) -> bool {
        let Some(shelf) = self.shelf.clone().filter(|_| self.choices.asks_for_room()) else { return false };
        let nobody = BTreeSet::new();
        let around = Around { nodes: &fleet.nodes, favourites: &nobody, installed: &nobody };
        self.choices.look_for_room(&shelf, around)
    }

    /// Writes down at each place who is a favourite and who is installed.
    fn mark(&mut self) {
        for tag in &mut self.tags {
            (tag.is_favourite, tag.installed) = (false, 0);
        }
        let Some(shelf) = self.shelf.clone() else { return };
        for at in self.favourites.iter().filter_map(|id| place(&shelf, id)) {
            self.tags[at].is_favourite = true;
        }
        for (id, count) in &self.installed {
            if let Some(at) = place(&shelf, id) {
                self.tags[at].installed = *count;
            }
        }
    }

    /// Another order, aisle, filter: the hand stays on what it holds.
    pub fn arrange(&mut self) {
        let Some(shelf) = self.shelf.clone() else { return };
        self.found.clear();
        match (self.is_searching(), self.sort) {
            (true, _) => self.found.extend(shelf.index.search(&self.search).into_iter().map(|hit| hit.at)),
            (false, Sort::Name) => self.found.extend(&self.by_name),
            (false, Sort::Newest) => self.found.extend(&self.by_age),
        }
        let mut counts = aisle::Counts::new(self.categories.len());
        self.shown.clear();
        let open = aisle::Open::of(&self.aisle, &self.categories);
        for at in self.found.iter().copied().filter(|at| self.choices.take_in(*at)) {
            counts.add(&self.tags[at]);
            if open.holds(&self.tags[at]) {
                self.shown.push(at);
            }
        }
        self.hidden = self.found.len() - counts.all;
        self.aisles = counts.aisles(&self.categories, &self.aisle);
        self.settle(&shelf);
    }

    /// The operator typed: the best answer is under the hand.
    pub fn search(&mut self) {
        self.arrange();
        self.go(0);
    }

    pub fn is_searching(&self) -> bool {
        !self.search.trim().is_empty()
    }

    /// How many each choice would leave.
    pub fn count_choices(&self) -> Vec<usize> {
        let open = aisle::Open::of(&self.aisle, &self.categories);
        let there = self.found.iter().copied().filter(|at| open.holds(&self.tags[*at]));
        self.choices.count(there)
    }

    fn settle(&mut self, shelf: &Shelf) {
        let held = self.hand.key.as_ref().and_then(|id| place(shelf, id));
        let found = held.and_then(|held| self.shown.iter().position(|at| *at == held));
        self.go(found.unwrap_or(self.hand.at));
    }

    pub fn go(&mut self, at: usize) {
        let before = self.hand.key.take();
        self.hand.at = at.min(self.shown.len().saturating_sub(1));
        self.hand.key = self.at(self.hand.at).map(|shelved| shelved.recipe.id.clone());
        if self.hand.key != before {
            self.card_top = 0;
        }
    }

    /// Puts the hand on this recipe, and drops what would hide it.
    pub fn show(&mut self, id: &RecipeId) {
        let row = |store: &Self| (0..store.len()).find(|row| store.at(*row).is_some_and(|one| one.recipe.id == *id));
        while row(self).is_none() && self.widen() {
            self.arrange();
        }
        if let Some(row) = row(self) {
            self.go(row);
        }
    }

    /// The one in this row.
    pub fn at(&self, row: usize) -> Option<&Shelved> {
        self.shelf.as_ref()?.recipes.get(*self.shown.get(row)?)
    }

    pub fn tag(&self, row: usize) -> Option<Tag> {
        self.tags.get(*self.shown.get(row)?).copied()
    }

    pub fn len(&self) -> usize {
        self.shown.len()
    }

    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Favourite or not any more; says which.
    pub fn favour(&mut self, id: &RecipeId) -> bool {
        let is_new = !self.favourites.remove(id) && self.favourites.insert(id.clone());
        self.mark();
        self.arrange();
        is_new
    }

    pub fn recipe(&self, id: &RecipeId) -> Option<&Arc<Recipe>> {
        self.shelf.as_ref()?.find(id).map(|shelved| &shelved.recipe)
    }

    /// All of the shelf; none before it was read.
    pub fn recipes(&self) -> impl Iterator<Item = &Arc<Recipe>> {
        self.shelf.iter().flat_map(|shelf| &shelf.recipes).map(|shelved| &shelved.recipe)
    }

    /// The one under the hand.
    pub fn held(&self) -> Option<&Arc<Recipe>> {
        self.shelved().map(|shelved| &shelved.recipe)
    }

    pub fn shelved(&self) -> Option<&Shelved> {
        self.shelf.as_ref()?.find(self.hand.key.as_ref()?)
    }

    /// The aisle that many steps on; there is no way round.
    pub fn step_aisle(&mut self, by: isize) {
        self.enter_aisle(self.aisle_at().saturating_add_signed(by));
    }

    pub fn enter_aisle(&mut self, at: usize) {
        let last = self.aisles.len().saturating_sub(1);
        let Some((aisle, _)) = self.aisles.get(at.min(last)).cloned() else { return };
        if aisle != self.aisle {
            self.aisle = aisle;
            self.arrange();
        }
    }

    pub fn aisle_at(&self) -> usize {
        self.aisles.iter().position(|(aisle, _)| *aisle == self.aisle).unwrap_or(0)
    }

    /// Everything is shown again, one thing after the other. Tells whether anything was hidden.
    pub fn widen(&mut self) -> bool {
        if !self.search.is_empty() {
            self.search.clear();
        } else if self.choices.any() {
            self.choices.clear();
        } else if self.aisle != Aisle::All {
            self.aisle = Aisle::All;
        } else {
            return false;
        }
        self.arrange();
        true
    }
}

/// Where it lies; the shelf is in the order of its ids.
fn place(shelf: &Shelf, id: &RecipeId) -> Option<usize> {
    shelf.recipes.binary_search_by(|shelved| shelved.recipe.id.cmp(id)).ok()
}
