//! `proximity catalog …`: recipes, and which files are none. What must hold: one bad file never hides the good ones.

use std::{path::Path, process::ExitCode, sync::Arc};

use serde::Serialize;

use super::{
    arguments::CatalogCommand,
    face::{Face, other_answer},
    print::table,
    recipe::{RecipeRow, RecipeSheet},
    sources,
};
use crate::{
    domain::{
        catalog::{Recipe, RecipeId},
        fault::{Fault, FaultCode},
    },
    engine::{Answer, BadRecipe, Query, Shelf},
};

pub async fn run(command: &CatalogCommand, face: Face<'_>) -> Result<ExitCode, Fault> {
    match command {
        CatalogCommand::Sources { command } => return sources::run(command.as_ref(), face).await,
        CatalogCommand::List => list(face).await?,
        CatalogCommand::Show { recipe } => show(recipe, face).await?,
        CatalogCommand::Check { files } if files.is_empty() => {
            let shelf = shelf(face).await?;
            return Ok(report(
                &Checked { good: shelf.recipes.len(), bad: shelf.faults.iter().map(Bad::of).collect() },
                face,
            ));
        }
        CatalogCommand::Check { files } => {
            let mut checked = Checked { good: 0, bad: Vec::new() };
            files.iter().for_each(|file| checked.take(file));
            return Ok(report(&checked, face));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn shelf(face: Face<'_>) -> Result<Arc<Shelf>, Fault> {
    match face.engine.query(Query::Shelf).await? {
        Answer::Shelf(shelf) => Ok(shelf),
        _ => Err(other_answer()),
    }
}

pub async fn recipe(id: &str, face: Face<'_>) -> Result<Arc<Recipe>, Fault> {
    let shelf = shelf(face).await?;
    shelf.find(&RecipeId::new(id)).map(|shelved| shelved.recipe.clone()).ok_or_else(|| no_recipe(id))
}

fn no_recipe(id: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no recipe called {id}"),
        "neither the built-in catalog nor your own folder has it",
        "look at `proximity catalog list`; files that are no good are told by `proximity catalog check`",
    )
}

async fn list(face: Face<'_>) -> Result<(), Fault> {
    let shelf = shelf(face).await?;
    for bad in &shelf.faults {
        face.printer.aside(&format!("{}: {}", bad.file, bad.why));
    }
    let rows: Vec<_> = shelf.recipes.iter().map(RecipeRow::of).collect();
    face.printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(RecipeRow::cells).collect();
        table(&["RECIPE", "VERSION", "METHODS", "CATEGORY", "WHAT"], &cells)
    });
    Ok(())
}

async fn show(id: &str, face: Face<'_>) -> Result<(), Fault> {
    let shelf = shelf(face).await?;
    let shelved = shelf.find(&RecipeId::new(id)).ok_or_else(|| no_recipe(id))?;
    let sheet = RecipeSheet::of(shelved);
    face.printer.result(&sheet, || sheet.lines());
    Ok(())
}

#[derive(Serialize)]
struct Checked {
    good: usize,
    bad: Vec<Bad>,
}

#[derive(Serialize)]
struct Bad {
    file: String,
    why: String,
}

impl Bad {
    fn of(bad: &BadRecipe) -> Self {
        Self { file: bad.file.clone(), why: bad.why.clone() }
    }
}

impl Checked {
    fn take(&mut self, file: &Path) {
        let name = file.display().to_string();
        match std::fs::read_to_string(file) {
            Err(error) => self.bad.push(Bad { file: name, why: error.to_string() }),
            Ok(text) => match Recipe::read(&text) {
                Ok(_) => self.good += 1,
                Err(faults) => {
                    self.bad.extend(faults.iter().map(|fault| Bad { file: name.clone(), why: fault.to_string() }));
                }
            },
        }
    }
}

fn report(checked: &Checked, face: Face<'_>) -> ExitCode {
    face.printer.result(checked, || {
        let bad = checked.bad.iter().map(|bad| format!("{}: {}", bad.file, bad.why));
        bad.chain([format!("{} good", checked.good)]).collect()
    });
    match checked.bad.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(FaultCode::Failed.exit_code()),
    }
}
