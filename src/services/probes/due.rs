//! Whose turn it is. What must hold: however many come due at once, so many are looked at in a stretch of time as their
//! intervals say, and whoever waits longest is first.

use std::{collections::HashMap, time::Duration};

use super::ward::Ward;
use crate::domain::{ids::AppId, moment::Moment};

/// A pause that was longer than this is not made up for.
const LONGEST: Duration = Duration::from_secs(5);

/// What is due later than a whole turn was reckoned by a clock that has gone back since.
fn is_due(ward: &Ward, now: Moment) -> bool {
    ward.due <= now || ward.due.since(now) > ward.interval * 2
}

pub(super) struct Pace {
    since: Moment,
    /// Parts of a turn that are left over.
    left: f64,
}

impl Pace {
    pub fn from(now: Moment) -> Self {
        // The first one need not wait.
        Self { since: now, left: 1.0 }
    }

    pub fn due(&mut self, wards: &HashMap<AppId, Ward>, most: usize, now: Moment) -> Vec<AppId> {
        let mut due: Vec<(&AppId, &Ward)> =
            wards.iter().filter(|(_, ward)| is_due(ward, now) && !ward.is_looked_at).collect();
        let turns = (self.turns(wards, now) as usize).min(most).min(due.len());
        if due.is_empty() {
            // What nobody needed is no store for later.
            self.left = self.left.min(1.0);
        }
        self.left -= turns as f64;
        due.sort_by_key(|(app, ward)| (ward.due, *app));
        due.truncate(turns);
        due.into_iter().map(|(app, _)| app.clone()).collect()
    }

    fn turns(&mut self, wards: &HashMap<AppId, Ward>, now: Moment) -> f64 {
        let passed = now.since(self.since).min(LONGEST).as_secs_f64();
        self.since = now;
        let a_second: f64 = wards.values().map(|ward| 1.0 / ward.interval.as_secs_f64().max(1.0)).sum();
        // A little more than is needed, so that whoever is late gets his turn.
        self.left += passed * a_second * 1.1;
        self.left
    }
}
