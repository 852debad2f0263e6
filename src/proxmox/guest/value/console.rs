//! `cmode`: what one gets who opens a container's console.

use std::{fmt, str::FromStr};

use super::NotReadable;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConsoleMode {
    /// A log-in prompt.
    #[default]
    Tty,
    /// What the first process writes.
    Console,
    /// A shell of root, without a password.
    Shell,
}

impl FromStr for ConsoleMode {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        match text {
            "tty" => Ok(Self::Tty),
            "console" => Ok(Self::Console),
            "shell" => Ok(Self::Shell),
            _ => Err(NotReadable { what: "console mode", text: text.to_owned() }),
        }
    }
}

impl fmt::Display for ConsoleMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tty => "tty",
            Self::Console => "console",
            Self::Shell => "shell",
        })
    }
}
