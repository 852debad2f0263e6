//! What the deck looks after by itself: what drifted, how the apps are, what is worth an alert, and what mends it. What
//! must hold: everything here is only said; nothing is mended before the operator, or a rule of his, says so.

mod alert;
mod alert_rules;
mod finding;
mod health;
mod mend;
mod pulse;
mod right_size;
mod rules;
mod terms;
mod uptime;
mod watch;

use std::collections::BTreeMap;

pub use alert::{About, Alert, AlertId, Level};
pub use alert_rules::AlertRules;
pub use finding::{Difference, Drift, Finding, FindingId, Standing};
pub use health::{AppHealth, Health, Off, Probed};
pub use mend::Mend;
pub use pulse::{Counts, Cure, Looks, Sight};
pub use right_size::RightSize;
pub use rules::{Amiss, HealthRules, Rules, SelfRestart, Switch};
pub use terms::Terms;
pub use uptime::{Hour, SPANS, Tally, Uptime, percent};
pub use watch::{Gaze, Watch, read_probe, write_probe};

use serde::{Deserialize, Serialize};

use super::{ids::AppId, stuck::Stuck};

/// As the fleet shows it: whoever leads writes it, everybody reads the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Care {
    /// Those that are open, the oldest first.
    pub findings: Vec<Finding>,
    /// Apps without a guest of their own, also where nobody wants to hear of it any more.
    pub away: BTreeMap<AppId, Away>,
    pub health: BTreeMap<AppId, AppHealth>,
    /// Those that are not over, the oldest first.
    pub alerts: Vec<Alert>,
    /// Operations that do not go on; only whoever leads knows of them.
    pub stuck: Vec<Stuck>,
    pub stuck_looked: Looked,
    pub lead: Lead,
}

/// Why nothing may be done to the guest that our books have for an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Away {
    /// It is not there.
    Missing,
    /// It is somebody else's.
    Reused,
}

/// Whether whoever leads has looked at all since it leads: before that, that nothing is shown says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Looked {
    #[default]
    NotYet,
    Once,
}

/// Which of several processes looks after all this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lead {
    /// Nobody, as far as it is known: what is shown is as it was left.
    #[default]
    Nobody,
    Ours,
    Another,
}
