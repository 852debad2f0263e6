//! `backup board`: how safe each app is.

use serde::Serialize;

use super::{
    super::{arguments::Look, face::Face, print::table, rows::rfc3339},
    named,
    rows::{BackupRow, ProofRow, RunRow, age, size},
};
use crate::{
    domain::{
        backup::{BoardRow, Coverage, Inside, board},
        fault::Fault,
        fleet::Fleet,
        moment::Moment,
    },
    engine::now,
};

pub async fn run(look: Look, face: Face<'_>) -> Result<(), Fault> {
    let (fleet, now) = (named::look(look, face).await?, now());
    let board = board(&fleet, now);
    let rows: Vec<_> = board.iter().map(|row| Row::of(&fleet, row)).collect();
    face.printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().zip(&board).map(|(row, app)| row.cells(app, now)).collect();
        table(&["APP", "STATE", "AGE", "SIZE", "STORAGE", "LAST", "NEXT", "DATA", "PROVED"], &cells)
    });
    Ok(())
}

#[derive(Serialize)]
struct Row {
    app: String,
    name: String,
    guest: String,
    /// `fresh`, `due`, `stale` or `never`
    age: &'static str,
    newest: Option<BackupRow>,
    count: usize,
    total: u64,
    last_run: Option<RunRow>,
    next_run: Option<String>,
    coverage: CoverageRow,
    inside: InsideRow,
    /// The newest backup of it that was tried.
    proof: Option<ProofRow>,
    /// Seconds that the next one will probably take.
    estimate: Option<u64>,
}

/// Which schedules back it up; `by`, `none` or `unknown`
#[derive(Serialize)]
struct CoverageRow {
    state: &'static str,
    schedules: Vec<String>,
}

/// Whether all of its data is in the newest one; `all`, `without` or `unknown`
#[derive(Serialize)]
struct InsideRow {
    state: &'static str,
    left_out: Vec<String>,
}

impl Row {
    fn of(fleet: &Fleet, row: &BoardRow) -> Self {
        Self {
            app: row.app.to_string(),
            name: row.name.to_string(),
            guest: row.guest.to_string(),
            age: row.age.slug(),
            newest: row.newest.as_ref().map(|newest| BackupRow::of(fleet, newest)),
            count: row.count,
            total: row.total,
            last_run: row.last_run.as_deref().map(RunRow::of),
            next_run: row.next_run.map(rfc3339),
            coverage: coverage(&row.coverage),
            inside: inside(&row.inside),
            proof: row.proof.as_ref().map(|proof| ProofRow::of(fleet, proof)),
            estimate: row.estimate.map(|estimate| estimate.as_secs()),
        }
    }

    fn cells(&self, row: &BoardRow, now: Moment) -> Vec<String> {
        let newest = row.newest.as_deref();
        let dashes = || "--".to_owned();
        let next = match (&self.next_run, self.coverage.state) {
            (Some(next), _) => next.clone(),
            (None, "none") => "none".into(),
            (None, _) => dashes(),
        };
        vec![
            self.name.clone(),
            self.age.into(),
            newest.map_or_else(dashes, |backup| age(backup.made, now)),
            newest.map_or_else(dashes, |backup| size(backup.size)),
            newest.map_or_else(dashes, |backup| backup.key.storage().to_string()),
            self.last_run.as_ref().map_or_else(dashes, RunRow::in_words),
            next,
            match self.inside.state {
                "without" => format!("without {}", self.inside.left_out.join(", ")),
                "unknown" => dashes(),
                state => state.into(),
            },
            self.proof.as_ref().map_or_else(|| "never".into(), |proof| format!("{} {}", proof.at, proof.result)),
        ]
    }
}

fn coverage(coverage: &Coverage) -> CoverageRow {
    let (state, schedules) = match coverage {
        Coverage::By(jobs) => ("by", jobs.iter().map(ToString::to_string).collect()),
        Coverage::None => ("none", Vec::new()),
        Coverage::Unknown => ("unknown", Vec::new()),
    };
    CoverageRow { state, schedules }
}

fn inside(inside: &Inside) -> InsideRow {
    let (state, left_out) = match inside {
        Inside::All => ("all", Vec::new()),
        Inside::Without(paths) => ("without", paths.iter().map(|path| path.to_string()).collect()),
        Inside::Unknown => ("unknown", Vec::new()),
    };
    InsideRow { state, left_out }
}
