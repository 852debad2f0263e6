//! What could not be honoured, and why an app cannot be taken at all.

use super::{Reason, words::seen};

/// So many remarks nobody reads.
const MOST: usize = 40;

/// What is said to the operator; each remark once.
#[derive(Debug, Default)]
pub struct Notes(Vec<String>);

impl Notes {
    pub fn say(&mut self, text: impl AsRef<str>) {
        let text = seen(text.as_ref(), 240);
        if text.is_empty() || self.0.contains(&text) {
            return;
        }
        match self.0.len() {
            MOST => self.0.push("there is more that was left out".to_owned()),
            n if n < MOST => self.0.push(text),
            _ => {}
        }
    }

    pub fn into_lines(self) -> Vec<String> {
        self.0
    }
}

/// Why an app cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    pub reason: Reason,
    /// Plain text.
    pub why: String,
}

impl Stop {
    pub fn new(reason: Reason, why: impl AsRef<str>) -> Self {
        Self { reason, why: seen(why.as_ref(), 300) }
    }
}

pub fn stop<T>(reason: Reason, why: impl AsRef<str>) -> Result<T, Stop> {
    Err(Stop::new(reason, why))
}
