//! An entry of the inbox: an alert, a finding, or an operation that does not go on.

use crate::{
    domain::{
        care::{Alert, AlertId, Drift, Finding, FindingId, Mend, Standing},
        fleet::Fleet,
        ids::{GuestKey, OperationId},
        moment::Moment,
        stuck::Stuck,
    },
    tui::model::{
        care::{self, Urgency},
        world::guest_of,
    },
};

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Alert(Alert),
    Finding(Finding),
    Stuck(Stuck),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Alert(AlertId),
    Finding(FindingId),
    Stuck(OperationId),
}

impl Item {
    pub fn key(&self) -> Key {
        match self {
            Self::Alert(alert) => Key::Alert(alert.id),
            Self::Finding(finding) => Key::Finding(finding.id),
            Self::Stuck(stuck) => Key::Stuck(stuck.operation),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Alert(alert) => &alert.name,
            Self::Finding(finding) => &finding.name,
            Self::Stuck(stuck) => &stuck.name,
        }
    }

    pub fn what(&self) -> String {
        match self {
            Self::Alert(alert) => alert.what.clone(),
            Self::Finding(finding) => care::what(&finding.drift),
            Self::Stuck(_) => care::STUCK.into(),
        }
    }

    pub fn since(&self) -> Moment {
        match self {
            Self::Alert(alert) => alert.since,
            Self::Finding(finding) => finding.since,
            Self::Stuck(stuck) => stuck.since,
        }
    }

    pub fn urgency(&self, now: Moment) -> Urgency {
        match self {
            Self::Alert(alert) => Urgency::of_alert(alert, now),
            Self::Finding(finding) if finding.standing == Standing::Dismissed => Urgency::Quiet,
            Self::Finding(finding) => Urgency::of_drift(&finding.drift),
            Self::Stuck(_) => Urgency::Warning,
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
            Self::Stuck(stuck) => stuck.since,
        }
    }

    /// What is over is only looked at; what was dismissed is still so.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Alert(alert) => alert.over.is_some(),
            Self::Finding(finding) => matches!(finding.standing, Standing::Over(_)),
            Self::Stuck(_) => false,
        }
    }

    pub fn is_dismissed(&self) -> bool {
        matches!(self, Self::Finding(Finding { standing: Standing::Dismissed, .. }))
    }

    /// Whether it can be said that it is to be as it is now.
    pub fn is_acceptable(&self) -> bool {
        matches!(self, Self::Finding(Finding { drift: Drift::Changed(_) | Drift::New, .. }))
    }

    /// What mends it, the likeliest first.
    pub fn mends(&self, fleet: &Fleet) -> Vec<Mend> {
        match self {
            Self::Alert(alert) => alert.mend.iter().cloned().collect(),
            Self::Finding(finding) => finding.mends(fleet),
            Self::Stuck(stuck) => vec![Mend::Resume(stuck.operation), Mend::TakeBack(stuck.operation)],
        }
    }

    /// The unit that it is about, where there is one.
    pub fn guest(&self, fleet: &Fleet) -> Option<GuestKey> {
        match self {
            Self::Alert(alert) => care::guest_of_alert(alert, fleet),
            Self::Finding(finding) => Some(finding.guest.clone()),
            Self::Stuck(stuck) => fleet.operation(stuck.operation).and_then(guest_of),
        }
    }
}
