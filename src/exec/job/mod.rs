//! A script that runs inside a guest by itself: in a session of its own, with its output and its exit code in files that
//! are found again by its id. What must hold: it is run once at most, however often it is begun, and it does not care
//! whether anybody listens.

mod begin;
mod end;
mod look;

use std::str::FromStr;

pub use self::{
    begin::begin,
    end::{forget, stop},
    look::{Look, look},
};
use super::{ask::Ask, error::ExecError, frame::word, link::Link};

/// What stands for a job inside its guest. Letters, digits and dashes only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobId(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id of a job: it has letters, digits and dashes, 64 at most")]
pub struct NotAJobId(String);

impl JobId {
    /// One that no other job has.
    pub fn fresh() -> Self {
        Self(word(8))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobId {
    type Err = NotAJobId;

    fn from_str(text: &str) -> Result<Self, NotAJobId> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match (1..=64).contains(&text.len()) && text.chars().all(fits) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAJobId(text.to_owned())),
        }
    }
}

/// Where the complaints of a script go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaints {
    Apart,
    /// Between its output, in the order in which it wrote both.
    Within,
}

/// What runs a script: `#!` decides, or else `sh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub text: Vec<u8>,
    pub complaints: Complaints,
}

impl Script {
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into(), complaints: Complaints::Apart }
    }

    /// A script that becomes this command; its words arrive as they are.
    pub fn command<W: AsRef<str>>(words: &[W]) -> Self {
        Self::new(format!("exec {}\n", crate::domain::quote::command_line(words)))
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is known of it.
    Unknown,
    /// Everything is there, and it did not begin yet.
    Waiting,
    Running,
    Ended(i32),
    /// It was ended from outside, and left no code.
    Killed,
    /// The guest was started anew meanwhile.
    Restarted,
}

async fn run(link: &mut Link, what: &str, command: String) -> Result<String, ExecError> {
    let reply = link.ask(&Ask::new(command)).await?;
    match reply.code {
        0 => Ok(reply.text),
        _ => Err(ExecError::Inside { what: format!("{what} on {}", link.guest), why: why(&reply.text) }),
    }
}

/// The last line of what a shell complained of.
pub fn why(text: &str) -> String {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it gave no reason").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_nowhere_else() {
        for text in ["", "..", "a/b", "a b", "a;b", &"a".repeat(65)] {
            assert!(JobId::from_str(text).is_err(), "{text:?}");
        }
        assert!(JobId::from_str("op-17-step-3").is_ok());
    }
}
