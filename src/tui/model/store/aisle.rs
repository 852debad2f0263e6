//! The aisles of the store: all, the favourites, what is installed, and a category each. What must hold: one that is empty
//! is not shown, unless one stands in it.

use std::{collections::HashMap, sync::Arc};

use crate::{
    domain::catalog::{category_place, category_title},
    engine::door::Shelf,
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Aisle {
    #[default]
    All,
    Favourites,
    Installed,
    Category(Arc<str>),
}

impl Aisle {
    pub fn words(&self) -> &str {
        match self {
            Self::All => "All",
            Self::Favourites => "Favourites",
            Self::Installed => "Installed",
            Self::Category(slug) => category_title(slug),
        }
    }

    pub fn glyph(&self) -> char {
        match self {
            Self::All => '▤',
            Self::Favourites => '★',
            Self::Installed => '●',
            Self::Category(_) => ' ',
        }
    }
}

/// What of a recipe decides where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tag {
    category: u16,
    pub is_favourite: bool,
    /// How many apps are made of it.
    pub installed: usize,
}

/// One for each recipe, and the categories that they speak of, in the order of the store.
pub fn tags(shelf: &Shelf) -> (Vec<Tag>, Vec<Arc<str>>) {
    let mut known: HashMap<&str, u16> = HashMap::new();
    for shelved in &shelf.recipes {
        known.entry(&shelved.recipe.category).or_default();
    }
    let mut slugs: Vec<&str> = known.keys().copied().collect();
    slugs.sort_by_key(|slug| (category_place(slug), *slug));
    for (number, slug) in (0..).zip(&slugs) {
        known.insert(slug, number);
    }
    let tag = |category: &str| Tag { category: known.get(category).copied().unwrap_or_default(), ..Tag::default() };
    let tags = shelf.recipes.iter().map(|shelved| tag(&shelved.recipe.category)).collect();
    (tags, slugs.into_iter().map(Arc::from).collect())
}

/// The aisle one stands in, ready to be asked often.
pub enum Open {
    All,
    Favourites,
    Installed,
    Category(u16),
    /// Of a category that nobody speaks of any more.
    Nothing,
}

impl Open {
    pub fn of(aisle: &Aisle, categories: &[Arc<str>]) -> Self {
        match aisle {
            Aisle::All => Self::All,
            Aisle::Favourites => Self::Favourites,
            Aisle::Installed => Self::Installed,
            Aisle::Category(slug) => {
                let at = categories.iter().position(|known| known == slug);
                at.and_then(|at| u16::try_from(at).ok()).map_or(Self::Nothing, Self::Category)
            }
        }
    }

    pub fn holds(&self, tag: &Tag) -> bool {
        match self {
            Self::All => true,
            Self::Favourites => tag.is_favourite,
            Self::Installed => tag.installed > 0,
            Self::Category(category) => tag.category == *category,
            Self::Nothing => false,
        }
    }
}

/// How much there is in each aisle.
pub struct Counts {
    pub all: usize,
    favourites: usize,
    installed: usize,
    categories: Vec<usize>,
}

impl Counts {
    pub fn new(categories: usize) -> Self {
        Self { all: 0, favourites: 0, installed: 0, categories: vec![0; categories] }
    }

    pub fn add(&mut self, tag: &Tag) {
        self.all += 1;
        self.favourites += usize::from(tag.is_favourite);
        self.installed += usize::from(tag.installed > 0);
        if let Some(count) = self.categories.get_mut(usize::from(tag.category)) {
            *count += 1;
        }
    }

    pub fn aisles(self, categories: &[Arc<str>], open: &Aisle) -> Vec<(Aisle, usize)> {
        let own = [(Aisle::All, self.all), (Aisle::Favourites, self.favourites), (Aisle::Installed, self.installed)];
        let rest = categories.iter().map(|slug| Aisle::Category(slug.clone())).zip(self.categories);
        let mut aisles: Vec<_> = own.into_iter().chain(rest).collect();
        aisles.retain(|(aisle, count)| *count > 0 || aisle == open || *aisle == Aisle::All);
        if !aisles.iter().any(|(aisle, _)| aisle == open) {
            aisles.push((open.clone(), 0));
        }
        aisles
    }
}
