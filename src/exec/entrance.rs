//! Where a road begins, and how a shell inside the guest is reached on it.

use super::{
    ask::{Ask, Load, Reply},
    error::ExecError,
    seat::{self, Arrival, Seat, Unseated},
};
use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        fleet::{GuestKind, Power},
        ids::{GuestKey, NodeName},
        moment::Moment,
        road::{Road, TerminalSize},
    },
    proxmox::{Client, ClientError, console::Terminal},
};

/// Nobody looks at it.
const SIZE: TerminalSize = TerminalSize { columns: 200, rows: 50 };

#[derive(Clone)]
pub enum Entrance {
    Console { client: Client, key: GuestKey, node: NodeName },
}

/// A shell inside, as long as it lasts.
pub enum Shell {
    Seat(Seat),
}

/// Why a road could not be gone down just now.
pub enum Obstacle {
    /// It may be gone in a moment.
    Passing(String),
    /// The guest is off, or just about to be on again.
    Off,
    Lasting(ExecError),
}

impl Entrance {
    pub fn road(&self) -> Road {
        match self {
            Self::Console { .. } => Road::Console,
        }
    }

    pub fn load(&self) -> Load {
        match self {
            Self::Console { .. } => seat::LOAD,
        }
    }

    pub async fn open(&mut self, guest: &str, arrival: Arrival) -> Result<Shell, Obstacle> {
        match self {
            Self::Console { client, key, node } => {
                let terminal = Terminal::Guest(node.clone(), key.vmid);
                let console = match client.open_console(&terminal, SIZE).await {
                    Ok(console) => console,
                    Err(error) => {
                        if error.says_guest_is_elsewhere() {
                            find_anew(client, key, node).await;
                        }
                        return Err(refused(error));
                    }
                };
                match Seat::take(console, arrival).await {
                    Ok(seat) => Ok(Shell::Seat(seat)),
                    Err(unseated) => Err(why_unseated(client, key, node, guest, unseated).await),
                }
            }
        }
    }
}

impl Shell {
    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Unseated> {
        match self {
            Self::Seat(seat) => seat.ask(ask).await,
        }
    }

    pub async fn leave(self) {
        match self {
            Self::Seat(seat) => seat.leave().await,
        }
    }
}

/// A guest that moved since its host was listed.
async fn find_anew(client: &Client, key: &GuestKey, node: &mut NodeName) {
    let seen = client.observe(Moment(0)).await;
    let guest = seen.ok().and_then(|seen| seen.guests.into_iter().find(|guest| guest.key == *key));
    if let Some(guest) = guest {
        *node = guest.node;
    }
}

fn refused(error: ClientError) -> Obstacle {
    let is_elsewhere = error.says_guest_is_elsewhere();
    let fault = Fault::from(error);
    // Where it is now was just looked up.
    if is_elsewhere || fault.kind == FaultKind::Passing || fault.code == FaultCode::Unreachable {
        return Obstacle::Passing(format!("{}: {}", fault.what, fault.why));
    }
    Obstacle::Lasting(ExecError::Road(fault))
}

/// A console that ends at once belongs to a guest that is off, or is just being stopped or started.
async fn why_unseated(client: &Client, key: &GuestKey, node: &NodeName, guest: &str, unseated: Unseated) -> Obstacle {
    let guest = guest.to_owned();
    match unseated {
        Unseated::Held => Obstacle::Lasting(ExecError::Held { guest }),
        Unseated::Lacks(programs) => Obstacle::Lasting(ExecError::Lacks { guest, programs }),
        Unseated::Silent | Unseated::Garbled => Obstacle::Passing("its console does not answer".into()),
        Unseated::Ended(ended) => match client.guest_now(node, GuestKind::Container, key.vmid).await {
            Ok(now) if now.power == Power::Stopped => Obstacle::Off,
            _ => Obstacle::Passing(ended.to_string()),
        },
    }
}
