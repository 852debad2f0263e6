//! SSH: to a node of a host, or into a guest. What must hold: no key of a machine is trusted but the pinned one, and a
//! changed one stops hard, before anything is sent.

mod door;
mod error;
mod fault;
mod key;
mod log_in;
mod running;
mod session;

use std::{path::PathBuf, time::Duration};

pub use door::look;
pub use error::{Refusal, SshError};
pub use key::{HostKey, NotAHostKey, Pins};
pub use running::{Exit, Finished, News, Running};
pub use session::Session;

use crate::domain::secret::Secret;

/// Where to, as whom, with what, and by which key the machine is known.
#[derive(Debug, Clone)]
pub struct Target {
    /// A name or an IP address, without the port.
    pub address: String,
    pub port: u16,
    pub user: String,
    /// In this order; the first one that is taken ends the search.
    pub proofs: Vec<Proof>,
    pub keys: Pins,
}

/// By what a user shows who he is.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The keys of the agent that `SSH_AUTH_SOCK` names.
    Agent,
    /// The keys of the agent at this socket.
    AgentAt(PathBuf),
    KeyFile {
        path: PathBuf,
        passphrase: Option<Secret>,
    },
    Password(Secret),
}

/// How long each part may take. What runs may take as long as it likes, as long as its machine answers.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub connect: Duration,
    /// Until the machine has shown its key.
    pub exchange: Duration,
    /// All proofs together: a wrong password alone costs some seconds, and an agent may ask its owner.
    pub log_in: Duration,
    /// Until a command has begun.
    pub begin: Duration,
    /// After this much silence the machine is asked for a sign of life.
    pub keep_alive: Duration,
    /// So many may be missed.
    pub missed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            exchange: Duration::from_secs(15),
            log_in: Duration::from_secs(60),
            begin: Duration::from_secs(15),
            keep_alive: Duration::from_secs(15),
            missed: 3,
        }
    }
}
