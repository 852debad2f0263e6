//! `app watch` as data. What must hold: what is not said stays as it is.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct Watching {
    pub app: String,
    /// Look at it every so many seconds, or as the settings have it
    #[arg(long, value_name = "SECONDS|default")]
    pub interval: Option<Said<u64>>,
    /// An answer may take so many seconds
    #[arg(long, value_name = "SECONDS|default")]
    pub timeout: Option<Said<u64>>,
    /// It fails after so many bad looks in a row
    #[arg(long, value_name = "LOOKS|default")]
    pub fall: Option<Said<u32>>,
    /// It is well again after so many good looks in a row
    #[arg(long, value_name = "LOOKS|default")]
    pub rise: Option<Said<u32>>,
    /// Restart it when it fails
    #[arg(long, value_enum, value_name = "on|off|default")]
    pub self_restart: Option<Restarting>,
    /// What to look at, at its own address: `http://:8080/health`, `https://:8443/`, `tcp:5432`; or nothing, or what its
    /// recipe says
    #[arg(long, value_name = "PROBE|off|default")]
    pub probe: Option<String>,
}

/// A number of its own, or that of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<T> {
    Default,
    This(T),
}

impl<T: std::str::FromStr> std::str::FromStr for Said<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "default" {
            return Ok(Self::Default);
        }
        text.parse().map(Self::This).map_err(|_| "it is no whole number, and not `default`".into())
    }
}

impl<T: Copy> Said<T> {
    pub fn own(self) -> Option<T> {
        match self {
            Self::Default => None,
            Self::This(value) => Some(value),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Restarting {
    On,
    Off,
    /// As the settings have it; an adopted app is then left alone
    Default,
}
