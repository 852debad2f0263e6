//! Somebody at a guest's terminal: keys go in, what the terminal shows comes out. What must hold: nothing that is shown is
//! changed, and leaving ends nothing inside.

use std::sync::Arc;

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::{Engine, presence::Presence};
use crate::{
    domain::{
        fault::Fault,
        fleet::{GuestKind, Power},
        ids::GuestKey,
        road::TerminalSize,
    },
    exec::{ExecError, JobId},
    proxmox::console::{Console, Ended, Terminal},
    store::SeatRole,
};

/// So many pieces wait for a face that is slow; more are held back at their source.
const WAITING: usize = 64;

/// An open terminal. Dropped, it is left; what runs there goes on.
#[derive(Debug)]
pub struct Visit {
    pub shown: Receiver<Shown>,
    pub typed: Sender<Typed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Bytes(Vec<u8>),
    /// A script would go on if nobody sat here, or it does no more.
    ScriptWaits(bool),
    /// The last one, and why.
    Ended(Arc<str>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    Keys(Vec<u8>),
    Size(TerminalSize),
}

impl Engine {
    /// Sits down at a guest's console, whatever it shows: a shell, a log-in prompt, what its first process writes.
    pub async fn visit(&self, key: &GuestKey, size: TerminalSize) -> Result<Visit, Fault> {
        let guest = self.0.world.guest(key)?;
        if guest.power == Power::Stopped {
            return Err(ExecError::Stopped { guest: key.to_string() }.into());
        }
        if guest.kind == GuestKind::Machine {
            return Err(super::ways::not_a_container(key));
        }
        let client = self.0.world.client(&key.host)?;
        // Before the terminal opens, so that a script gives it back first.
        let presence = Presence::begin(&self.0.world, key, self.seat_name(), SeatRole::Person).await;
        let console = client.open_console(&Terminal::Guest(guest.node.clone(), key.vmid), size).await?;
        let ((show, shown), (typed, hear)) = (mpsc::channel(WAITING), mpsc::channel(WAITING));
        self.0.tasks.spawn(sit(console, show, hear, presence));
        Ok(Visit { shown, typed })
    }
}

impl Engine {
    /// A name that nobody else at any console has.
    pub(super) fn seat_name(&self) -> String {
        format!("{}-{}", self.0.holder, JobId::fresh().as_str())
    }
}

async fn sit(mut console: Console, show: Sender<Shown>, mut typed: Receiver<Typed>, presence: Presence) {
    let (mut others, mut is_waiting) = (presence.company.clone(), false);
    loop {
        let outcome = tokio::select! {
            heard = console.heard() => match heard {
                Ok(bytes) => {
                    if show.send(Shown::Bytes(bytes.to_vec())).await.is_err() {
                        break;
                    }
                    Ok(())
                }
                Err(ended) => Err(ended),
            },
            key = typed.recv() => match key {
                Some(Typed::Keys(bytes)) => console.type_in(&bytes).await,
                Some(Typed::Size(size)) => console.resize(size).await,
                // The face has gone.
                None => break,
            },
            () = show.closed() => break,
            Ok(()) = others.changed() => {
                let waits = others.borrow_and_update().is_script_waiting;
                if waits != is_waiting {
                    is_waiting = waits;
                    // Whoever has gone is noticed at the next turn.
                    let _ = show.send(Shown::ScriptWaits(waits)).await;
                }
                Ok(())
            }
        };
        if let Err(ended) = outcome {
            // Whoever has gone by now needs no reason.
            let _ = show.send(Shown::Ended(words(&ended).into())).await;
            return;
        }
    }
    console.leave().await;
}

fn words(ended: &Ended) -> String {
    match ended {
        Ended::Program => "the shell at the console has ended; the next one who opens it gets a new one".into(),
        Ended::Detached => "the console was left; what runs there goes on".into(),
        Ended::Closed => "Proxmox closed the console; the guest may have been stopped or restarted".into(),
        Ended::Broken(why) => format!("the connection broke ({why}); what runs there goes on"),
    }
}
