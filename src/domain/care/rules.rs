//! What the operator wants to be looked after, as his settings have it. What must hold: a rule that is kept makes sense; one
//! bad answer never is enough.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{super::defaults::Defaults, AlertRules};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Rules {
    pub health: HealthRules,
    pub alerts: AlertRules,
    /// What new apps and backups go by where nothing else is said.
    pub defaults: Defaults,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct HealthRules {
    /// Seconds between two looks at an app.
    pub interval: u64,
    /// Seconds that an answer may take.
    pub timeout: u64,
    /// So many bad looks in a row make it fail.
    pub bad_to_fall: u32,
    /// So many good ones in a row make it well again.
    pub good_to_rise: u32,
    /// Milliseconds after which an answer is a slow one.
    pub slow_after: u64,
    /// Whether an app that fails is restarted.
    pub self_restart: SelfRestart,
    /// So often a day at most.
    pub restarts_a_day: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SelfRestart {
    #[default]
    Off,
    On,
}

impl Default for HealthRules {
    fn default() -> Self {
        Self {
            interval: 30,
            timeout: 4,
            bad_to_fall: 3,
            good_to_rise: 2,
            slow_after: 2_000,
            self_restart: SelfRestart::Off,
            restarts_a_day: 3,
        }
    }
}

/// Why a rule makes no sense, and what would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amiss {
    pub why: String,
    pub remedy: String,
}

impl HealthRules {
    pub fn check(&self) -> Result<(), Amiss> {
        Bound::INTERVAL.check(self.interval)?;
        Bound::TIMEOUT.check(self.timeout)?;
        Bound::FALL.check(self.bad_to_fall.into())?;
        Bound::RISE.check(self.good_to_rise.into())?;
        Bound::SLOW.check(self.slow_after)?;
        Bound::RESTARTS.check(self.restarts_a_day.into())
    }
}

/// Between what a number may be.
pub(super) struct Bound {
    name: &'static str,
    unit: &'static str,
    may_be: RangeInclusive<u64>,
}

impl Bound {
    pub const INTERVAL: Self = Self { name: "the interval", unit: " s", may_be: 5..=3_600 };
    pub const TIMEOUT: Self = Self { name: "the timeout", unit: " s", may_be: 1..=60 };
    pub const FALL: Self = Self { name: "the number of bad looks", unit: "", may_be: 2..=20 };
    pub const RISE: Self = Self { name: "the number of good looks", unit: "", may_be: 1..=20 };
    pub const SLOW: Self = Self { name: "a slow answer", unit: " ms", may_be: 10..=60_000 };
    pub const RESTARTS: Self = Self { name: "the number of restarts a day", unit: "", may_be: 1..=24 };

    pub fn check(&self, value: u64) -> Result<(), Amiss> {
        let (unit, least, most) = (self.unit, self.may_be.start(), self.may_be.end());
        match self.may_be.contains(&value) {
            true => Ok(()),
            false => Err(Amiss {
                why: format!("{} cannot be {value}{unit}", self.name),
                remedy: format!("choose {least} to {most}{unit}"),
            }),
        }
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
