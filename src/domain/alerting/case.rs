//! An alert with what is known of its telling. What must hold: what was told at a level is not told at it again before it
//! was over, and what was held back is told once the quiet hours end.

use serde::{Deserialize, Serialize};

use super::{Key, Rule};
use crate::domain::{
    care::{Alert, AlertId, Level},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub alert: Alert,
    /// The worst that it was told as; nothing before it was.
    #[serde(default)]
    pub told: Option<Level>,
    /// When it is told once more: it came back soon after it was over, or its snooze ends.
    #[serde(default)]
    pub again: Option<Moment>,
    #[serde(default)]
    pub storm: Option<Storm>,
    /// Since when its message waits for the end of the quiet hours.
    #[serde(default)]
    pub held: Option<Moment>,
}

/// One of many that were told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storm {
    /// The first of them.
    pub of: AlertId,
    pub many: usize,
}

/// What the operator said of an alert, in whichever process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    pub id: AlertId,
    pub acknowledged: Option<Moment>,
    pub snoozed: Option<Moment>,
}

impl Case {
    pub fn new(alert: Alert) -> Self {
        Self { alert, told: None, again: None, storm: None, held: None }
    }

    /// Nothing where its rule is not known any more.
    pub fn key(&self) -> Option<Key> {
        Some((Rule::from_slug(&self.alert.rule)?, self.alert.about.clone()))
    }

    pub fn is_open(&self) -> bool {
        self.alert.over.is_none()
    }

    /// Whether nobody wants to hear of it.
    pub fn is_silent(&self, now: Moment) -> bool {
        self.alert.acknowledged.is_some() || self.alert.snoozed.is_some_and(|until| now < until)
    }

    /// Whether it is to be told now that it is so.
    pub fn is_due(&self, now: Moment) -> bool {
        let is_worse = self.told.is_none_or(|told| told < self.alert.level);
        self.is_open() && !self.is_silent(now) && (is_worse || self.again.is_some_and(|again| again <= now))
    }

    /// Whether its end is to be told: only of what the operator holds to be so.
    pub fn wants_end(&self, now: Moment) -> bool {
        self.told.is_some() && self.again.is_none() && !self.is_silent(now)
    }
}
