//! How far a recipe was checked, and where it comes from. What must hold: what was only looked up is never called proved.

use super::card::labelled;
use crate::{
    domain::catalog::{Facts, Proof, Recipe},
    engine::door::Shelved,
    tui::{layers::Row, theme::Role},
};

pub fn rows(shelved: &Shelved, room: u16) -> Vec<Row> {
    let recipe = &shelved.recipe;
    let mut rows = labelled("checked", &checked(recipe), Role::Text, room);
    if let Some(imported) = &recipe.imported {
        let from = format!("{} of a {} store", imported.file, imported.format);
        rows.extend(labelled("made from", &from, Role::Text, room));
    }
    if let Some(file) = shelved.origin.file() {
        rows.extend(labelled("file", &file.display().to_string(), Role::Dim, room));
    }
    rows
}

fn checked(recipe: &Recipe) -> String {
    let facts = &recipe.facts;
    let mut told = vec![looked_up(facts)];
    if !facts.proved.is_empty() {
        let proved: Vec<_> = facts.proved.iter().map(|proof| proof.told()).collect();
        told.push(format!("proved: {}", proved.join(", ")));
    }
    let has_images = recipe.methods.compose.is_some() || recipe.methods.oci.is_some();
    if has_images && !facts.proved.contains(&Proof::Images) {
        told.push("its images were not pulled".into());
    }
    told.join("; ")
}

fn looked_up(facts: &Facts) -> String {
    match (&facts.checked, facts.sources.len()) {
        (Some(day), 0) => format!("looked up on {day}, it does not say where"),
        (Some(day), 1) => format!("looked up on {day} in one source"),
        (Some(day), sources) => format!("looked up on {day} in {sources} sources"),
        (None, _) => "nobody says that its facts were checked".to_owned(),
    }
}
