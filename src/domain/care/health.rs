//! How an app is: whether it runs, whether it answers, since when, and how much of the time. What must hold: one bad answer
//! changes no state, and a time that nobody looked is counted neither as up nor as down.

use serde::{Deserialize, Serialize};

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

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AppHealth {
    pub health: Health,
    /// In this state since then.
    pub since: Moment,
    pub last: Option<Probed>,
    pub uptime: Uptime,
    /// When it was restarted by itself, the oldest first.
    pub restarts: Vec<Moment>,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probed {
    pub at: Moment,
    pub took_ms: u32,
    /// What was answered, such as `200`, or why it is not good.
    pub said: Result<String, String>,
}

/// Which part of the looks in this time found it answering, 0 to 1; nothing where nobody looked.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Uptime {
    pub day: Option<f32>,
    pub week: Option<f32>,
    pub month: Option<f32>,
}
