//! Several wishes, one after another. What must hold: each is seen to its end, and one that fails does not keep the others
//! from theirs; only the operator does, with Ctrl-C.

use futures_util::FutureExt;
use serde::Serialize;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{begin::finish, face::Face, follow::Where, wishes::Wish};
use crate::domain::{
    fault::{Fault, FaultCode},
    operation::Operation,
};

/// What came of them.
#[derive(Default)]
pub struct Ends {
    pub good: Vec<Operation>,
    /// Why the first that failed did.
    pub fault: Option<Fault>,
}

impl Ends {
    pub fn fail(&mut self, fault: Fault, face: Face<'_>) {
        face.printer.aside(&fault.to_string());
        self.fault.get_or_insert(fault);
    }

    /// The result is a list; where one failed, what is known of the others is told before the fault.
    pub fn tell<T: Serialize>(self, rows: &[T], lines: Vec<String>, face: Face<'_>) -> Result<(), Fault> {
        match self.fault {
            Some(fault) => {
                rows.iter().zip(&lines).for_each(|(row, line)| face.printer.progress(row, line));
                Err(fault)
            }
            None => {
                face.printer.result(&rows, || lines);
                Ok(())
            }
        }
    }
}

pub async fn to_their_ends(wishes: Vec<Wish>, face: Face<'_>) -> Result<Ends, Fault> {
    let (mut ends, mut stop) = (Ends::default(), Stop::listen()?);
    for wish in wishes {
        let ended = match face.engine.ask(wish.request).await {
            Ok(id) => finish(id, Where::Here, face).await,
            Err(fault) => Err(fault),
        };
        match ended {
            Ok(operation) => ends.good.push(operation),
            Err(fault) => ends.fail(fault, face),
        }
        if stop.was_asked_for() {
            break;
        }
    }
    Ok(ends)
}

/// Hears Ctrl-C beside whoever heeds it for the operation that runs.
pub struct Stop(Signal);

impl Stop {
    pub fn listen() -> Result<Self, Fault> {
        signal(SignalKind::interrupt()).map(Self).map_err(|error| {
            let remedy = "begin them one by one";
            Fault::lasting(FaultCode::Failed, "Ctrl-C cannot be listened for", error.to_string(), remedy)
        })
    }

    pub fn was_asked_for(&mut self) -> bool {
        self.0.recv().now_or_never().flatten().is_some()
    }
}
