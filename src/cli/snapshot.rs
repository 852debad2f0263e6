//! `proximity snapshot …`

use std::time::Duration;

use serde::Serialize;

use super::{
    arguments::SnapshotCommand,
    begin::carry_out,
    face::{Face, other_answer},
    guest::duration,
    named::app_now,
    print::table,
    rows::rfc3339,
};
use crate::{
    domain::{app::App, fault::Fault, plan::PlanKind},
    engine::{Answer, Query, Request, SnapshotRow, now},
};

pub async fn run(command: &SnapshotCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        SnapshotCommand::List { app } => list(&app_now(app, face).await?, face).await,
        SnapshotCommand::Tree { app } => tree(&app_now(app, face).await?, face).await,
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

async fn snapshots_of(app: &App, face: Face<'_>) -> Result<Vec<SnapshotRow>, Fault> {
    match face.engine.query(Query::Snapshots(app.id.clone())).await? {
        Answer::Snapshots(snapshots) => Ok(snapshots),
        _ => Err(other_answer()),
    }
}

async fn list(app: &App, face: Face<'_>) -> Result<(), Fault> {
    let rows: Vec<_> = snapshots_of(app, face).await?.into_iter().map(Row::of).collect();
    face.printer.result(&rows, || {
        table(&["NAME", "TAKEN", "PARENT", "NOTE"], &rows.iter().map(Row::cells).collect::<Vec<_>>())
    });
    Ok(())
}

/// From then on a snapshot is more of a burden than a help: it grows, and what it goes back to is long gone.
const OLD: Duration = Duration::from_secs(7 * 86_400);

#[derive(Serialize)]
struct Leaf {
    #[serde(flatten)]
    row: Row,
    /// So many stand below it.
    depth: usize,
    /// Seconds
    age: Option<u64>,
    /// Older than a week.
    old: bool,
}

impl Leaf {
    fn line(&self) -> String {
        let name = format!("{}{}", "  ".repeat(self.depth), self.row.name);
        let age = self.age.map_or_else(|| "--".into(), duration);
        let warning = if self.old { "  ! older than a week: remove it, or go back to it" } else { "" };
        format!("{name:<32}{age:<12}{}{warning}", self.row.note.replace('\n', " ")).trim_end().to_owned()
    }
}

async fn tree(app: &App, face: Face<'_>) -> Result<(), Fault> {
    let (snapshots, now) = (snapshots_of(app, face).await?, now());
    let leaves: Vec<_> = in_tree_order(&snapshots)
        .into_iter()
        .map(|(depth, row)| {
            let age = row.taken.map(|taken| now.since(taken));
            let old = age.is_some_and(|age| age > OLD);
            Leaf { row: Row::of(row.clone()), depth, age: age.map(|age| age.as_secs()), old }
        })
        .collect();
    face.printer.result(&leaves, || leaves.iter().map(Leaf::line).collect());
    Ok(())
}

/// Each below the one that it stands on. One whose parent is not told stands on the ground, so none is left out.
fn in_tree_order(all: &[SnapshotRow]) -> Vec<(usize, &SnapshotRow)> {
    let is_told = |name: &String| all.iter().any(|row| row.name == *name);
    let mut ordered: Vec<(usize, &SnapshotRow)> = Vec::new();
    let mut ahead: Vec<_> =
        all.iter().filter(|row| !row.parent.as_ref().is_some_and(is_told)).map(|row| (0, row)).collect();
    ahead.reverse();
    while let Some((depth, row)) = ahead.pop() {
        ordered.push((depth, row));
        let children = all.iter().filter(|child| child.parent.as_ref() == Some(&row.name)).rev();
        ahead.extend(children.map(|child| (depth + 1, child)));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(rows: &[(&str, Option<&str>)]) -> Vec<(usize, String)> {
        let row = |(name, parent): &(&str, Option<&str>)| SnapshotRow {
            name: (*name).to_owned(),
            note: String::new(),
            taken: None,
            parent: parent.map(str::to_owned),
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
        in_tree_order(&rows).into_iter().map(|(depth, row)| (depth, row.name.clone())).collect()
    }

    #[test]
    fn each_snapshot_stands_below_the_one_it_was_taken_after() {
        let told = [("a", None), ("c", Some("b")), ("b", Some("a")), ("d", Some("a"))];
        let wanted = [(0, "a"), (1, "b"), (2, "c"), (1, "d")].map(|(depth, name)| (depth, name.to_owned()));
        assert_eq!(tree(&told), wanted);
    }

    #[test]
    fn one_whose_parent_is_gone_stands_on_the_ground() {
        assert_eq!(tree(&[("b", Some("gone"))]), [(0, "b".to_owned())]);
    }
}
