//! `proximity alert …`: what wants the operator, what mends it, and where it is delivered. What must hold: no secret is
//! printed, and nothing is mended without its plan being shown or a yes given.

mod deliver;
mod rows;
mod rules;

use std::time::Duration;

use self::rows::AlertRow;
use super::{
    arguments::{AlertCommand, Global, Rehearsal},
    ask,
    begin::carry_out,
    face::{Consent, Face, other_answer},
    op,
    plan::{Paper, rehearse},
    print::table,
    wishes::Wish,
};
use crate::{
    domain::{
        care::{Alert, AlertId, Mend},
        fault::{Fault, FaultCode},
        ids::OperationId,
    },
    engine::{Answer, Change, Query, Request, now},
};

pub async fn run(command: &AlertCommand, global: &Global, face: Face<'_>) -> Result<(), Fault> {
    match command {
        AlertCommand::List => {
            list(&face.engine.fleet().borrow().care.alerts, face);
            Ok(())
        }
        AlertCommand::History { most } => {
            list(&past(*most, face).await?, face);
            Ok(())
        }
        AlertCommand::Show { id } => show(*id, face).await,
        AlertCommand::Mend { id, rehearsal } => mend(*id, rehearsal, face).await,
        AlertCommand::Ack { ids } => mark(ids, Change::Acknowledge, face).await,
        AlertCommand::Snooze { ids, time } => {
            let until = now() + Duration::from_secs(*time);
            mark(ids, |id| Change::Snooze(id, until), face).await
        }
        AlertCommand::Rules => rules::show(face),
        AlertCommand::Test => deliver::test(face).await,
        AlertCommand::Deliver(delivering) => deliver::set(delivering, global, face).await,
    }
}

fn list(alerts: &[Alert], face: Face<'_>) {
    let rows: Vec<_> = alerts.iter().map(AlertRow::of).collect();
    face.printer.result(&rows, || table(&AlertRow::HEAD, &rows.iter().map(AlertRow::cells).collect::<Vec<_>>()));
}

async fn past(most: u32, face: Face<'_>) -> Result<Vec<Alert>, Fault> {
    match face.engine.query(Query::PastAlerts { most }).await? {
        Answer::Alerts(alerts) => Ok(alerts),
        _ => Err(other_answer()),
    }
}

/// Open or over.
async fn found(id: i64, face: Face<'_>) -> Result<Alert, Fault> {
    let is_it = |alert: &&Alert| alert.id == AlertId(id);
    let open = face.engine.fleet().borrow().care.alerts.iter().find(is_it).cloned();
    if let Some(alert) = open {
        return Ok(alert);
    }
    past(u32::MAX, face).await?.iter().find(is_it).cloned().ok_or_else(|| {
        Fault::lasting(
            FaultCode::NotFound,
            format!("there is no alert {id}"),
            "there never was one of this number, or it was over long ago",
            "look at `proximity alert list`",
        )
    })
}

async fn show(id: i64, face: Face<'_>) -> Result<(), Fault> {
    let row = AlertRow::of(&found(id, face).await?);
    face.printer.result(&row, || row.lines());
    Ok(())
}

async fn mend(id: i64, rehearsal: &Rehearsal, face: Face<'_>) -> Result<(), Fault> {
    let alert = found(id, face).await?;
    let Some(mend) = alert.mend.clone().filter(|_| alert.over.is_none()) else {
        let why = if alert.over.is_some() { "it is over" } else { "no plan mends that" };
        let what = format!("nothing was done for alert {id}");
        return Err(Fault::lasting(FaultCode::Refused, what, why, format!("look at `proximity alert show {id}`")));
    };
    if let Mend::TakeBack(operation) | Mend::Resume(operation) = mend {
        return set_right(operation, &mend, &alert, rehearsal, face).await;
    }
    // A plan is made of what the hosts say now.
    drop(face.engine.change(Change::Refresh).await);
    let question = format!("{}: {}?", alert.name, mend.title());
    let request = Request::Mend(mend);
    let kind = face.preview(&request).await?.plan.kind;
    let wish = [Wish { kind, name: alert.name.to_string(), request: request.clone() }];
    if let Some(paper) = Paper::wanted(rehearsal) {
        return rehearse(&wish, paper, face).await;
    }
    face.agree_to(&wish, &question).await?;
    carry_out(request, face).await
}

/// What is done to an operation has no plan of its own: it is asked for with a question.
async fn set_right(
    operation: OperationId,
    mend: &Mend,
    alert: &Alert,
    rehearsal: &Rehearsal,
    face: Face<'_>,
) -> Result<(), Fault> {
    if rehearsal.plan {
        return Err(left(operation, FaultCode::Usage, "that has no plan of its own", ""));
    }
    if face.consent == Consent::ToBeAsked {
        hear_yes(operation, &format!("{}: {}?", alert.name, mend.title()))?;
    }
    match mend {
        Mend::TakeBack(_) => op::cancel(operation, face).await,
        _ => op::resume(operation, face).await,
    }
}

fn hear_yes(operation: OperationId, question: &str) -> Result<(), Fault> {
    match ask::yes(question) {
        Some(true) => Ok(()),
        Some(false) => Err(left(operation, FaultCode::Refused, "you did not say yes", "")),
        None => Err(left(operation, FaultCode::Refused, "nobody was there to say yes", "say it with --yes; ")),
    }
}

fn left(operation: OperationId, code: FaultCode, why: &str, first: &str) -> Fault {
    let what = format!("operation {operation} was left as it is");
    Fault::lasting(code, what, why, format!("{first}`proximity op show {operation}` tells how far it came"))
}

/// All of them, also after one that is no more.
async fn mark(ids: &[i64], change: impl Fn(AlertId) -> Change, face: Face<'_>) -> Result<(), Fault> {
    let mut outcome = Ok(());
    for id in ids {
        outcome = outcome.and(face.engine.change(change(AlertId(*id))).await);
    }
    outcome?;
    let fleet = face.engine.fleet().borrow().clone();
    let marked = fleet.care.alerts.iter().filter(|alert| ids.contains(&alert.id.0));
    let rows: Vec<_> = marked.map(AlertRow::of).collect();
    face.printer.result(&rows, || rows.iter().map(AlertRow::line).collect());
    Ok(())
}
