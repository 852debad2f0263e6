//! Something that wants the operator: what, since when, and what mends it. What must hold: it is told once, and again only
//! after it was over.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Mend;
use crate::domain::{
    ids::{AppId, HostId, NodeKey, OperationId, StorageName},
    moment::Moment,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct AlertId(pub i64);

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    /// The slug of its rule, such as `disk`.
    pub rule: Arc<str>,
    pub about: About,
    /// What the operator calls whom it is about.
    pub name: Arc<str>,
    pub level: Level,
    /// What is wrong, in a few words: `disk 92 %, full in 3 d`
    pub what: String,
    /// Since when it is so; it was told at `raised`.
    pub since: Moment,
    pub raised: Moment,
    /// When it was over.
    pub over: Option<Moment>,
    /// Whoever acknowledges is told no more of it.
    pub acknowledged: Option<Moment>,
    /// Until then it is as if acknowledged.
    pub snoozed: Option<Moment>,
    pub mend: Option<Mend>,
    /// What the operator can do where we cannot.
    #[serde(default)]
    pub remedy: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    Host(HostId),
    Node(NodeKey),
    /// With its node where it is not shared.
    Storage(HostId, Option<NodeKey>, StorageName),
    App(AppId),
    Operation(OperationId),
    /// Many at once, told as one.
    Many(Arc<str>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Warning,
    Danger,
}

impl Alert {
    /// Whether the deck shows it as what was found, with all that is known of it.
    pub fn is_shown_as_found(&self) -> bool {
        ["drift", "stuck"].contains(&&*self.rule)
    }

    /// Whether the operator wants to hear nothing of it at this moment.
    pub fn is_quiet(&self, now: Moment) -> bool {
        self.acknowledged.is_some() || self.snoozed.is_some_and(|until| until > now)
    }
}
