//! The one thing that every road can do: hand a command line to a shell inside the guest, perhaps with some bytes, and
//! bring back what it wrote. What must hold: an ask can be repeated without harm, because its answer may be lost.

use std::time::Duration;

/// The usual patience: nothing that is asked takes a second.
const PATIENCE: Duration = Duration::from_secs(6);

#[derive(Debug, Clone)]
pub struct Ask {
    /// For `sh`, on one line. What it writes must be plain text, and short enough for the road.
    pub command: String,
    /// Given to the command in base 64, which it has to decode.
    pub input: Vec<u8>,
    /// How long the road may be silent until it counts as dead.
    pub patience: Duration,
}

impl Ask {
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), input: Vec::new(), patience: PATIENCE }
    }

    pub fn with(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// For what reads or writes so many bytes of a slow disk.
    pub fn over(mut self, bytes: u64) -> Self {
        self.patience = PATIENCE + Duration::from_millis(bytes / 10_000);
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: i32,
    /// Both of what it wrote and what it complained of, without the last ends of line.
    pub text: String,
}

/// How much a road carries at a time without loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Bytes of a command.
    pub command: usize,
    /// Bytes of a file that go in with one ask.
    pub put: usize,
    /// Bytes of a file that come out with one ask.
    pub get: usize,
}
