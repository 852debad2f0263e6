//! How an app is: whether it runs, whether it answers, since when, and how much of the time. What must hold: one bad answer
//! changes no state, and a time that nobody looked is counted neither as up nor as down.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{pulse::Looks, uptime::Uptime};
use crate::domain::moment::Moment;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Nobody has looked, or there is nothing to look at.
    #[default]
    Unknown,
    /// It does not run.
    Down,
    /// It runs and does not answer as it should.
    Failing,
    /// It answers, but not always, or slowly.
    Degraded,
    Healthy,
}

impl Health {
    /// The word scripts and people read.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Down => "down",
            Self::Failing => "failing",
            Self::Degraded => "degraded",
            Self::Healthy => "healthy",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AppHealth {
    pub health: Health,
    /// In this state since then.
    pub since: Moment,
    pub last: Option<Probed>,
    pub uptime: Uptime,
    /// When it was restarted by itself, the oldest first.
    pub restarts: Vec<Moment>,
    /// The last look that was not good.
    #[serde(default)]
    pub last_bad: Option<Probed>,
    /// It fails still, and was restarted as often as the rules allow: nobody does more about it by himself.
    #[serde(default)]
    pub gave_up: Option<Moment>,
    /// Whether somebody meant it to be off, where it is.
    #[serde(default)]
    pub off: Off,
    /// What the next look is judged with.
    #[serde(default)]
    pub looks: Looks,
}

/// Why an app does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Off {
    /// Somebody stopped it here, or nobody ever saw it run: that is no downtime.
    #[default]
    Meant,
    /// It ended, or was ended elsewhere.
    ByItself,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probed {
    pub at: Moment,
    pub took_ms: u32,
    /// What was answered, such as `200`, or why it is not good.
    pub said: Result<String, String>,
}

impl Probed {
    pub fn is_good(&self) -> bool {
        self.said.is_ok()
    }
}

/// `200 in 14 ms`, or why it is not good.
impl fmt::Display for Probed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.said {
            Ok(said) => write!(f, "{said} in {} ms", self.took_ms),
            Err(why) => f.write_str(why),
        }
    }
}
