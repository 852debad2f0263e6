//! The verbs of an app's life. What must hold: what wants a yes has one before the first of several is begun.

use super::{
    arguments::{Life, Migrating, Updating},
    begin::{carry_out, sentence},
    each::to_their_ends,
    face::Face,
    moves,
    rows::OperationRow,
    wishes::{self, Wish},
};
use crate::domain::fault::Fault;

pub async fn run(life: &Life, face: Face<'_>) -> Result<(), Fault> {
    if let Life::Migrate(Migrating { app, targets: true, .. }) = life {
        return moves::targets(app, face).await;
    }
    if let Life::Adopt(adopting) = life {
        return super::adopt::run(adopting, face).await;
    }
    let wishes = wishes::of(life, face).await?;
    for wish in &wishes {
        face.agree(&wish.request, wish.kind, &wish.name).await?;
    }
    match life {
        Life::Update(Updating { apps, all }) if *all || apps.len() > 1 => each(wishes, face).await,
        _ => {
            for wish in wishes {
                carry_out(wish.request, face).await?;
            }
            Ok(())
        }
    }
}

async fn each(wishes: Vec<Wish>, face: Face<'_>) -> Result<(), Fault> {
    let ends = to_their_ends(wishes, face).await?;
    let rows: Vec<_> = ends.good.iter().map(OperationRow::of).collect();
    let lines = match ends.good.as_slice() {
        [] => vec!["every app has the version of its recipe".to_owned()],
        some => some.iter().map(sentence).collect(),
    };
    ends.tell(&rows, lines, face)
}
