//! Follows an operation to its end. What must hold: Ctrl-C never leaves a half-made app behind by itself; the first one
//! has it taken back, and only the second one leaves it to the next start. What runs elsewhere is only watched, and what
//! nobody runs any more goes on here.

use std::{io::IsTerminal, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    ask,
    face::{Face, other_answer},
    tell::Teller,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::OperationId,
        operation::Operation,
        plan::journal::Choice,
    },
    engine::{Answer, Query, Request},
};

/// Where an operation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    Here,
    /// In another process: its journal is read again and again. When that one dies, it goes on here.
    Elsewhere,
}

const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How an operation ended, and whether that was the operator's wish.
pub struct End {
    pub operation: Operation,
    pub wish: Wish,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    ToTheEnd,
    /// It was broken off here.
    Back,
}

pub async fn to_the_end(id: OperationId, place: Where, face: Face<'_>) -> Result<End, Fault> {
    let mut watch = Watch { id, place, face, breaks: Breaks::listen()?, teller: Teller::default(), answered: 0 };
    let mut fleet = face.engine.fleet();
    loop {
        fleet.mark_unchanged();
        if let Some(operation) = watch.look().await? {
            watch.teller.tell(&operation, face.printer);
            if !operation.is_running() {
                let wish = if watch.breaks.count > 0 { Wish::Back } else { Wish::ToTheEnd };
                return Ok(End { operation, wish });
            }
            watch.answer(&operation).await?;
            watch.take_over(&operation).await?;
        }
        if let Some(fault) = face.engine.left(id) {
            return Err(fault.during(format!("operation {id} was left unfinished")));
        }
        tokio::select! {
            changed = fleet.changed(), if watch.place == Where::Here => changed.map_err(|_| ending(id))?,
            () = tokio::time::sleep(LOOK_AGAIN), if watch.place == Where::Elsewhere => {}
            Some(()) = watch.breaks.signal.recv() => watch.heed_break().await?,
        }
    }
}

struct Watch<'a> {
    id: OperationId,
    place: Where,
    face: Face<'a>,
    breaks: Breaks,
    teller: Teller,
    /// How long the journal was when the operator was asked last.
    answered: usize,
}

impl Watch<'_> {
    async fn look(&self) -> Result<Option<Operation>, Fault> {
        match self.place {
            Where::Here => Ok(self.face.engine.fleet().borrow().operation(self.id).cloned()),
            Where::Elsewhere => operation(self.id, self.face).await.map(Some),
        }
    }

    /// Its process may have died at any time since the last look.
    async fn take_over(&mut self, operation: &Operation) -> Result<(), Fault> {
        if self.place == Where::Here || operation.asks() {
            return Ok(());
        }
        match self.face.engine.ask(Request::Resume(self.id)).await {
            Ok(_) => self.place = Where::Here,
            // Somebody has it, or has ended it this very moment.
            Err(fault) if matches!(fault.code, FaultCode::Busy | FaultCode::NotFound) => {}
            Err(fault) => return Err(fault.during(format!("operation {} was left unfinished", self.id))),
        }
        Ok(())
    }

    /// What only the operator can say is asked once each time it comes up.
    async fn answer(&mut self, operation: &Operation) -> Result<(), Fault> {
        if !operation.asks() || operation.journal.len() <= self.answered {
            return Ok(());
        }
        self.answered = operation.journal.len();
        let choice = self.choose(operation)?;
        self.face.engine.ask(Request::Answer { operation: self.id, choice }).await.map(drop)
    }

    fn choose(&self, operation: &Operation) -> Result<Choice, Fault> {
        if !std::io::stdin().is_terminal() {
            return Err(wants_answer(operation));
        }
        if let Some(fault) = operation.fault() {
            self.face.printer.aside(&fault.to_string());
        }
        let question = format!("{} {}. take back what was made?", operation.plan.name, operation.plan.kind.undone());
        match ask::yes(&question) {
            Some(true) => Ok(Choice::Undo),
            Some(false) => Ok(Choice::Keep),
            None => Err(wants_answer(operation)),
        }
    }

    async fn heed_break(&mut self) -> Result<(), Fault> {
        self.breaks.count += 1;
        match (self.place, self.breaks.count) {
            (Where::Elsewhere, _) => return Err(not_watched(self.id)),
            (Where::Here, 1) => {}
            (Where::Here, _) => return Err(left_behind(self.id)),
        }
        self.face.printer.aside("taking back what was done; Ctrl-C once more leaves it as it is until the next start");
        if let Err(fault) = self.face.engine.ask(Request::Cancel(self.id)).await {
            self.face.printer.aside(&fault.to_string());
        }
        Ok(())
    }
}

/// An operation as the journal has it.
pub async fn operation(id: OperationId, face: Face<'_>) -> Result<Operation, Fault> {
    match face.engine.query(Query::Operation(id)).await? {
        Answer::Operation(operation) => Ok(*operation),
        _ => Err(other_answer()),
    }
}

struct Breaks {
    signal: Signal,
    count: u32,
}

impl Breaks {
    fn listen() -> Result<Self, Fault> {
        let signal = signal(SignalKind::interrupt()).map_err(|error| {
            Fault::lasting(
                FaultCode::Failed,
                "Ctrl-C cannot be listened for",
                error.to_string(),
                "look at the operation with `proximity op list`; it goes on at the next start",
            )
        })?;
        Ok(Self { signal, count: 0 })
    }
}

fn ending(id: OperationId) -> Fault {
    Fault::passing(
        FaultCode::Failed,
        format!("operation {id} was left"),
        "Proximity is ending; the operation's journal is kept",
        format!("go on with it by `proximity op resume {id}`"),
    )
}

fn left_behind(id: OperationId) -> Fault {
    Fault::passing(
        FaultCode::Failed,
        format!("operation {id} was left unfinished"),
        "you broke it off twice; its journal is kept",
        format!("go on with it by `proximity op resume {id}`, or open the deck: it goes on by itself"),
    )
}

fn not_watched(id: OperationId) -> Fault {
    Fault::passing(
        FaultCode::Failed,
        format!("operation {id} is not watched any more"),
        "you broke that off; the operation goes on where it runs",
        format!("look at it with `proximity op show {id}`, or end it with `proximity op cancel {id}`"),
    )
}

fn wants_answer(operation: &Operation) -> Fault {
    let id = operation.id;
    let why = operation.fault().map_or_else(|| "it was broken off".to_owned(), ToString::to_string);
    Fault::new(
        FaultCode::Stuck,
        crate::domain::fault::FaultKind::NeedsPerson,
        format!(
            "{} {}, and nobody was there to say what becomes of what was made",
            operation.plan.name,
            operation.plan.kind.undone()
        ),
        why,
        format!("say it with `proximity op answer {id} undo` or `proximity op answer {id} keep`"),
    )
}
