//! What stops to be good one day: how long it still is, and from when on that is said aloud. Everywhere the same.

use std::time::Duration;

use crate::{
    domain::{
        host::{Expiring, Expiry},
        moment::Moment,
    },
    tui::{theme::Role, widgets::figures},
};

const DAY: u64 = 86_400;
/// From here on a person should do something at once.
const NOW: Duration = Duration::from_secs(3 * DAY);

/// How loud it is said; nothing while there is time.
pub fn loud(at: Moment, now: Moment) -> Option<Role> {
    match at.since(now) {
        left if left < NOW => Some(Role::Danger),
        left if left < Expiry::SOON => Some(Role::Warning),
        _ => None,
    }
}

/// `12 d left`, `is over`
pub fn words(at: Moment, now: Moment) -> String {
    if at <= now { "is over".into() } else { format!("{} left", figures::age(at.since(now))) }
}

/// What it is, in a word or two.
pub fn what(expiry: &Expiry) -> String {
    match &expiry.what {
        Expiring::Token => "token".into(),
        Expiring::Certificate(node) => format!("certificate of {node}"),
    }
}

/// What runs out first.
pub fn first(expiring: &[Expiry]) -> Option<&Expiry> {
    expiring.iter().min_by_key(|expiry| expiry.at)
}
