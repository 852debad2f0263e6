//! What the shelf can be narrowed to, and what it is narrowed to. What must hold: of several choices of one kind one has
//! to do, of each kind that was chosen from; and whether something fits is looked up only while somebody wants to know.

use std::sync::Arc;

use crate::{
    domain::{
        app::Method,
        catalog::{Architecture, Around, Condition, Recipe, Trust},
    },
    engine::door::Shelf,
};

/// More sources than this have no choice of their own.
const SOURCES: usize = 40;

/// Kinds of choices, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Method,
    Processor,
    Trust,
    Needs,
    Place,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Method, Self::Processor, Self::Trust, Self::Needs, Self::Place];

    pub fn words(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Processor => "processor",
            Self::Trust => "written by",
            Self::Needs => "needs",
            Self::Place => "my nodes",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub kind: Kind,
    pub words: Arc<str>,
    condition: Condition,
}

/// Each choice has a bit, by its place.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub all: Vec<Choice>,
    /// What holds of each recipe.
    bits: Vec<u64>,
    chosen: u64,
    kinds: [u64; Kind::ALL.len()],
    pub is_open: bool,
}

impl Choices {
    /// Those that this shelf leaves; what was chosen stays chosen.
    pub fn take(&mut self, shelf: &Shelf) {
        let chosen: Vec<Condition> = self.chosen().map(|choice| choice.condition.clone()).collect();
        let nobody = Default::default();
        let around = Around { nodes: &[], favourites: &nobody, installed: &nobody };
        self.all = offered(shelf);
        let lasting = |choice: &Choice| choice.condition != Condition::Fits;
        self.bits = bits(shelf, &self.all, around, lasting);
        self.kinds = Kind::ALL.map(|kind| self.mask(|choice| choice.kind == kind));
        self.chosen = self.mask(|choice| chosen.contains(&choice.condition));
    }

    fn mask(&self, is_in: impl Fn(&Choice) -> bool) -> u64 {
        self.all.iter().enumerate().filter(|(_, choice)| is_in(choice)).fold(0, |mask, (at, _)| mask | 1 << at)
    }

    pub fn chosen(&self) -> impl Iterator<Item = &Choice> {
        self.all.iter().enumerate().filter(|(at, _)| self.is_chosen(*at)).map(|(_, choice)| choice)
    }

    pub fn is_chosen(&self, at: usize) -> bool {
        self.chosen & (1 << at) != 0
    }

    pub fn any(&self) -> bool {
        self.chosen != 0
    }

    pub fn clear(&mut self) {
        self.chosen = 0;
    }

    pub fn turn(&mut self, at: usize) {
        if at < self.all.len() {
            self.chosen ^= 1 << at;
        }
    }

    pub fn take_in(&self, recipe: usize) -> bool {
        self.chosen == 0 || self.passes(recipe, 0)
    }

    /// Leaving one kind out of account.
    fn passes(&self, recipe: usize, but: u64) -> bool {
        let bits = self.bits.get(recipe).copied().unwrap_or_default();
        self.kinds.iter().all(|kind| {
            let wanted = kind & self.chosen & !but;
            wanted == 0 || bits & wanted != 0
        })
    }

    /// How many each choice would leave, were it the only one of its kind.
    pub fn count(&self, there: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut counts = vec![0; self.all.len()];
        for at in there {
            let bits = self.bits.get(at).copied().unwrap_or_default();
            for kind in self.kinds.into_iter().filter(|kind| self.passes(at, *kind)) {
                let mut held = bits & kind;
                while held != 0 {
                    counts[held.trailing_zeros() as usize] += 1;
                    held &= held - 1;
                }
            }
        }
        counts
    }

    fn fits(&self) -> u64 {
        self.mask(|choice| choice.condition == Condition::Fits)
    }

    pub fn asks_for_room(&self) -> bool {
        self.is_open || self.chosen & self.fits() != 0
    }

    /// Tells whether anything is different from before.
    pub fn look_for_room(&mut self, shelf: &Shelf, around: Around<'_>) -> bool {
        let fits = self.fits();
        let fresh = bits(shelf, &self.all, around, |choice| choice.condition == Condition::Fits);
        let mut is_new = false;
        for (bits, fresh) in self.bits.iter_mut().zip(fresh) {
            is_new |= *bits & fits != fresh;
            *bits = *bits & !fits | fresh;
        }
        is_new
    }
}

/// What holds of each recipe, of the choices that are looked at.
fn bits(shelf: &Shelf, all: &[Choice], around: Around<'_>, looked_at: impl Fn(&Choice) -> bool) -> Vec<u64> {
    let looked_at: Vec<(usize, &Choice)> = all.iter().enumerate().filter(|(_, choice)| looked_at(choice)).collect();
    let of = |recipe: &Recipe, trust: &Trust| {
        let holding = looked_at.iter().filter(|(_, choice)| choice.condition.holds(recipe, trust, around));
        holding.fold(0, |bits, (at, _)| bits | 1 << at)
    };
    shelf.recipes.iter().map(|shelved| of(&shelved.recipe, &shelved.origin.trust())).collect()
}

fn offered(shelf: &Shelf) -> Vec<Choice> {
    let choice = |kind, words: &str, condition| Choice { kind, words: words.into(), condition };
    let recipes = || shelf.recipes.iter().map(|shelved| &shelved.recipe);
    let mut all: Vec<Choice> = [Method::Compose, Method::Oci, Method::Script]
        .map(|method| choice(Kind::Method, method.slug(), Condition::Method(method)))
        .into();
    let processors = Architecture::ALL.into_iter().filter(|one| recipes().any(|it| it.architectures.contains(one)));
    all.extend(processors.map(|one| choice(Kind::Processor, one.slug(), Condition::Architecture(one))));
    let mut trusts: Vec<Trust> = shelf.recipes.iter().map(|shelved| shelved.origin.trust()).collect();
    trusts.sort();
    let mut names: Vec<(Arc<str>, String)> = trusts.iter().map(trust).collect();
    names.dedup();
    all.extend(
        names.iter().take(SOURCES).map(|(words, slug)| choice(Kind::Trust, words, Condition::Trust(slug.clone()))),
    );
    all.push(choice(Kind::Needs, "nothing unusual", Condition::NoNeeds));
    all.push(choice(Kind::Place, "there is room for it", Condition::Fits));
    all
}

/// What it is called, and what a condition knows it by.
fn trust(trust: &Trust) -> (Arc<str>, String) {
    match trust {
        Trust::BuiltIn => ("Proximity".into(), trust.slug().into()),
        Trust::Own => ("yourself".into(), trust.slug().into()),
        Trust::Source { name, .. } => (name.clone(), name.to_string()),
    }
}
