//! What becomes of a finding when somebody has looked again. What must hold: it is opened once, what was dismissed stays
//! quiet until it is another thing, and the same thing after its end is a new finding.

use std::sync::Arc;

use super::Kind;
use crate::domain::{
    care::{Drift, Finding, Standing},
    ids::{AppId, GuestKey},
};

/// What somebody who looked says of a guest; who did not look says nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub guest: GuestKey,
    pub app: Option<AppId>,
    pub name: Arc<str>,
    pub kind: Kind,
    /// Nothing where it is not so.
    pub now: Option<Drift>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// It is as it was.
    Stays,
    /// It was not so before.
    Opens(Drift),
    /// It is so in another way, and heard of again if it was dismissed.
    Becomes(Drift),
    Ends,
}

/// `known` is the finding of this guest and kind that is not over, if there is one.
pub fn turn(known: Option<&Finding>, now: Option<&Drift>) -> Turn {
    let known = known.filter(|known| !matches!(known.standing, Standing::Over(_)));
    match (known, now) {
        (None, None) => Turn::Stays,
        (None, Some(drift)) => Turn::Opens(drift.clone()),
        (Some(_), None) => Turn::Ends,
        (Some(known), Some(drift)) if known.drift == *drift => Turn::Stays,
        (Some(_), Some(drift)) => Turn::Becomes(drift.clone()),
    }
}
