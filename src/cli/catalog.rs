//! `proximity catalog …`: recipes, and which files are none. What must hold: one bad file never hides the good ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use serde::Serialize;

use super::{
    arguments::CatalogCommand,
    face::{Face, other_answer},
    import,
    print::table,
    recipe::RecipeSheet,
    shelf::{self, no_recipe},
    sources,
};
use crate::{
    domain::{
        catalog::{Recipe, RecipeId, category_place, category_title},
        fault::{Fault, FaultCode},
    },
    engine::{Answer, BadRecipe, Change, Checked, Query, Shelf},
};

pub async fn run(command: &CatalogCommand, face: Face<'_>) -> Result<ExitCode, Fault> {
    match command {
        CatalogCommand::Sources { command } => return sources::run(command.as_ref(), face).await,
        CatalogCommand::List { narrow } => shelf::list(narrow, face).await?,
        CatalogCommand::Search { words, narrow } => shelf::search(&words.join(" "), narrow, face).await?,
        CatalogCommand::Categories => categories(face).await?,
        CatalogCommand::Import(importing) => return import::run(importing, face).await,
        CatalogCommand::Show { recipe } => show(recipe, face).await?,
        CatalogCommand::Check { paths } => return check(paths, face).await,
        CatalogCommand::Favour { recipe } => face.engine.change(Change::Favour(known(recipe, face).await?)).await?,
        CatalogCommand::Unfavour { recipe } => {
            face.engine.change(Change::Unfavour(RecipeId::new(recipe.as_str()))).await?
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn shelf(face: Face<'_>) -> Result<(Arc<Shelf>, BTreeSet<RecipeId>), Fault> {
    match face.engine.query(Query::Shelf).await? {
        Answer::Shelf(shelf, favourites) => Ok((shelf, favourites)),
        _ => Err(other_answer()),
    }
}

pub async fn recipe(id: &str, face: Face<'_>) -> Result<Arc<Recipe>, Fault> {
    let (shelf, _) = shelf(face).await?;
    shelf.find(&RecipeId::new(id)).map(|shelved| shelved.recipe.clone()).ok_or_else(|| no_recipe(id, &shelf))
}

async fn known(id: &str, face: Face<'_>) -> Result<RecipeId, Fault> {
    Ok(recipe(id, face).await?.id.clone())
}

async fn show(id: &str, face: Face<'_>) -> Result<(), Fault> {
    let (shelf, favourites) = shelf(face).await?;
    let shelved = shelf.find(&RecipeId::new(id)).ok_or_else(|| no_recipe(id, &shelf))?;
    let fleet = face.engine.fleet().borrow().clone();
    let sheet = RecipeSheet::of(shelved, &favourites, &fleet);
    face.printer.result(&sheet, || sheet.lines());
    Ok(())
}

#[derive(Serialize)]
struct CategoryRow {
    category: String,
    title: String,
    recipes: usize,
}

async fn categories(face: Face<'_>) -> Result<(), Fault> {
    let (shelf, _) = shelf(face).await?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    shelf.recipes.iter().for_each(|shelved| *counts.entry(&shelved.recipe.category).or_default() += 1);
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(slug, _)| (category_place(slug), *slug));
    let row = |(slug, recipes): (&str, usize)| CategoryRow {
        category: slug.to_owned(),
        title: category_title(slug).to_owned(),
        recipes,
    };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    face.printer.result(&rows, || {
        let cells = rows.iter().map(|row| vec![row.category.clone(), row.recipes.to_string(), row.title.clone()]);
        table(&["CATEGORY", "RECIPES", "WHAT"], &cells.collect::<Vec<_>>())
    });
    Ok(())
}

async fn check(paths: &[PathBuf], face: Face<'_>) -> Result<ExitCode, Fault> {
    if paths.is_empty() {
        let (shelf, _) = shelf(face).await?;
        return Ok(report(&Checked { good: shelf.recipes.len(), bad: shelf.faults.clone() }, face));
    }
    match face.engine.query(Query::CheckRecipes(paths.to_vec())).await? {
        Answer::Checked(checked) => Ok(report(&checked, face)),
        _ => Err(other_answer()),
    }
}

#[derive(Serialize)]
struct Verdict<'a> {
    good: usize,
    bad: Vec<Bad<'a>>,
}

#[derive(Serialize)]
struct Bad<'a> {
    file: &'a str,
    why: &'a str,
}

fn report(checked: &Checked, face: Face<'_>) -> ExitCode {
    let bad = |bad: &'_ BadRecipe| format!("{}: {}", bad.file, bad.why);
    let rows = checked.bad.iter().map(|bad| Bad { file: &bad.file, why: &bad.why });
    let verdict = Verdict { good: checked.good, bad: rows.collect() };
    face.printer.result(&verdict, || checked.bad.iter().map(bad).chain([format!("{} good", checked.good)]).collect());
    match checked.bad.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(FaultCode::Failed.exit_code()),
    }
}
