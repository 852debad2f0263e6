//! `proximity op …`: what was begun, how far it is, how it ended. Lists come from the journal: no host is
//! asked.

use super::{
    arguments::{OpCommand, Verdict},
    begin::see_through,
    face::{Face, other_answer},
    follow::{Where, operation, to_the_end},
    named::app_known,
    print::table,
    rows::{OperationRow, OperationSheet},
};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        ids::OperationId,
        operation::Operation,
        plan::journal::{Choice, Outcome},
    },
    engine::{Answer, Change, Query, Request},
};

pub async fn run(command: &OpCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        OpCommand::List { all, most } => list(if *all { u32::MAX } else { *most }, face).await,
        OpCommand::Log { app, most } => log_of(&app_known(app, face).await?, *most, face).await,
        OpCommand::Show { id } => show(&operation(OperationId(*id), face).await?, face),
        OpCommand::Cancel { id } => cancel(OperationId(*id), face).await,
        OpCommand::Retry { id } => {
            refresh(face).await;
            let id = face.engine.ask(Request::Retry(OperationId(*id))).await?;
            see_through(id, Where::Here, face).await
        }
        OpCommand::Resume { id } => resume(OperationId(*id), face).await,
        OpCommand::Answer { id, choice } => {
            refresh(face).await;
            let request = Request::Answer { operation: OperationId(*id), choice: choice_of(*choice) };
            let id = face.engine.ask(request).await?;
            see_answered(id, *choice, face).await
        }
    }
}

fn choice_of(verdict: Verdict) -> Choice {
    match verdict {
        Verdict::Keep => Choice::Keep,
        Verdict::Undo => Choice::Undo,
    }
}

/// What was asked for is no failure, though the operation did not do what it was begun for.
async fn see_answered(id: OperationId, verdict: Verdict, face: Face<'_>) -> Result<(), Fault> {
    let ended = to_the_end(id, Where::Here, face).await?.operation;
    let as_said = matches!(
        (verdict, ended.outcome()),
        (Verdict::Undo, Some(Outcome::Undone | Outcome::Failed)) | (Verdict::Keep, Some(Outcome::Kept))
    );
    if !as_said {
        return see_through(id, Where::Here, face).await;
    }
    let words = if verdict == Verdict::Undo { "was taken back" } else { "was kept" };
    face.printer.result(&OperationRow::of(&ended), || vec![format!("what was made for {} {words}", ended.plan.name)]);
    Ok(())
}

/// The hosts must answer before an operation goes on; which of them do not is told by the operation.
async fn refresh(face: Face<'_>) {
    drop(face.engine.change(Change::Refresh).await);
}

pub(super) async fn cancel(id: OperationId, face: Face<'_>) -> Result<(), Fault> {
    refresh(face).await;
    face.engine.ask(Request::Cancel(id)).await?;
    let ended = to_the_end(id, Where::Elsewhere, face).await?.operation;
    face.printer.result(&OperationRow::of(&ended), || {
        vec![format!("operation {id} ended: {}", ended.outcome().map_or("--", Outcome::slug))]
    });
    Ok(())
}

/// One that nobody runs any more is taken up; one that another Proximity runs is watched.
pub(super) async fn resume(id: OperationId, face: Face<'_>) -> Result<(), Fault> {
    refresh(face).await;
    let begun = operation(id, face).await?;
    match begun.outcome() {
        None | Some(Outcome::Done) => {}
        Some(outcome) => return Err(ended_already(id, outcome)),
    }
    see_through(id, Where::Elsewhere, face).await
}

fn ended_already(id: OperationId, outcome: Outcome) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("operation {id} was not gone on with"),
        format!("it has ended already: {}", outcome.slug()),
        format!("try it again with `proximity op retry {id}`"),
    )
}

async fn operations(most: u32, face: Face<'_>) -> Result<Vec<Operation>, Fault> {
    match face.engine.query(Query::Operations { most }).await? {
        Answer::Operations(operations) => Ok(operations),
        _ => Err(other_answer()),
    }
}

async fn list(most: u32, face: Face<'_>) -> Result<(), Fault> {
    print_list(&operations(most, face).await?, face);
    Ok(())
}

/// All that was done to an app, also before it had its name or its guest.
async fn log_of(app: &App, most: u32, face: Face<'_>) -> Result<(), Fault> {
    let mut all = operations(u32::MAX, face).await?;
    all.retain(|operation| {
        let subject = &operation.plan.subject;
        subject.app() == Some(&app.id) || (subject.app().is_none() && subject.guest() == Some(&app.guest))
    });
    all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    print_list(&all, face);
    Ok(())
}

fn print_list(operations: &[Operation], face: Face<'_>) {
    let rows: Vec<_> = operations.iter().map(OperationRow::of).collect();
    face.printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(cells).collect();
        table(&["ID", "WHAT", "NAME", "BEGAN", "STEP", "RESULT", "WHY"], &cells)
    });
}

fn cells(row: &OperationRow) -> Vec<String> {
    let result = row.outcome.unwrap_or(if row.asks { "asks" } else { "running" });
    vec![
        row.operation.to_string(),
        row.kind.into(),
        row.name.clone(),
        row.began.clone(),
        format!("{}/{}", row.step, row.steps),
        result.into(),
        row.fault.as_ref().map_or_else(String::new, |fault| fault.what.clone()),
    ]
}

fn show(operation: &Operation, face: Face<'_>) -> Result<(), Fault> {
    let sheet = OperationSheet::of(operation);
    face.printer.result(&sheet, || lines(&sheet));
    Ok(())
}

fn lines(sheet: &OperationSheet) -> Vec<String> {
    let row = &sheet.row;
    let result = row.outcome.unwrap_or(if row.asks { "asks" } else { "running" });
    let mut lines = vec![format!("{} {} {}: {result}", row.operation, row.kind, row.name)];
    lines.push(format!("began {}, ended {}", row.began, row.ended.as_deref().unwrap_or("--")));
    for step in &sheet.plan {
        lines.push(format!("{} {:>3}  {}", step.state.mark(), step.step, step.title));
        lines.extend(step.fault.iter().map(|fault| format!("       {fault}")));
    }
    lines.extend(sheet.note.iter().map(|note| format!("note  {note}")));
    lines.extend(sheet.log.iter().map(|line| format!("      | {line}")));
    if row.asks {
        lines.push(format!("it asks: `proximity op answer {} undo` or `keep`", row.operation));
    }
    lines
}
