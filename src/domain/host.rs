//! What the operator says of a host beyond where it is: what new apps go by there, and what of it runs out one day.
//! What must hold: no secret stands here.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    fault::{Fault, FaultCode},
    ids::{HostId, NodeName},
    moment::Moment,
};

/// What new apps of a host go by where nothing else is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct HostDefaults {
    /// For disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// For backups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<String>,
    /// For templates and images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub templates: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
}

impl HostDefaults {
    /// These, and where they say nothing the others.
    pub fn or(self, other: Self) -> Self {
        Self {
            storage: self.storage.or(other.storage),
            backups: self.backups.or(other.backups),
            templates: self.templates.or(other.templates),
            bridge: self.bridge.or(other.bridge),
            pool: self.pool.or(other.pool),
        }
    }
}

/// Whether a host is asked at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Asked {
    #[default]
    Yes,
    /// It is switched off here; nothing of it is forgotten.
    No,
}

/// What stops to be good at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    pub what: Expiring,
    pub at: Moment,
}

impl Expiry {
    /// From then on it is told.
    pub const SOON: Duration = Duration::from_secs(21 * 86_400);

    /// Also of what has run out already.
    pub fn is_soon(&self, now: Moment) -> bool {
        self.at < now + Self::SOON
    }

    /// `the API token runs out in 5 days`
    pub fn in_words(&self, now: Moment) -> String {
        let what = match &self.what {
            Expiring::Token => "the API token".to_owned(),
            Expiring::Certificate(node) => format!("the certificate of {node}"),
        };
        let days = self.at.since(now).as_secs() / 86_400;
        match days {
            _ if self.at <= now => format!("{what} has run out"),
            0 => format!("{what} runs out today"),
            1 => format!("{what} runs out tomorrow"),
            days => format!("{what} runs out in {days} days"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiring {
    /// The API token that we log in with.
    Token,
    /// The certificate that a node shows.
    Certificate(NodeName),
}

/// Of a host that the operator switched off here.
pub fn switched_off(host: &HostId) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{host} was not asked"),
        "it is switched off here",
        format!("switch it on again: `proximity host edit {host} --on`"),
    )
}

/// Of a host that our books do not have.
pub fn no_such_host(host: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no host called {host}"),
        "it was never added, or it was removed",
        "look at `proximity host list`",
    )
}
