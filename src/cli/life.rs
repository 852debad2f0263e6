//! The verbs of an app's life. What must hold: of several apps each is seen to its end, and the first that fails does not
//! keep the others from theirs.

use super::{
    arguments::{Life, Updating},
    begin::{carry_out, finish, sentence},
    face::Face,
    follow::Where,
    rows::OperationRow,
    wishes::{self, Wish},
};
use crate::domain::{fault::Fault, operation::Operation};

pub async fn run(life: &Life, face: Face<'_>) -> Result<(), Fault> {
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

/// One after another; the result is a list, and the first fault is told at the end.
async fn each(wishes: Vec<Wish>, face: Face<'_>) -> Result<(), Fault> {
    let (mut ended, mut failed) = (Vec::new(), None);
    for wish in wishes {
        match one(wish, face).await {
            Ok(operation) => ended.push(operation),
            Err(fault) => {
                face.printer.aside(&fault.to_string());
                failed = failed.or(Some(fault));
            }
        }
    }
    let rows: Vec<_> = ended.iter().map(OperationRow::of).collect();
    let lines = || match ended.as_slice() {
        [] => vec!["every app has the version of its recipe".to_owned()],
        some => some.iter().map(sentence).collect(),
    };
    match failed {
        Some(fault) => {
            rows.iter().for_each(|row| face.printer.detail(row));
            Err(fault)
        }
        None => {
            face.printer.result(&rows, lines);
            Ok(())
        }
    }
}

async fn one(wish: Wish, face: Face<'_>) -> Result<Operation, Fault> {
    let id = face.engine.ask(wish.request).await?;
    finish(id, Where::Here, face).await
}
