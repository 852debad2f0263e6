//! How to see that an app is well: from outside by its port, or by a command inside its guest.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Probe {
    pub what: What,
    /// Seconds that a new app has until it must answer.
    #[serde(default = "three_minutes")]
    pub deadline: u32,
    /// Seconds between two looks.
    #[serde(default = "half_a_minute")]
    pub interval: u32,
}

fn three_minutes() -> u32 {
    180
}

fn half_a_minute() -> u32 {
    30
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    Tcp {
        port: u16,
    },
    Http {
        port: u16,
        #[serde(default = "root_path")]
        path: String,
        /// Without it any answer below 400 is good.
        #[serde(default)]
        status: Option<StatusRange>,
    },
    Command {
        run: Vec<String>,
    },
}

fn root_path() -> String {
    "/".to_owned()
}

impl What {
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp { port } | Self::Http { port, .. } => Some(*port),
            Self::Command { .. } => None,
        }
    }
}

/// Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StatusRange {
    pub from: u16,
    pub to: u16,
}

impl StatusRange {
    pub fn contains(self, status: u16) -> bool {
        (self.from..=self.to).contains(&status)
    }
}
