//! Containers that run already and could become apps: what is seen of them, what they resemble, and what is proposed. What
//! must hold: what was not seen is said with its reason, and nothing is guessed that nothing speaks for.

mod look;
mod proposal;
mod resemble;
mod update;

pub use self::{
    look::{SCRIPT, Seen},
    proposal::{Proposal, WELL_KNOWN, likely_port, name_of, unique_name},
    resemble::{Hints, Patterns, Resemblance},
    update::safe_lines,
};
use super::{
    detail::Volume,
    fault::Fault,
    fleet::Power,
    ids::{GuestKey, NodeName},
    listening::Listener,
};
use std::sync::Arc;

/// A container that is nobody's app.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub guest: GuestKey,
    /// As its host calls it.
    pub name: Arc<str>,
    pub node: NodeName,
    pub power: Power,
    pub tags: Vec<Arc<str>>,
    /// Without their lengths, the best one first.
    pub addresses: Vec<Arc<str>>,
    pub volumes: Vec<Volume>,
    pub inside: Inside,
    /// Ports at which somebody answers from here.
    pub answering: Vec<u16>,
    pub resembles: Option<Resemblance>,
    pub proposal: Proposal,
    /// Nothing where all is open already.
    pub console: Option<Console>,
}

/// What a look inside brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Inside {
    Seen(Seen),
    /// Why nobody could look.
    Unseen(Fault),
}

impl Inside {
    pub fn seen(&self) -> Option<&Seen> {
        match self {
            Self::Seen(seen) => Some(seen),
            Self::Unseen(_) => None,
        }
    }
}

/// Why the console of a container lets nobody in who has a token only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// It has to be set to a shell, and that is felt from its next start on.
    NotSet,
    /// It is set already, and the container was not started since.
    WaitsForRestart,
}

impl Console {
    pub fn words(self) -> &'static str {
        match self {
            Self::NotSet => "its console shows a log-in prompt; a shell there needs `cmode=shell` and a restart",
            Self::WaitsForRestart => "its console gives a shell from its next restart on",
        }
    }
}

impl Candidate {
    /// Nobody saw it yet.
    pub fn unseen(guest: &super::fleet::Guest, why: Fault) -> Self {
        Self {
            guest: guest.key.clone(),
            name: guest.name.clone(),
            node: guest.node.clone(),
            power: guest.power,
            tags: guest.tags.clone(),
            addresses: Vec::new(),
            volumes: Vec::new(),
            inside: Inside::Unseen(why),
            answering: Vec::new(),
            resembles: None,
            proposal: Proposal { name: name_of(&guest.name, guest.key.vmid), ..Proposal::default() },
            console: None,
        }
    }

    pub fn listeners(&self) -> &[Listener] {
        self.inside.seen().map_or(&[], |seen| &seen.listeners)
    }

    /// All ports that others reach, as far as anybody knows.
    pub fn open_ports(&self) -> Vec<u16> {
        let mut ports: Vec<u16> = self.listeners().iter().filter(|one| one.is_open()).map(|one| one.port).collect();
        ports.extend(&self.answering);
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}
