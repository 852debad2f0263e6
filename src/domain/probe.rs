//! How it is seen that an app works: something answers at a port, a page is served, a command inside says so.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    pub what: ProbeKind,
    /// Seconds until it must have answered once.
    pub deadline: u64,
    /// Seconds between two tries.
    pub interval: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    Tcp {
        port: u16,
    },
    Http {
        scheme: String,
        port: u16,
        path: String,
        /// The answers that are good, from and to.
        status: (u16, u16),
    },
    /// Inside, by its shell; good when it ends with 0.
    Command {
        run: Vec<String>,
    },
}

impl fmt::Display for ProbeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { port } => write!(f, "port {port}"),
            Self::Http { scheme, port, path, .. } => write!(f, "{scheme} port {port} {path}"),
            Self::Command { run } => f.write_str(run.first().map_or("a command", String::as_str)),
        }
    }
}
