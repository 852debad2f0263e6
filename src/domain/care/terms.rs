//! How one app is looked at, all things considered: the rules, and what was said for it alone. What must hold: an adopted app
//! is restarted only where that was said for it alone.

use std::time::Duration;

use super::{
    rules::{HealthRules, SelfRestart},
    watch::{Gaze, Watch},
};
use crate::domain::{app::App, probe::ProbeKind};

#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    pub interval: Duration,
    pub timeout: Duration,
    pub fall: u32,
    pub rise: u32,
    /// Milliseconds
    pub slow_after: u64,
    pub self_restart: SelfRestart,
    pub restarts_a_day: u32,
    /// So long after its start it need not answer yet.
    pub grace: Duration,
    /// Nothing where there is nothing to look at.
    pub what: Option<ProbeKind>,
}

/// Where no recipe says how long a start takes.
const GRACE: u64 = 120;
/// A command inside takes a visit to the guest: by itself none is made more often, and it may take longer.
const COMMAND_EVERY: u64 = 60;
const COMMAND_TAKES: u64 = 20;

impl Terms {
    pub fn of(rules: &HealthRules, app: &App) -> Self {
        let silent = Watch::default();
        let watch = app.book.as_ref().and_then(|book| book.watch.as_ref()).unwrap_or(&silent);
        let what = what(app, watch);
        let (every, takes) = match &what {
            Some(ProbeKind::Command { .. }) => (rules.interval.max(COMMAND_EVERY), rules.timeout.max(COMMAND_TAKES)),
            _ => (rules.interval, rules.timeout),
        };
        let interval = watch.interval.unwrap_or(every).max(1);
        let restart = if app.is_adopted() { SelfRestart::Off } else { rules.self_restart };
        let deadline = app.book.as_ref().and_then(|book| book.probe.as_ref()).map_or(GRACE, |probe| probe.deadline);
        Self {
            interval: Duration::from_secs(interval),
            // A look is over before the next one begins.
            timeout: Duration::from_secs(watch.timeout.unwrap_or(takes).clamp(1, interval)),
            fall: watch.fall.unwrap_or(rules.bad_to_fall).max(2),
            rise: watch.rise.unwrap_or(rules.good_to_rise).max(1),
            slow_after: rules.slow_after,
            self_restart: watch.self_restart.unwrap_or(restart),
            restarts_a_day: rules.restarts_a_day,
            grace: Duration::from_secs(deadline),
            what,
        }
    }
}

/// What was said, else what its recipe says, else the first of its ports.
fn what(app: &App, watch: &Watch) -> Option<ProbeKind> {
    match &watch.probe {
        Some(Gaze::Off) => return None,
        Some(Gaze::At(what)) => return Some(what.clone()),
        None => {}
    }
    let of_book = app.book.as_ref().and_then(|book| book.probe.as_ref()).map(|probe| probe.what.clone());
    of_book.or_else(|| app.marker.ports.first().map(|port| ProbeKind::Tcp { port: *port }))
}
