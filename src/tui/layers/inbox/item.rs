//! An entry of the inbox: an alert, or a finding.

use crate::{
    domain::{
        care::{Alert, AlertId, Finding, FindingId, Mend, Standing},
        fleet::Fleet,
        ids::GuestKey,
        moment::Moment,
    },
    tui::model::care::{self, Urgency},
};

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Alert(Alert),
    Finding(Finding),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Alert(AlertId),
    Finding(FindingId),
}

impl Item {
    pub fn key(&self) -> Key {
        match self {
            Self::Alert(alert) => Key::Alert(alert.id),
            Self::Finding(finding) => Key::Finding(finding.id),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Alert(alert) => &alert.name,
            Self::Finding(finding) => &finding.name,
        }
    }

    pub fn what(&self) -> String {
        match self {
            Self::Alert(alert) => alert.what.clone(),
            Self::Finding(finding) => care::what(&finding.drift),
        }
    }

    pub fn since(&self) -> Moment {
        match self {
            Self::Alert(alert) => alert.since,
            Self::Finding(finding) => finding.since,
        }
    }

    pub fn urgency(&self, now: Moment) -> Urgency {
        match self {
            Self::Alert(alert) => Urgency::of_alert(alert, now),
            Self::Finding(finding) if finding.standing == Standing::Dismissed => Urgency::Quiet,
            Self::Finding(finding) => Urgency::of_drift(&finding.drift),
        }
    }

    pub fn light(&self, now: Moment) -> char {
        match (self, self.urgency(now)) {
            (Self::Finding(finding), urgency) if urgency != Urgency::Quiet => care::drift_light(&finding.drift),
            (_, urgency) => care::light(urgency),
        }
    }

    /// When it was over, or was seen last where the operator had enough of it.
    pub fn ended(&self) -> Moment {
        match self {
            Self::Alert(alert) => alert.over.unwrap_or(alert.raised),
            Self::Finding(finding) => match finding.standing {
                Standing::Over(at) => at,
                Standing::Open | Standing::Dismissed => finding.seen,
            },
        }
    }

    /// What mends it, the likeliest first.
    pub fn mends(&self, fleet: &Fleet) -> Vec<Mend> {
        match self {
            Self::Alert(alert) => alert.mend.iter().cloned().collect(),
            Self::Finding(finding) => finding.mends(fleet),
        }
    }

    /// The unit that it is about, where there is one.
    pub fn guest(&self, fleet: &Fleet) -> Option<GuestKey> {
        match self {
            Self::Alert(alert) => care::guest_of_alert(alert, fleet),
            Self::Finding(finding) => Some(finding.guest.clone()),
        }
    }
}
