//! What becomes of each app of a store.

use std::fmt;

use crate::domain::catalog::Recipe;

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Taken(Box<Taken>),
    Refused(Refused),
}

/// An app that became a recipe.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// In its store.
    pub file: String,
    /// With `imported` filled in; `Recipe::check` was passed.
    pub recipe: Recipe,
}

/// An app that cannot be used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// In its store.
    pub file: String,
    /// As far as it is known; plain text.
    pub app: String,
    pub reason: Reason,
    /// Plain text.
    pub why: String,
}

/// The kinds of reasons, so that they can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The file is not there, too large, no text, or a link.
    Unreadable,
    /// It is not written in the format's own language.
    Malformed,
    /// Its image has to be built first.
    Build,
    /// It takes over parts of other files.
    Extends,
    /// Its compose file lies in another place.
    Elsewhere,
    /// It is of no use without another app of its store.
    OtherApp,
    /// It needs a file that the store does not have, or that cannot be carried.
    File,
    /// A value is only known to a program of its own store.
    UnknownValue,
    /// It lives in the network of another container.
    Network,
    /// It has no services, or none that names an image.
    NoImage,
    /// It was made for another system than Linux.
    OtherSystem,
    /// It is no recipe that would pass.
    Unsound,
    /// Another app of this store has the same id.
    Twice,
}

impl Reason {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Malformed => "malformed",
            Self::Build => "build",
            Self::Extends => "extends",
            Self::Elsewhere => "elsewhere",
            Self::OtherApp => "other-app",
            Self::File => "file",
            Self::UnknownValue => "unknown-value",
            Self::Network => "network",
            Self::NoImage => "no-image",
            Self::OtherSystem => "other-system",
            Self::Unsound => "unsound",
            Self::Twice => "twice",
        }
    }

    pub fn told(self) -> &'static str {
        match self {
            Self::Unreadable => "a file cannot be read",
            Self::Malformed => "a file is not well written",
            Self::Build => "its image has to be built first",
            Self::Extends => "it takes over parts of other files",
            Self::Elsewhere => "its compose file lies elsewhere",
            Self::OtherApp => "it needs another app of its store",
            Self::File => "it needs a file that cannot be carried along",
            Self::UnknownValue => "a value is only known to its store",
            Self::Network => "it lives in the network of another container",
            Self::NoImage => "it names no image",
            Self::OtherSystem => "it is made for another system",
            Self::Unsound => "it would be no sound recipe",
            Self::Twice => "another app has the same id",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.told())
    }
}

/// Why a whole store is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    #[error("it holds nothing that is known: no recipes, no docker-compose files and no store")]
    Unknown,
    #[error("{file}: {why}")]
    Bad { file: String, why: String },
}
