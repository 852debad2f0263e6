//! Where a road begins, and how a shell inside the guest is reached on it.

use std::fmt;

use super::{
    ask::{Ask, Load, Reply},
    distant::{self, At, Distant, Unanswered},
    error::ExecError,
    seat::{self, Arrival, Seat, Unseated},
};
use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        fleet::{GuestKind, Power},
        ids::{GuestKey, NodeName, Vmid},
        moment::Moment,
        road::{Road, TerminalSize},
    },
    proxmox::{
        Client,
        console::{Console, Terminal},
    },
    ssh,
};

const HELD: &str = "a program holds its console";
/// Nobody looks at it.
const SIZE: TerminalSize = TerminalSize { columns: 200, rows: 50 };

#[derive(Clone)]
pub enum Entrance {
    Console { client: Client, key: GuestKey, node: NodeName },
    Guest(ssh::Target),
    Node(ssh::Target, Vmid),
}

/// A key that a machine showed when it was met for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    pub road: Road,
    pub key: ssh::HostKey,
}

/// A shell inside, as long as it lasts.
pub enum Shell {
    Seat(Box<Seat>),
    Distant(Distant),
}

/// Why a shell answers no more.
pub enum Lost {
    Seat(Unseated),
    Distant(Unanswered),
}

/// Why a road could not be gone down just now.
pub enum Obstacle {
    /// It may be gone in a moment.
    Passing(String),
    /// The guest is off, or just about to be on again.
    Off,
    /// Somebody sits at the console.
    Person,
    Lasting(ExecError),
}

impl Entrance {
    pub fn road(&self) -> Road {
        match self {
            Self::Console { .. } => Road::Console,
            Self::Guest(_) => Road::GuestSsh,
            Self::Node(..) => Road::HostSsh,
        }
    }

    pub fn load(&self) -> Load {
        match self {
            Self::Console { .. } => seat::LOAD,
            Self::Guest(_) | Self::Node(..) => distant::LOAD,
        }
    }

    /// Takes the road; a machine that was never met is known from then on, and told.
    pub async fn open(&mut self, guest: &str, arrival: Arrival, met: &mut Vec<Met>) -> Result<Shell, Obstacle> {
        let road = self.road();
        match self {
            Self::Console { client, key, node } => {
                let console = open_console(client, key, node).await?;
                match Seat::take(console, arrival).await {
                    Ok(seat) => Ok(Shell::Seat(seat.into())),
                    // A line that died just now looks the same; the next one tells.
                    Err(Unseated::Held) if arrival == Arrival::First => Err(Obstacle::Passing(HELD.into())),
                    Err(unseated) => Err(why_unseated(client, key, node, guest, unseated).await),
                }
            }
            Self::Guest(target) => reach(target, At::Guest, guest, |key| met.push(Met { road, key })).await,
            Self::Node(target, vmid) => reach(target, At::Node(*vmid), guest, |key| met.push(Met { road, key })).await,
        }
    }
}

impl Shell {
    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Lost> {
        match self {
            Self::Seat(seat) => seat.ask(ask).await.map_err(Lost::Seat),
            Self::Distant(distant) => distant.ask(ask).await.map_err(Lost::Distant),
        }
    }

    pub async fn leave(self) {
        match self {
            Self::Seat(seat) => seat.leave().await,
            Self::Distant(_) => {}
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seat(Unseated::Ended(ended)) => write!(f, "{ended}"),
            Self::Seat(Unseated::Garbled) => f.write_str("what its console shows is damaged again and again"),
            Self::Seat(_) => f.write_str("its console does not answer"),
            Self::Distant(Unanswered::Ssh(error)) => write!(f, "{error}"),
            Self::Distant(Unanswered::Off) => f.write_str("it does not run"),
            Self::Distant(Unanswered::Lacks(what) | Unanswered::Refused(what)) => f.write_str(what),
        }
    }
}

async fn reach(
    target: &mut ssh::Target,
    at: At,
    guest: &str,
    meet: impl FnOnce(ssh::HostKey),
) -> Result<Shell, Obstacle> {
    match Distant::reach(target, at).await {
        Ok((distant, key)) => {
            if target.keys == ssh::Pins::FirstUse {
                // From now on it is the only one that will do.
                target.keys = ssh::Pins::Pinned(vec![key.clone()]);
                meet(key);
            }
            Ok(Shell::Distant(distant))
        }
        Err(Unanswered::Off) => Err(Obstacle::Off),
        Err(Unanswered::Lacks(programs)) => {
            Err(Obstacle::Lasting(ExecError::Lacks { guest: guest.to_owned(), programs }))
        }
        Err(Unanswered::Refused(why)) => {
            let what = format!("{} runs no command in {guest}", target.address);
            Err(Obstacle::Lasting(ExecError::Inside { what, why }))
        }
        Err(Unanswered::Ssh(error)) => Err(obstacle(error.into())),
    }
}

fn obstacle(fault: Fault) -> Obstacle {
    if fault.kind == FaultKind::Passing || fault.code == FaultCode::Unreachable {
        return Obstacle::Passing(format!("{}: {}", fault.what, fault.why));
    }
    Obstacle::Lasting(ExecError::Road(fault))
}

async fn open_console(client: &Client, key: &GuestKey, node: &mut NodeName) -> Result<Console, Obstacle> {
    match client.open_console(&Terminal::Guest(node.clone(), key.vmid), SIZE).await {
        Ok(console) => Ok(console),
        Err(error) if error.says_guest_is_elsewhere() => {
            find_anew(client, key, node).await;
            Err(Obstacle::Passing(error.to_string()))
        }
        Err(error) => Err(obstacle(error.into())),
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
