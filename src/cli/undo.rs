//! `proximity app undo`: takes back what an operation did. What must hold: what it would do, and until when it can, is
//! said before it is done.

use super::{
    begin::carry_out,
    face::{Face, other_answer},
    follow::operation,
    named::app_now,
    rows::rfc3339,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::OperationId,
    },
    engine::{Answer, Query, Request, Undoing},
};

pub async fn run(app: Option<&str>, id: Option<i64>, face: Face<'_>) -> Result<(), Fault> {
    let query = match (app, id) {
        (_, Some(id)) => Query::WayOut(OperationId(id)),
        (Some(app), None) => Query::LastUndoable(Some(app_now(app, face).await?.id)),
        (None, None) => {
            super::named::fleet_known(face).await;
            Query::LastUndoable(None)
        }
    };
    let undoing = match face.engine.query(query).await? {
        Answer::WayOut(Some(undoing)) => *undoing,
        Answer::WayOut(None) => return Err(nothing(app)),
        _ => return Err(other_answer()),
    };
    let undone = operation(undoing.operation, face).await?;
    face.printer.aside(&words(&undoing));
    face.say_yes(
        &format!("undo operation {} ({})?", undoing.operation, undone.plan.kind.slug()),
        undone.plan.kind,
        &undone.plan.name,
    )
    .map_err(|fault| Fault { what: format!("operation {} was not undone", undoing.operation), ..fault })?;
    carry_out(Request::Undo(undoing.operation), face).await
}

fn words(undoing: &Undoing) -> String {
    let until =
        undoing.way.until.map_or_else(String::new, |until| format!("; that can be done until {}", rfc3339(until)));
    format!("undoing operation {} would {}{until}", undoing.operation, undoing.way.words)
}

fn nothing(app: Option<&str>) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        "nothing was undone",
        match app {
            Some(app) => format!("nothing that was done to {app} can be taken back"),
            None => "nothing that was done can be taken back".to_owned(),
        },
        "look at what was done with `proximity op list`",
    )
}
