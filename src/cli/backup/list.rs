//! `backup list`, `show` and `places`: what the storages have, and which could have more.

use std::sync::Arc;

use serde::Serialize;

use super::{
    super::{
        arguments::Look,
        face::{Face, other_answer},
        guest::{guest_key, no_guest},
        named::app as app_called,
        print::table,
        target,
    },
    named,
    rows::{BackupRow, size},
};
use crate::{
    domain::{
        backup::{Backup, backups_of},
        fault::Fault,
        fleet::Fleet,
    },
    engine::{Answer, Query, StorageChoice},
};

pub async fn all(of: Option<&str>, storage: Option<&str>, look: Look, face: Face<'_>) -> Result<(), Fault> {
    let fleet = named::look(look, face).await?;
    let mut found = match of {
        Some(of) => found_of(&fleet, of)?,
        None => fleet.backups.all().cloned().collect(),
    };
    found.retain(|backup| storage.is_none_or(|storage| backup.key.storage().as_str() == storage));
    found.sort_by(|one, other| (other.made, &one.key).cmp(&(one.made, &other.key)));
    let rows: Vec<_> = found.iter().map(|backup| BackupRow::of(&fleet, backup)).collect();
    face.printer.result(&rows, || table(&BackupRow::HEAD, &rows.iter().map(BackupRow::cells).collect::<Vec<_>>()));
    Ok(())
}

/// A guest that is gone may still have backups.
fn found_of(fleet: &Fleet, of: &str) -> Result<Vec<Arc<Backup>>, Fault> {
    if of.contains('/') {
        let key = guest_key(of)?;
        return match fleet.backups.of(&key) {
            [] if fleet.guest(&key).is_none() => Err(no_guest(&key)),
            some => Ok(some.to_vec()),
        };
    }
    Ok(backups_of(fleet, app_called(fleet, of)?).into_iter().cloned().collect())
}

#[derive(Serialize)]
struct Sheet {
    #[serde(flatten)]
    row: BackupRow,
    /// All lines of it.
    notes: String,
}

pub async fn show(text: &str, face: Face<'_>) -> Result<(), Fault> {
    let fleet = named::look_now(face).await?;
    let backup = named::backup(&fleet.backups, text)?;
    let Answer::Text(notes) = face.engine.query(Query::BackupNotes(backup.key.clone())).await? else {
        return Err(other_answer());
    };
    let sheet = Sheet { row: BackupRow::of(&fleet, backup), notes };
    face.printer.result(&sheet, || lines(&sheet));
    Ok(())
}

fn lines(sheet: &Sheet) -> Vec<String> {
    let row = &sheet.row;
    let facts = BackupRow::HEAD.iter().zip(row.cells()).take(BackupRow::HEAD.len() - 1);
    let mut lines: Vec<_> = facts.map(|(head, cell)| format!("{:<12}{cell}", head.to_lowercase())).collect();
    for (name, value) in [("guest", &row.guest), ("node", &row.node), ("format", &row.format)] {
        lines.push(format!("{name:<12}{value}"));
    }
    lines.extend(row.key.iter().map(|key| format!("{:<12}{key}", "key")));
    lines.extend(sheet.notes.lines().map(|line| format!("{:<12}{line}", "note")));
    lines
}

#[derive(Serialize)]
pub struct PlaceRow {
    storage: String,
    kind: String,
    shared: bool,
    free: Option<u64>,
}

impl PlaceRow {
    fn of(choice: StorageChoice) -> Self {
        Self { storage: choice.name.to_string(), kind: choice.kind, shared: choice.is_shared, free: choice.free }
    }

    fn cells(&self) -> Vec<String> {
        let shared = if self.shared { "yes" } else { "no" };
        vec![self.storage.clone(), self.kind.clone(), shared.into(), size(self.free)]
    }
}

pub async fn places(of: &str, face: Face<'_>) -> Result<(), Fault> {
    let guest = target::find(of, face).await?.guest;
    let Answer::Places(places) = face.engine.query(Query::BackupPlaces(guest)).await? else {
        return Err(other_answer());
    };
    let rows: Vec<_> = places.into_iter().map(PlaceRow::of).collect();
    face.printer.result(&rows, || {
        table(&["STORAGE", "KIND", "SHARED", "FREE"], &rows.iter().map(PlaceRow::cells).collect::<Vec<_>>())
    });
    Ok(())
}
