//! `proximity app files`: what an app is written down in. What must hold: no secret is printed.

use serde::Serialize;

use super::{
    face::{Face, other_answer},
    named::app_known,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        papers::Paper,
    },
    engine::{Answer, Query},
};

#[derive(Serialize)]
struct Row {
    name: String,
    /// `shelf`, `books`, `proxmox` or `inside`
    lies: &'static str,
    text: Option<String>,
    fault: Option<Fault>,
}

impl Row {
    fn of(paper: Paper) -> Self {
        let (text, fault) = match paper.text {
            Ok(text) => (Some(text), None),
            Err(fault) => (None, Some(fault)),
        };
        Self { name: paper.name, lies: paper.lies.slug(), text, fault }
    }
}

pub async fn papers(app: &str, only: Option<&str>, face: Face<'_>) -> Result<(), Fault> {
    let app = app_known(app, face).await?;
    let mut papers = match face.engine.query(Query::Papers(app.id.clone())).await? {
        Answer::Papers(papers) => papers,
        _ => return Err(other_answer()),
    };
    if let Some(only) = only {
        papers.retain(|paper| paper.name.ends_with(only));
        if papers.is_empty() {
            return Err(nothing_called(&app.name, only));
        }
    }
    let rows: Vec<Row> = papers.into_iter().map(Row::of).collect();
    face.printer.result(&rows, || rows.iter().flat_map(lines).collect());
    Ok(())
}

fn lines(row: &Row) -> Vec<String> {
    let mut lines = vec![format!("== {} ({})", row.name, row.lies)];
    lines.extend(row.text.iter().flat_map(|text| text.lines().map(str::to_owned)));
    lines.extend(row.fault.iter().map(|fault| format!("✖ {fault}")));
    lines.push(String::new());
    lines
}

fn nothing_called(app: &str, only: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{app} has nothing called {only}"),
        "none of its files is called so or ends so",
        format!("`proximity app files {app}` names them all"),
    )
}
