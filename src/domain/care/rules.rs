//! What the operator wants to be looked after, as his settings have it.

use serde::{Deserialize, Serialize};

use super::AlertRules;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Rules {
    pub health: HealthRules,
    pub alerts: AlertRules,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct HealthRules {
    /// Seconds between two looks at an app.
    pub interval: u64,
}

impl Default for HealthRules {
    fn default() -> Self {
        Self { interval: 30 }
    }
}

/// Written `"on"` or `"off"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}
