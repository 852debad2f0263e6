//! `backup delete`, `protect`, `unprotect` and `note`. What must hold: all that is named is known before the first is
//! touched, and nothing is removed that was not named with its size and age.

use std::sync::Arc;

use super::{
    super::{
        begin::{carry_out, sentence},
        each::to_their_ends,
        face::Face,
        rows::OperationRow,
        wishes::Wish,
    },
    named,
    rows::in_words,
};
use crate::{
    domain::{
        backup::{Backup, Guarding},
        fault::{Fault, FaultCode},
        plan::PlanKind,
    },
    engine::{Request, now},
};

pub async fn delete(names: &[String], face: Face<'_>) -> Result<(), Fault> {
    let found = found(names, face).await?;
    if let Some(guarded) = found.iter().find(|backup| backup.is_protected()) {
        return Err(protected(guarded));
    }
    let now = now();
    let question = match found.as_slice() {
        [one] => format!("remove {}?", in_words(one, now)),
        several => {
            several.iter().for_each(|backup| face.printer.aside(&in_words(backup, now)));
            format!("remove these {} backups?", several.len())
        }
    };
    let wishes: Vec<_> = found.iter().map(|one| wish(one, Request::RemoveBackup(one.key.clone()))).collect();
    if let Some(first) = wishes.first() {
        face.say_yes(&question, first.kind, &first.name)?;
    }
    one_or_each(wishes, face).await
}

fn protected(backup: &Backup) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{} was not removed", backup.key.file()),
        "it is protected",
        format!("take its protection away with `proximity backup unprotect {}`", backup.key),
    )
}

pub async fn guard(names: &[String], guarding: Guarding, face: Face<'_>) -> Result<(), Fault> {
    let edit =
        |one: &Arc<Backup>| Request::EditBackup { backup: one.key.clone(), note: None, guarding: Some(guarding) };
    let wishes = found(names, face).await?.iter().map(|one| wish(one, edit(one))).collect();
    one_or_each(wishes, face).await
}

pub async fn note(name: &str, text: &str, face: Face<'_>) -> Result<(), Fault> {
    let fleet = named::look_now(face).await?;
    let backup = named::backup(&fleet.backups, name)?.key.clone();
    carry_out(Request::EditBackup { backup, note: Some(text.to_owned()), guarding: None }, face).await
}

async fn found(names: &[String], face: Face<'_>) -> Result<Vec<Arc<Backup>>, Fault> {
    let fleet = named::look_now(face).await?;
    let mut found: Vec<Arc<Backup>> = Vec::new();
    for name in names {
        let backup = named::backup(&fleet.backups, name)?;
        // One that is named twice is meant once.
        if !found.iter().any(|one| one.key == backup.key) {
            found.push(backup.clone());
        }
    }
    Ok(found)
}

fn wish(backup: &Backup, request: Request) -> Wish {
    let kind = match request {
        Request::RemoveBackup(_) => PlanKind::RemoveBackup,
        _ => PlanKind::EditBackup,
    };
    Wish { request, kind, name: backup.key.file().to_owned() }
}

/// The result of one is an object, that of several a list.
async fn one_or_each(mut wishes: Vec<Wish>, face: Face<'_>) -> Result<(), Fault> {
    if wishes.len() == 1 {
        return match wishes.pop() {
            Some(wish) => carry_out(wish.request, face).await,
            None => Ok(()),
        };
    }
    let ends = to_their_ends(wishes, face).await?;
    let rows: Vec<_> = ends.good.iter().map(OperationRow::of).collect();
    let lines = ends.good.iter().map(sentence).collect();
    ends.tell(&rows, lines, face)
}
