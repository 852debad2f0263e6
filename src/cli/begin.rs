//! Has a wish carried out, follows it, and tells how it ended. What must hold: the exit code tells the outcome, and what
//! failed says what is to be done now.

use super::{
    face::Face,
    follow::{self, End, Where, Wish},
    made,
    rows::OperationRow,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        ids::OperationId,
        operation::Operation,
        plan::{
            PlanKind,
            journal::{Entry, Outcome},
        },
    },
    engine::Request,
};

/// Without a question.
pub async fn carry_out(request: Request, face: Face<'_>) -> Result<(), Fault> {
    let id = face.engine.ask(request).await?;
    see_through(id, Where::Here, face).await
}

/// Follows an operation to its end and tells its result.
pub async fn see_through(id: OperationId, place: Where, face: Face<'_>) -> Result<(), Fault> {
    tell(&finish(id, place, face).await?, face).await;
    Ok(())
}

/// The result of what ended well.
pub async fn tell(ended: &Operation, face: Face<'_>) {
    match made::by(ended, face).await {
        Some(made) => face.printer.result(&made, || made.lines(&sentence(ended))),
        None => face.printer.result(&OperationRow::of(ended), || vec![sentence(ended)]),
    }
}

/// To a good end, or why it has none; then a script reads the row of the operation before the fault.
pub async fn finish(id: OperationId, place: Where, face: Face<'_>) -> Result<Operation, Fault> {
    let End { operation: ended, wish } = follow::to_the_end(id, place, face).await?;
    match bad_end(&ended, wish) {
        None => Ok(ended),
        Some(fault) => {
            face.printer.detail(&OperationRow::of(&ended));
            Err(fault)
        }
    }
}

pub fn sentence(ended: &Operation) -> String {
    let seconds = ended.ended.as_ref().map_or(0.0, |end| end.at.since(ended.began).as_secs_f32());
    format!("{} {} in {seconds:.1} s", ended.plan.name, ended.plan.kind.done())
}

/// What a bad end means to whoever asked for it.
fn bad_end(ended: &Operation, wish: Wish) -> Option<Fault> {
    let (outcome, id) = (ended.outcome()?, ended.id);
    if outcome.is_good() {
        return None;
    }
    let what = format!("{} {}", ended.plan.name, ended.plan.kind.undone());
    let fault = match ended.fault() {
        Some(fault) if wish != Wish::Back && !was_cancelled(&ended.journal) => fault.clone().during(what),
        _ => cancelled(what),
    };
    Some(match outcome {
        Outcome::Done | Outcome::Failed => fault,
        Outcome::Undone => {
            Fault { code: FaultCode::Undone, why: format!("{}; what was done was taken back", fault.why), ..fault }
        }
        Outcome::Kept => Fault {
            code: FaultCode::Failed,
            kind: FaultKind::NeedsPerson,
            why: format!("{}; what was made was kept", clause(&fault.why)),
            remedy: format!("{}; then go on with `proximity op retry {id}`", fault.remedy),
            ..fault
        },
        Outcome::Partly => {
            let (done, all) = ended.parts();
            let why = format!("{done} of {all} were {} and stay so; then {}", ended.plan.kind.parted(), fault.why);
            let back = way_back(ended.plan.kind).map(|way| format!(", `proximity app undo --operation {id}` {way}"));
            let remedy = format!("{}; `proximity op retry {id}` goes on{}", fault.remedy, back.unwrap_or_default());
            Fault { code: FaultCode::Undone, why, remedy, ..fault }
        }
        Outcome::Stuck { .. } => Fault {
            code: FaultCode::Stuck,
            kind: FaultKind::NeedsPerson,
            remedy: format!(
                "{}; `proximity op show {id}` tells how far it came, `proximity op retry {id}` tries again",
                fault.remedy
            ),
            ..fault
        },
    })
}

/// What undoing does for those of several to which it was done.
fn way_back(kind: PlanKind) -> Option<&'static str> {
    match kind {
        PlanKind::Tidy => None,
        PlanKind::Reclaim => Some("gives them back what they had"),
        kind if kind.is_relocation() => Some("moves them back"),
        _ => Some("takes that back"),
    }
}

fn clause(text: &str) -> &str {
    text.trim_end_matches('.')
}

/// Before anything failed: what was broken off fails then, and that is no news.
fn was_cancelled(journal: &[Entry]) -> bool {
    let since = journal.iter().rposition(|entry| matches!(entry, Entry::Retried)).unwrap_or(0);
    let first = journal[since..].iter().find(|entry| matches!(entry, Entry::Failed(..) | Entry::CancelAsked));
    matches!(first, Some(Entry::CancelAsked))
}

fn cancelled(what: String) -> Fault {
    Fault::lasting(FaultCode::Failed, what, "it was cancelled", "begin it again when you like")
}
