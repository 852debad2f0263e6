//! `backup prove`: whether backups really start. What must hold: a bad proof is told with its reason, and its exit code is
//! that of the operation which found it.

use super::{
    super::{
        arguments::Proving,
        begin::finish,
        each::{Ends, to_their_ends},
        face::Face,
        follow::Where,
        named::app_now,
        wishes::Wish,
    },
    named,
    rows::ProofRow,
};
use crate::{
    domain::{
        app::App,
        backup::{BackupKey, Proof},
        fault::Fault,
        fleet::Fleet,
        moment::Moment,
        plan::PlanKind,
    },
    engine::{Request, now},
};

pub async fn run(proving: &Proving, face: Face<'_>) -> Result<(), Fault> {
    match &proving.app {
        Some(app) => one(app, proving.backup.as_deref(), face).await,
        None => all(face).await,
    }
}

async fn one(app: &str, backup: Option<&str>, face: Face<'_>) -> Result<(), Fault> {
    let app = app_now(app, face).await?;
    let fleet = named::look_now(face).await?;
    let backup = match backup {
        Some(text) => named::backup(&fleet.backups, text)?.key.clone(),
        None => named::newest_of(&fleet, &app)?.key.clone(),
    };
    let began = now();
    let id = face.engine.ask(wish(&app, backup).request).await?;
    let ended = finish(id, Where::Here, face).await;
    let fleet = face.engine.fleet().borrow().clone();
    let row = since(&fleet, began).find(|proof| proof.app == app.id).map(|proof| ProofRow::of(&fleet, proof));
    match (ended, row) {
        (Ok(_), Some(row)) => face.printer.result(&row, || vec![row.in_words()]),
        (Ok(ended), None) => super::super::begin::tell(&ended, face).await,
        (Err(fault), row) => {
            row.iter().for_each(|row| face.printer.progress(row, &row.in_words()));
            return Err(fault);
        }
    }
    Ok(())
}

/// The newest backup of every app that has one.
async fn all(face: Face<'_>) -> Result<(), Fault> {
    let (fleet, began) = (named::look_now(face).await?, now());
    let mut wishes = Vec::new();
    for app in fleet.apps.iter().filter(|app| app.binned_until().is_none()) {
        match named::newest_of(&fleet, app) {
            Ok(backup) => wishes.push(wish(app, backup.key.clone())),
            Err(fault) => face.printer.aside(&fault.to_string()),
        }
    }
    let ends: Ends = to_their_ends(wishes, face).await?;
    let fleet = face.engine.fleet().borrow().clone();
    let rows: Vec<_> = since(&fleet, began).map(|proof| ProofRow::of(&fleet, proof)).collect();
    let lines = match rows.as_slice() {
        [] => vec!["no app has a backup to be proved".to_owned()],
        some => some.iter().map(ProofRow::in_words).collect(),
    };
    ends.tell(&rows, lines, face)
}

fn wish(app: &App, backup: BackupKey) -> Wish {
    let request = Request::Prove { app: app.id.clone(), backup: Some(backup) };
    Wish { request, kind: PlanKind::Prove, name: app.name.to_string() }
}

fn since(fleet: &Fleet, began: Moment) -> impl Iterator<Item = &Proof> {
    fleet.backups.proofs.iter().filter(move |proof| proof.at >= began)
}
