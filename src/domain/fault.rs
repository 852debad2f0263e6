//! What the operator is told when something goes wrong: what happened, why, and what to do now. A fault without a
//! remedy cannot be made.

use serde::{Deserialize, Serialize};

/// Whether trying again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// It may work in a moment, with nothing changed.
    Passing,
    /// It fails again until something is changed.
    Lasting,
    /// Only a person can decide how to go on.
    NeedsPerson,
}

/// Which family a fault belongs to; scripts branch on it and the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    Failed,
    Usage,
    NotFound,
    Refused,
    Unreachable,
    Trust,
    Busy,
    Undone,
    Stuck,
}

impl FaultCode {
    /// The process's exit code, one table for every subcommand.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Refused => 4,
            Self::Unreachable => 5,
            Self::Trust => 6,
            Self::Busy => 7,
            Self::Undone => 8,
            Self::Stuck => 9,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Trust => "trust",
            Self::Busy => "busy",
            Self::Undone => "undone",
            Self::Stuck => "stuck",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub code: FaultCode,
    pub kind: FaultKind,
    pub what: String,
    pub why: String,
    pub remedy: String,
}

impl Fault {
    pub fn new(
        code: FaultCode,
        kind: FaultKind,
        what: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { code, kind, what: what.into(), why: why.into(), remedy: remedy.into() }
    }

    /// A fault that stays until something is changed, the usual case.
    pub fn lasting(
        code: FaultCode,
        what: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(code, FaultKind::Lasting, what, why, remedy)
    }

    /// A fault that may be gone in a moment.
    pub fn passing(
        code: FaultCode,
        what: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(code, FaultKind::Passing, what, why, remedy)
    }

    /// Why, and what to do now, as two sentences.
    pub fn advice(&self) -> String {
        format!("{}. {}", self.why, capitalised(&self.remedy))
    }

    /// The same fault, told as part of a larger attempt.
    pub fn during(mut self, what: impl Into<String>) -> Self {
        let inner = std::mem::replace(&mut self.what, what.into());
        if inner != self.what && !self.why.starts_with(&inner) {
            self.why = if self.why.is_empty() { inner } else { format!("{inner}: {}", self.why) };
        }
        self
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.advice())
    }
}

impl std::error::Error for Fault {}
