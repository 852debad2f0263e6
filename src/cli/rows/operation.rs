//! An operation for scripts: a row of a list, or a sheet with its steps. What must hold: how far each step came is read
//! from the journal and from nothing else.

use serde::Serialize;

use super::rfc3339;
use crate::domain::{
    fault::Fault,
    operation::Operation,
    plan::{Step, journal::Entry},
};

#[derive(Serialize)]
pub struct OperationRow {
    pub operation: i64,
    pub kind: &'static str,
    pub name: String,
    pub app: Option<String>,
    pub guest: Option<String>,
    pub host: Option<String>,
    pub step: usize,
    pub steps: usize,
    pub task: Option<String>,
    pub began: String,
    pub ended: Option<String>,
    /// `done`, `failed`, `undone`, `kept`, `partly` or `stuck`; nothing while it runs.
    pub outcome: Option<&'static str>,
    /// Only the operator can say how it goes on.
    pub asks: bool,
    pub fault: Option<Fault>,
}

impl OperationRow {
    pub fn of(operation: &Operation) -> Self {
        let (step, steps) = operation.progress();
        let subject = &operation.plan.subject;
        Self {
            operation: operation.id.0,
            kind: operation.plan.kind.slug(),
            name: operation.plan.name.clone(),
            app: subject.app().map(|app| app.to_string()),
            guest: subject.guest().map(|guest| guest.to_string()),
            host: subject.host().map(|host| host.to_string()),
            step,
            steps,
            task: operation.task.as_ref().map(|task| task.to_string()),
            began: rfc3339(operation.began),
            ended: operation.ended.as_ref().map(|ended| rfc3339(ended.at)),
            outcome: operation.outcome().map(|outcome| outcome.slug()),
            asks: operation.asks(),
            fault: operation.fault().cloned(),
        }
    }
}

#[derive(Serialize)]
pub struct OperationSheet {
    #[serde(flatten)]
    pub row: OperationRow,
    pub plan: Vec<StepRow>,
    pub note: Option<String>,
    /// The newest lines of what it runs.
    pub log: Vec<String>,
}

#[derive(Serialize)]
pub struct StepRow {
    /// As a person counts them.
    pub step: usize,
    pub title: String,
    pub state: StepState,
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    Ahead,
    /// It began, and may have acted.
    Begun,
    Done,
    Failed,
    /// It is tried again later.
    Waits,
    Undone,
    UndoFailed,
}

impl OperationSheet {
    pub fn of(operation: &Operation) -> Self {
        Self {
            row: OperationRow::of(operation),
            plan: steps(operation),
            note: operation.note.as_deref().map(Into::into),
            log: operation.log.iter().map(|line| line.to_string()).collect(),
        }
    }
}

fn steps(operation: &Operation) -> Vec<StepRow> {
    let visible = operation.plan.visible().enumerate();
    visible
        .map(|(n, (at, step))| {
            let (state, fault) = state_of(operation, at);
            StepRow { step: n + 1, title: step.title(), state, fault }
        })
        .collect()
}

/// A step and the wait for its task are one for a person.
fn state_of(operation: &Operation, at: usize) -> (StepState, Option<Fault>) {
    let waits = operation
        .plan
        .steps
        .iter()
        .position(|step| matches!(step, Step::AwaitTask { begun_by, .. } if *begun_by == at));
    let is_it = |step: &usize| *step == at || Some(*step) == waits;
    let (mut state, mut fault) = (StepState::Ahead, None);
    for entry in &operation.journal {
        match entry {
            Entry::Began(step) if is_it(step) => state = StepState::Begun,
            Entry::Did(step, _) if Some(*step) == waits || (*step == at && waits.is_none()) => state = StepState::Done,
            Entry::Failed(step, why) if is_it(step) => (state, fault) = (StepState::Failed, Some(why.clone())),
            Entry::Waits(step, why, _) if is_it(step) => (state, fault) = (StepState::Waits, Some(why.clone())),
            Entry::Undid(step) if *step == at => state = StepState::Undone,
            // What was done after it stood on it.
            Entry::Undid(step) if *step < at && matches!(state, StepState::Begun | StepState::Done) => {
                state = StepState::Ahead;
            }
            Entry::UndoFailed(step, why) if *step == at => (state, fault) = (StepState::UndoFailed, Some(why.clone())),
            Entry::Retried if state == StepState::Failed => (state, fault) = (StepState::Ahead, None),
            Entry::Retried if state == StepState::UndoFailed => (state, fault) = (StepState::Begun, None),
            _ => {}
        }
    }
    (state, fault.filter(|_| state != StepState::Done))
}

impl StepState {
    /// The mark before its title.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Ahead => " ",
            Self::Begun => ">",
            Self::Done => "+",
            Self::Failed | Self::UndoFailed => "!",
            Self::Waits => "~",
            Self::Undone => "-",
        }
    }
}
