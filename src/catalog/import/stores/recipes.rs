//! A store of our own format: recipes in any folder.

use super::{
    super::{Format, Reason, format::is_recipe, notes::Stop, tree, words::line},
    walk::{Walk, last_of},
};
use crate::domain::catalog::{Imported, Recipe};

pub fn read(walk: &mut Walk<'_>) {
    for file in walk.candidates(is_recipe) {
        let name = last_of(&file).trim_end_matches(".json").to_owned();
        match walk.text(&file) {
            Err(stop) => walk.tell(&file, &name, Err(stop)),
            // Other JSON lies in every repository.
            Ok(text) if is_other(&text) => {}
            Ok(text) => walk.tell(&file, &name, recipe(&file, &text)),
        }
    }
}

fn is_other(text: &str) -> bool {
    tree::json(text).is_ok_and(|tree| tree.get("schema").is_none())
}

fn recipe(file: &str, text: &str) -> Result<Recipe, Stop> {
    let mut recipe = Recipe::read(text).map_err(|faults| {
        let faults: Vec<_> = faults.iter().take(3).map(ToString::to_string).collect();
        Stop::new(Reason::Unsound, faults.join("; "))
    })?;
    if recipe.imported.is_none() {
        let file = line(file, 200);
        recipe.imported = Some(Imported { format: Format::Recipes.slug().to_owned(), file, left_out: Vec::new() });
    }
    match recipe.check() {
        Ok(()) => Ok(recipe),
        Err(_) => Err(Stop::new(Reason::Unreadable, "its file has a name that cannot be shown")),
    }
}
