//! `proximity snapshot …`

use serde::Serialize;

use super::{
    arguments::SnapshotCommand,
    begin::carry_out,
    face::{Face, other_answer},
    named::app_now,
    print::table,
    rows::rfc3339,
};
use crate::{
    domain::{app::App, fault::Fault, plan::PlanKind},
    engine::{Answer, Query, Request, SnapshotRow},
};

pub async fn run(command: &SnapshotCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        SnapshotCommand::List { app } => list(&app_now(app, face).await?, face).await,
        SnapshotCommand::Create { app, name, note } => {
            let app = app_now(app, face).await?.id;
            carry_out(Request::Snapshot { app, name: name.clone(), note: note.clone() }, face).await
        }
        SnapshotCommand::Remove { app, name } => {
            let app = app_now(app, face).await?;
            let request = Request::RemoveSnapshot { app: app.id.clone(), snapshot: name.clone() };
            asked(request, PlanKind::RemoveSnapshot, &app, face).await
        }
        SnapshotCommand::Rollback { app, name } => {
            let app = app_now(app, face).await?;
            let request = Request::Rollback { app: app.id.clone(), snapshot: name.clone() };
            asked(request, PlanKind::Rollback, &app, face).await
        }
    }
}

async fn asked(request: Request, kind: PlanKind, app: &App, face: Face<'_>) -> Result<(), Fault> {
    face.agree(&request, kind, &app.name).await?;
    carry_out(request, face).await
}

#[derive(Serialize)]
struct Row {
    name: String,
    note: String,
    taken: Option<String>,
    parent: Option<String>,
}

impl Row {
    fn of(row: SnapshotRow) -> Self {
        Self { name: row.name, note: row.note, taken: row.taken.map(rfc3339), parent: row.parent }
    }

    fn cells(&self) -> Vec<String> {
        let or_dashes = |text: &Option<String>| text.clone().unwrap_or_else(|| "--".into());
        vec![self.name.clone(), or_dashes(&self.taken), or_dashes(&self.parent), self.note.replace('\n', " ")]
    }
}

async fn list(app: &App, face: Face<'_>) -> Result<(), Fault> {
    let Answer::Snapshots(snapshots) = face.engine.query(Query::Snapshots(app.id.clone())).await? else {
        return Err(other_answer());
    };
    let rows: Vec<_> = snapshots.into_iter().map(Row::of).collect();
    face.printer.result(&rows, || {
        table(&["NAME", "TAKEN", "PARENT", "NOTE"], &rows.iter().map(Row::cells).collect::<Vec<_>>())
    });
    Ok(())
}
