//! What the README claims of a large store: how long ten thousand recipes take to be read, how long a look takes when one
//! file changed or none, and what a key of the search costs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{fs, hint::black_box, path::Path, time::Instant};

use common::{min, row};
use proximity::{
    catalog::{Places, Shelf, Shelves},
    domain::catalog::Recipe,
};

const RECIPES: usize = 10_000;
const ROUNDS: usize = 7;

/// As somebody types: each is a key more.
const TYPED: [&str; 8] =
    ["jellyfin", "paperless", "home assistant", "photo", "git server", "jelyfin", "zzzz", "monitoring"];

/// The built-in ones, again and again, each with names and words of its own.
fn plant(folder: &Path) {
    let shelf = Shelves::default().look(&Places::default());
    let built_in: Vec<_> = shelf.recipes.iter().map(|shelved| shelved.recipe.clone()).collect();
    for at in 0..RECIPES - built_in.len() {
        let (one, other) = (&built_in[at % built_in.len()], &built_in[at / built_in.len() % built_in.len()]);
        let mut recipe = Recipe::clone(one);
        recipe.id = proximity::domain::catalog::RecipeId::new(format!(
            "{}-{at}",
            &one.id.as_str()[..one.id.as_str().len().min(30)]
        ));
        recipe.name = format!("{} {}", other.name, at);
        recipe.description = format!("{} {}", one.description, other.description);
        let file = folder.join(format!("{}.json", recipe.id));
        fs::write(file, serde_json::to_string_pretty(&recipe).unwrap()).unwrap();
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let from = Instant::now();
    let made = black_box(work());
    (from.elapsed().as_secs_f64() * 1_000.0, made)
}

fn best(mut one: impl FnMut() -> f64) -> f64 {
    min(&(0..ROUNDS).map(|_| one()).collect::<Vec<_>>())
}

/// The dearest key of each word, as milliseconds.
fn keys(shelf: &Shelf) -> Vec<f64> {
    let dearest = |word: &&str| {
        let cost = |end: usize| best(|| timed(|| shelf.index.search(&word[..end])).0);
        (1..=word.len()).map(cost).fold(0.0, f64::max)
    };
    TYPED.iter().map(dearest).collect()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    plant(folder.path());
    let places = Places { own: Some(folder.path().to_owned()), stores: Vec::new() };
    let first = best(|| timed(|| Shelves::default().look(&places)).0);

    let shelves = Shelves::default();
    let shelf = shelves.look(&places);
    assert_eq!((shelf.recipes.len(), shelf.faults.len()), (RECIPES, 0), "{:?}", shelf.faults.first());
    let same = best(|| timed(|| shelves.look(&places)).0);
    let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let mut text = fs::read_to_string(&file).unwrap();
    let changed = best(|| {
        text.push(' ');
        fs::write(&file, &text).unwrap();
        timed(|| shelves.look(&places)).0
    });
    let dearest = keys(&shelf).into_iter().fold(0.0, f64::max);
    common::print(
        &format!("{RECIPES} recipes in one folder"),
        &[
            row("read for the first time", 400.0, first, "ms"),
            row("a look when one file changed", 100.0, changed, "ms"),
            row("a look when nothing changed", 50.0, same, "ms"),
            row("the dearest key of the search", 2.0, dearest, "ms"),
        ],
    );
}
