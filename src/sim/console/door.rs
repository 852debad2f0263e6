//! One way to a terminal: its port, its ticket, its task, and who stands in it.

use super::CONNECT_MS;
use crate::{domain::moment::Moment, sim::ssh::Home};

/// Where a door leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Guest(u32),
    /// To a shell of the node at once, or to its login prompt.
    Node {
        name: String,
        is_trusted: bool,
    },
}

impl Place {
    /// The path whose right it takes.
    pub fn path(&self) -> String {
        match self {
            Self::Guest(vmid) => format!("/vms/{vmid}"),
            Self::Node { name, .. } => format!("/nodes/{name}"),
        }
    }

    /// Type and id of the task.
    pub fn task(&self) -> (&'static str, String) {
        match self {
            Self::Guest(vmid) => ("vncproxy", vmid.to_string()),
            Self::Node { .. } => ("vncshell", String::new()),
        }
    }
}

/// What is spoken behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    Terminal,
    /// Pictures; nobody is there who draws them.
    Screen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting {
        since: Moment,
    },
    /// Somebody came and has to show his ticket.
    Greeting {
        since: Moment,
    },
    Talking,
    /// What ran behind it has ended; the line is still open.
    Dead,
    Over,
}

pub struct Door {
    pub port: u16,
    pub upid: String,
    /// The line that opens it.
    pub greeting: String,
    pub place: Place,
    pub speech: Speech,
    command: String,
    pub made: Moment,
    pub state: State,
    pub inbox: Vec<u8>,
    pub outbox: Vec<u8>,
    /// How much was sent since the ticket was taken.
    pub sent: u64,
    /// Nothing passes any more, and nobody was told.
    pub is_silent: bool,
}

impl Door {
    pub fn new(
        port: u16,
        upid: String,
        greeting: String,
        place: Place,
        speech: Speech,
        command: String,
        made: Moment,
    ) -> Self {
        let state = State::Waiting { since: made };
        let (inbox, outbox) = (Vec::new(), Vec::new());
        Self { port, upid, greeting, place, speech, command, made, state, inbox, outbox, sent: 0, is_silent: false }
    }

    /// The machine behind it.
    pub fn home(&self) -> Home {
        match &self.place {
            Place::Guest(vmid) => Home::Guest(*vmid),
            Place::Node { name, .. } => Home::Node(name.clone()),
        }
    }

    /// Whether a token opened it.
    pub fn is_of_token(&self) -> bool {
        self.greeting.split(':').next().is_some_and(|who| who.contains('!'))
    }

    /// Until when somebody must come, or show his ticket.
    pub fn patience(&self) -> Option<Moment> {
        match self.state {
            State::Waiting { since } | State::Greeting { since } => Some(Moment(since.0 + CONNECT_MS)),
            State::Talking | State::Dead | State::Over => None,
        }
    }

    /// How its task ends when it does not end well.
    pub fn failure(&self) -> String {
        let Self { port, command, .. } = self;
        let right = match self.place {
            Place::Guest(_) => "VM.Console",
            Place::Node { .. } => "Sys.Console",
        };
        let path = self.place.path();
        let options = "--vncticket-endpoint --verify-port --ticket-fd 6";
        format!(
            "command '/usr/bin/termproxy {port} --path {path} --perm {right} {options} -- {command}' failed: exit code 1"
        )
    }
}
