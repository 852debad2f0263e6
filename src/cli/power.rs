//! Start, stop and restart, followed to the end of the Proxmox task.

use serde::Serialize;

use super::{print::Printer, rows::OperationRow};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{GuestKey, OperationId},
        operation::Operation,
        plan::{journal::Outcome, power::PowerWish},
    },
    engine::{Engine, Request},
};

pub fn stop_wish(now: bool) -> PowerWish {
    if now { PowerWish::StopNow } else { PowerWish::Stop }
}

pub async fn switch(guest: GuestKey, wish: PowerWish, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let id = engine.ask(Request::Power { guest, wish }).await?;
    let ended = follow(id, engine, printer).await?;
    let fault = ended.fault().cloned();
    match (ended.outcome(), fault) {
        (Some(Outcome::Done), _) => {
            printer.result(&OperationRow::of(&ended), || vec![sentence(&ended)]);
            Ok(())
        }
        (outcome, Some(fault)) => Err(Fault { code: code_of(outcome, fault.code), ..fault }.during(format!(
            "{} was not {}",
            ended.plan.name,
            ended.plan.kind.done()
        ))),
        (outcome, None) => Err(Fault::lasting(
            code_of(outcome, FaultCode::Failed),
            format!("{} was not {}", ended.plan.name, ended.plan.kind.done()),
            "it was cancelled",
            "begin it again when you like",
        )),
    }
}

fn code_of(outcome: Option<Outcome>, code: FaultCode) -> FaultCode {
    match outcome {
        Some(Outcome::Undone) => FaultCode::Undone,
        Some(Outcome::Stuck { .. }) => FaultCode::Stuck,
        _ => code,
    }
}

fn sentence(ended: &Operation) -> String {
    let seconds = ended.ended.as_ref().map_or(0.0, |end| end.at.since(ended.began).as_secs_f32());
    format!("{} {} in {seconds:.1} s", ended.plan.name, ended.plan.kind.done())
}

#[derive(Serialize, PartialEq, Clone)]
struct Step {
    operation: i64,
    step: usize,
    steps: usize,
    title: String,
    task: Option<String>,
}

/// Tells each step and each new task once, until the end.
async fn follow(id: OperationId, engine: &Engine, printer: &Printer) -> Result<Operation, Fault> {
    let mut fleet = engine.fleet();
    let mut told = None;
    loop {
        let seen = fleet.borrow_and_update().operation(id).cloned();
        if let Some(operation) = seen {
            if operation.ended.is_some() {
                return Ok(operation);
            }
            let step = step_of(&operation);
            if told.as_ref() != Some(&step) {
                let line = format!("{}/{} {} {}", step.step, step.steps, operation.plan.name, step.title);
                printer.progress(&step, &line);
                told = Some(step);
            }
        }
        if let Some(fault) = engine.left(id) {
            return Err(fault.during(format!("operation {id} was left unfinished")));
        }
        if fleet.changed().await.is_err() {
            return Err(Fault::passing(
                FaultCode::Failed,
                format!("operation {id} was left"),
                "Proximity is ending; the operation's journal is kept",
                "start Proximity again: it goes on where it was",
            ));
        }
    }
}

fn step_of(operation: &Operation) -> Step {
    let (step, steps) = operation.progress();
    let title = operation.plan.steps.get(step.saturating_sub(1)).map(|step| step.title()).unwrap_or_default();
    Step { operation: operation.id.0, step, steps, title, task: operation.task.as_ref().map(|task| task.to_string()) }
}
