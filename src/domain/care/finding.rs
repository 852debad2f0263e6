//! What the books say and the hosts do not, or the other way round. What must hold: a finding is words and remedies, and
//! never by itself a reason to remove anything.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{AppId, GuestKey, NodeName},
    moment::Moment,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingId(pub i64);

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: FindingId,
    pub guest: GuestKey,
    pub app: Option<AppId>,
    /// What the operator calls it.
    pub name: Arc<str>,
    pub drift: Drift,
    pub since: Moment,
    /// When it was seen to be so last.
    pub seen: Moment,
    pub standing: Standing,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// Its host has it no more.
    Missing,
    /// A guest that nobody here made or knew.
    New,
    /// Its configuration was changed outside.
    Changed(Vec<Difference>),
    /// It lives on another node; our books follow by themselves.
    Moved { from: NodeName, to: NodeName },
    /// The id is somebody else's guest now.
    Reused,
}

/// One option; nothing where it is not set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub option: String,
    pub before: Option<String>,
    pub now: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    Open,
    /// The operator wants to hear no more of it.
    Dismissed,
    /// It is not so any more.
    Over(Moment),
}
