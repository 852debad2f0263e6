//! The shelf as a list: all of it or what was searched for, narrowed as the operator says.

use std::collections::BTreeSet;

use super::{
    arguments::Narrow, catalog::shelf, deploy::method, face::Face, named::fleet_known, print::table, recipe::RecipeRow,
};
use crate::{
    domain::{
        catalog::{Architecture, Around, Condition, Hit, RecipeId, installed},
        fault::{Fault, FaultCode},
    },
    engine::{Shelf, Shelved},
};

pub fn no_recipe(id: &str, shelf: &Shelf) -> Fault {
    let near = shelf.index.search(id).first().map(|hit| shelf.recipes[hit.at].recipe.id.clone());
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no recipe called {id}"),
        "neither the built-in catalog nor your own folder nor a source has it",
        match near {
            Some(near) => format!("did you mean {near}? `proximity catalog search` finds others"),
            None => {
                "look at `proximity catalog list`; files that are no good are told by `proximity catalog check`".into()
            }
        },
    )
}

pub async fn list(narrow: &Narrow, face: Face<'_>) -> Result<(), Fault> {
    let (shelf, favourites) = shelf(face).await?;
    for bad in &shelf.faults {
        face.printer.aside(&format!("{}: {}", bad.file, bad.why));
    }
    print(shelf.recipes.iter().collect(), narrow, &favourites, face).await
}

pub async fn search(words: &str, narrow: &Narrow, face: Face<'_>) -> Result<(), Fault> {
    let (shelf, favourites) = shelf(face).await?;
    let found = shelf.index.search(words).into_iter().map(|Hit { at, .. }| &shelf.recipes[at]);
    print(found.collect(), narrow, &favourites, face).await
}

async fn print(
    mut found: Vec<&Shelved>,
    narrow: &Narrow,
    favourites: &BTreeSet<RecipeId>,
    face: Face<'_>,
) -> Result<(), Fault> {
    // Nobody is asked where it does not matter.
    let fleet = if narrow.fits { fleet_known(face).await } else { face.engine.fleet().borrow().clone() };
    let installed = installed(&fleet);
    let around = Around { nodes: &fleet.nodes, favourites, installed: &installed.keys().cloned().collect() };
    let conditions = conditions(narrow)?;
    found.retain(|shelved| {
        let trust = shelved.origin.trust();
        conditions.iter().all(|condition| condition.holds(&shelved.recipe, &trust, around))
    });
    if narrow.newest {
        found.sort_by_key(|shelved| std::cmp::Reverse(shelved.since));
    }
    let rows: Vec<_> = found.into_iter().map(|shelved| RecipeRow::of(shelved, favourites, &installed)).collect();
    face.printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(RecipeRow::cells).collect();
        table(&["RECIPE", "VERSION", "METHODS", "CATEGORY", "TRUST", "WHAT"], &cells)
    });
    Ok(())
}

fn conditions(narrow: &Narrow) -> Result<Vec<Condition>, Fault> {
    let architecture = narrow.architecture.as_deref().map(architecture).transpose()?;
    let words = [
        narrow.category.clone().map(Condition::Category),
        narrow.method.map(|way| Condition::Method(method(way))),
        architecture.map(Condition::Architecture),
        narrow.trust.clone().map(Condition::Trust),
        narrow.no_needs.then_some(Condition::NoNeeds),
        narrow.fits.then_some(Condition::Fits),
        narrow.favourites.then_some(Condition::Favourite),
        narrow.installed.then_some(Condition::Installed),
    ];
    Ok(words.into_iter().flatten().collect())
}

fn architecture(word: &str) -> Result<Architecture, Fault> {
    Architecture::ALL.into_iter().find(|known| known.slug() == word).ok_or_else(|| {
        let known: Vec<_> = Architecture::ALL.iter().map(|known| known.slug()).collect();
        Fault::lasting(
            FaultCode::Usage,
            "nothing was listed",
            format!("`{word}` is no kind of processor that Debian knows"),
            format!("choose one of {}", known.join(", ")),
        )
    })
}
