//! Whose word a recipe is. What must hold: what Proximity did not check is never shown as if it had.

use super::{Pin, SourceName};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    BuiltIn,
    /// The operator's own folder.
    Own,
    Source {
        name: SourceName,
        pin: Pin,
    },
}

impl Trust {
    /// One line for its card.
    pub fn told(&self) -> String {
        match self {
            Self::BuiltIn => "built in".to_owned(),
            Self::Own => "your own folder".to_owned(),
            Self::Source { name, pin } => format!("source {name} at {} (not checked by Proximity)", pin.short()),
        }
    }

    pub fn slug(&self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Own => "own",
            Self::Source { .. } => "source",
        }
    }
}
