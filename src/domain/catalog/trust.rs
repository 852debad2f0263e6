//! How far a recipe can be trusted: by who wrote it. What must hold: what comes from somebody else is never shown as ours.

use std::{fmt, sync::Arc};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Part of Proximity, its facts checked.
    BuiltIn,
    /// The operator's own file.
    Own,
    /// Of somebody else, as it was at one commit.
    Source { name: Arc<str>, commit: Arc<str> },
}

impl Trust {
    pub fn slug(&self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Own => "own",
            Self::Source { .. } => "source",
        }
    }

    /// What it means for whoever is about to deploy.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::BuiltIn => "written by us, its facts checked",
            Self::Own => "your own file",
            Self::Source { .. } => "written by others, not checked by Proximity",
        }
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::Own => f.write_str("your own"),
            // Seven letters tell commits apart.
            Self::Source { name, commit } => write!(f, "{name} at {}", commit.get(..7).unwrap_or(commit)),
        }
    }
}
