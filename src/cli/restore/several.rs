//! Several restores: all are begun at once, and each waits for those that it depends on. What must hold: each is seen to
//! its end.

use super::{
    super::{
        begin::{finish, sentence},
        catalog::shelf,
        each::{Ends, Stop},
        face::Face,
        follow::Where,
        rows::OperationRow,
        wishes::Wish,
    },
    Chosen,
    order::in_order,
};
use crate::{
    domain::{
        app::App,
        catalog::RecipeId,
        fault::{Fault, FaultCode},
        ids::OperationId,
    },
    engine::{Request, Shelf},
};

pub async fn run(wishes: Vec<Wish>, chosen: &[Chosen], face: Face<'_>) -> Result<(), Fault> {
    let (shelf, _) = shelf(face).await?;
    let (mut ends, mut stop) = (Ends::default(), Stop::listen()?);
    let begun = begin(wishes, &needs(chosen, &shelf), &mut ends, face).await;
    let mut left = begun.as_slice();
    while let Some((id, rest)) = left.split_first() {
        match finish(*id, Where::Here, face).await {
            Ok(operation) => ends.good.push(operation),
            Err(fault) => ends.fail(fault, face),
        }
        if stop.was_asked_for() {
            cancel(rest, face).await;
        }
        left = rest;
    }
    let rows: Vec<_> = ends.good.iter().map(OperationRow::of).collect();
    let lines = ends.good.iter().map(sentence).collect();
    ends.tell(&rows, lines, face)
}

/// One that waits for what could not be begun is not begun either.
async fn begin(wishes: Vec<Wish>, needs: &[Vec<usize>], ends: &mut Ends, face: Face<'_>) -> Vec<OperationId> {
    let mut wishes: Vec<_> = wishes.into_iter().map(Some).collect();
    let names: Vec<_> = wishes.iter().flatten().map(|wish| wish.name.clone()).collect();
    let mut ids: Vec<Option<OperationId>> = vec![None; wishes.len()];
    let mut begun = Vec::new();
    for turn in in_order(needs) {
        let Some(Wish { request: Request::Restore(mut wish), name, .. }) = wishes[turn.of].take() else { continue };
        if let Some(missing) = turn.after.iter().find(|need| ids[**need].is_none()) {
            ends.fail(not_begun(&name, &names[*missing]), face);
            continue;
        }
        wish.after = turn.after.iter().filter_map(|need| ids[*need]).collect();
        match face.engine.ask(Request::Restore(wish)).await {
            Ok(id) => {
                ids[turn.of] = Some(id);
                begun.push(id);
            }
            Err(fault) => ends.fail(fault, face),
        }
    }
    begun
}

fn not_begun(name: &str, other: &str) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{name} was not restored"),
        format!("it depends on {other}, which was not restored"),
        format!("restore {other} first"),
    )
}

async fn cancel(begun: &[OperationId], face: Face<'_>) {
    for id in begun {
        // One that has ended meanwhile needs no end.
        drop(face.engine.ask(Request::Cancel(*id)).await);
    }
}

/// For each, the places of those whose recipes its own recipe depends on.
fn needs(chosen: &[Chosen], shelf: &Shelf) -> Vec<Vec<usize>> {
    let recipes: Vec<_> = chosen.iter().map(|one| one.app.as_ref().and_then(recipe_of)).collect();
    let needs = |recipe: &RecipeId| {
        let wanted = shelf.find(recipe).map(|shelved| &shelved.recipe.depends);
        let is_wanted = |other: &RecipeId| wanted.is_some_and(|all| all.iter().any(|one| one.recipe == *other));
        recipes.iter().enumerate().filter(|(_, other)| other.as_ref().is_some_and(is_wanted)).map(|(n, _)| n).collect()
    };
    recipes.iter().map(|recipe| recipe.as_ref().map(needs).unwrap_or_default()).collect()
}

fn recipe_of(app: &App) -> Option<RecipeId> {
    let book = app.book.as_ref().and_then(|book| book.recipe.clone());
    book.or_else(|| app.marker.recipe.as_deref().map(RecipeId::new))
}
