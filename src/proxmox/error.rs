//! Everything that can go wrong between us and a Proxmox host. The texts here are terse; `book` turns each into what
//! happened, why, and what to do.

use std::sync::Arc;

use super::{Ability, Call, Distrust, Fingerprint, Method};
use crate::domain::{
    fault::{Fault, FaultKind},
    ids::NodeName,
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error("{typed:?} is not an address: {why}")]
    Address { typed: String, why: String },
    #[error("the client could not be set up: {0}")]
    Setup(String),

    #[error("the name {host} is not known")]
    NoSuchName { host: String },
    #[error("nothing listens at {address}")]
    PortClosed { address: String },
    #[error("{address} cannot be reached: {why}")]
    NoRoute { address: String, why: String },
    #[error("{address} did not open an encrypted connection: {why}")]
    NoHandshake { address: String, why: String },
    #[error("{address} does not speak TLS")]
    NotTls { address: String },
    #[error("{address} shows the certificate {seen}, trusted is {expected}")]
    Untrusted { address: String, expected: Fingerprint, seen: Fingerprint, why: Distrust },

    #[error("no answer in time to {call}")]
    Silent { call: Call },
    #[error("the connection broke before the answer to {call}")]
    Cut { call: Call },
    #[error("the answer to {call} is larger than anything Proxmox sends")]
    TooLarge { call: Call },
    #[error("{address} is not a Proxmox VE: {why}")]
    NotProxmox { address: String, why: String },
    #[error("the answer to {call} makes no sense: {why}")]
    Rubbish { call: Call, why: String },

    #[error("user or password of {user} were refused")]
    WrongLogin { user: String },
    #[error("{user} needs a one-time code")]
    TotpNeeded { user: String },
    #[error("the one-time code of {user} was refused")]
    WrongTotp { user: String },
    #[error("{user} has a second factor we cannot answer: {offered}")]
    OtherFactor { user: String, offered: String },
    #[error("the API token {id} was refused: {why}")]
    TokenRefused { id: String, why: String },
    #[error("the session of {user} has ended")]
    SessionEnded { user: String },

    #[error("{call} is not allowed to {who}: {text}")]
    Forbidden { call: Call, who: String, text: String },
    #[error("{call} was refused: {text}")]
    Refused { call: Call, status: u16, text: String, errors: Vec<(String, String)> },
    #[error("{call} is not offered: {text}")]
    NotOffered { call: Call, text: String },
    #[error("{} needs Proxmox VE {}, the node {node} has {version}", .ability.what(), .ability.needs())]
    NotOnThisVersion { node: NodeName, ability: Ability, version: Arc<str> },
    /// The console opened, and closed before it said that it knows us.
    #[error("{call} did not let us in")]
    KeptOut { call: Call, is_token: bool, version: Option<Arc<str>> },
    /// We know that it cannot work, so it was not even sent.
    #[error("{what}: {why}")]
    NotSent { what: String, why: String, remedy: &'static str },
    #[error("{call} got no answer from behind: {status} {reason}")]
    Behind { call: Call, status: u16, reason: String },
}

impl ClientError {
    /// Whether nothing was sent, so that another address may be tried.
    pub(super) fn is_unreached(&self) -> bool {
        matches!(
            self,
            Self::NoSuchName { .. }
                | Self::PortClosed { .. }
                | Self::NoRoute { .. }
                | Self::NoHandshake { .. }
                | Self::NotTls { .. }
        )
    }

    /// Whether the order may have been carried out although we have no answer: look before it is given again.
    pub fn may_have_acted(&self) -> bool {
        match self {
            Self::Silent { call } | Self::Cut { call } | Self::TooLarge { call } | Self::Rubbish { call, .. } => {
                call.method != Method::Get
            }
            Self::Behind { call, status, .. } => call.method != Method::Get && *status != 595,
            _ => false,
        }
    }

    /// Whether another try with the same credential can only fail again, and may lock the account.
    pub(super) fn is_about_the_credential(&self) -> bool {
        matches!(
            self,
            Self::WrongLogin { .. }
                | Self::TotpNeeded { .. }
                | Self::WrongTotp { .. }
                | Self::OtherFactor { .. }
                | Self::SessionEnded { .. }
        )
    }

    /// Whether we are kept out, which says nothing about what was asked for or what goes on there.
    pub fn keeps_us_out(&self) -> bool {
        self.is_about_the_credential() || matches!(self, Self::TokenRefused { .. } | Self::Untrusted { .. })
    }

    /// Whether it may be gone in a moment with nothing changed.
    pub fn is_passing(&self) -> bool {
        Fault::from(self.clone()).kind == FaultKind::Passing
    }

    /// Proxmox's own words, where it said any.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Forbidden { text, .. } | Self::Refused { text, .. } | Self::NotOffered { text, .. } => Some(text),
            Self::Behind { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// Whether what was named is not there (any more).
    pub fn says_there_is_none(&self) -> bool {
        self.text().is_some_and(|text| text.contains("no such ") || text.contains("does not exist"))
    }

    /// Whether what was to be made is there already.
    pub fn says_there_is_one(&self) -> bool {
        let in_errors = |errors: &[(String, String)]| errors.iter().any(|(_, text)| text.contains("already exists"));
        self.text().is_some_and(|text| text.contains("already exists"))
            || matches!(self, Self::Refused { errors, .. } if in_errors(errors))
    }

    /// Whether the guest is not on the node it was asked at: it was removed, or it moved.
    pub fn says_guest_is_elsewhere(&self) -> bool {
        self.text().is_some_and(|text| text.starts_with("Configuration file '") && text.contains("does not exist"))
    }
}
