//! Who we are to a host: an API token, a user with a password, or a session kept from before.

use crate::domain::{moment::Moment, secret::Secret};

#[derive(Debug, Clone)]
pub enum Login {
    /// `id` is `user@realm!name`.
    Token { id: String, secret: Secret },
    Password {
        user: String,
        password: Secret,
        /// A code of the moment; it counts once.
        totp: Option<Secret>,
    },
    /// Goes on with a session of before, without a new one-time code.
    Ticket {
        ticket: Ticket,
        /// For when the session has ended meanwhile.
        password: Option<Secret>,
    },
}

impl Login {
    /// The name Proxmox knows us by.
    pub fn name(&self) -> &str {
        match self {
            Self::Token { id, .. } => id,
            Self::Password { user, .. } => user,
            Self::Ticket { ticket, .. } => &ticket.user,
        }
    }
}

/// A session that is open. It lives for two hours and can be renewed without a password until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub user: String,
    pub ticket: Secret,
    pub csrf: Secret,
    pub issued: Moment,
}
