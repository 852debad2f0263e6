//! `app secrets`. What must hold: without `--reveal` not one letter of a secret is printed, and the vault is not asked.

use serde::Serialize;

use super::{
    face::{Face, other_answer},
    named::app_known,
    print::table,
};
use crate::{
    domain::fault::Fault,
    engine::{Answer, Query},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Masked,
    InClear,
}

#[derive(Serialize)]
struct SecretRow {
    name: String,
    /// In clear, where that was asked for and the vault has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

pub async fn run(named: &str, shown: Shown, face: Face<'_>) -> Result<(), Fault> {
    let app = app_known(named, face).await?;
    let names = app.book.as_ref().map(|book| book.secrets.clone()).unwrap_or_default();
    let known = match shown {
        Shown::Masked => Vec::new(),
        Shown::InClear => match face.engine.query(Query::Secrets(app.id.clone())).await? {
            Answer::Secrets(known) => known,
            _ => return Err(other_answer()),
        },
    };
    let value = |name: &String| known.iter().find(|(known, _)| known == name).map(|(_, it)| it.reveal().to_owned());
    let rows: Vec<_> = names.iter().map(|name| SecretRow { name: name.clone(), value: value(name) }).collect();
    let hidden = if shown == Shown::InClear { "--" } else { "••••••" };
    face.printer.result(&rows, || {
        let cells = |row: &SecretRow| vec![row.name.clone(), row.value.clone().unwrap_or_else(|| hidden.into())];
        table(&["NAME", "SECRET"], &rows.iter().map(cells).collect::<Vec<_>>())
    });
    Ok(())
}
