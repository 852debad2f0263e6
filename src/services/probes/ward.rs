//! One app that is looked after.

use std::time::Duration;

use crate::domain::{
    care::{AppHealth, Counts, Sight, Tally, Terms, Uptime},
    moment::Moment,
};

/// What an app is taken for until its own terms are known.
const INTERVAL: Duration = Duration::from_secs(30);

pub(super) struct Ward {
    pub health: AppHealth,
    pub due: Moment,
    pub interval: Duration,
    pub is_looked_at: bool,
    /// What was counted in its day, week and month.
    spans: [Tally; 3],
    /// What of that the store does not have yet.
    pub unwritten: Tally,
    /// It is not shown, or not kept, as it is.
    pub is_unshown: bool,
    pub is_unkept: bool,
    /// It is another state: nobody waits for that to be told.
    pub has_turned: bool,
}

impl Ward {
    pub fn new(health: AppHealth, spans: [Tally; 3], now: Moment) -> Self {
        Self {
            health,
            due: now,
            interval: INTERVAL,
            is_looked_at: false,
            spans,
            unwritten: Tally::default(),
            is_unshown: true,
            is_unkept: false,
            has_turned: false,
        }
    }

    /// From one look to the next; one that was late does not make the next one so.
    pub fn wait(&mut self, interval: Duration, now: Moment) {
        self.interval = interval;
        let next = self.due + interval;
        self.due = if now.since(self.due) < interval { next } else { now + interval };
    }

    pub fn take(&mut self, sight: Sight, now: Moment, terms: &Terms) {
        let before = (self.health.health, self.health.off, self.health.gave_up);
        let counts = self.health.take(sight, now, terms);
        self.count(counts);
        if before != (self.health.health, self.health.off, self.health.gave_up) {
            self.has_turned = true;
        } else if counts == Counts::Neither && self.health.last.is_none() {
            // It is off as it was.
            return;
        }
        (self.is_unshown, self.is_unkept) = (true, true);
    }

    fn count(&mut self, counts: Counts) {
        self.unwritten.count(counts);
        for span in &mut self.spans {
            span.count(counts);
        }
        self.reckon();
    }

    /// What the store has counted until now takes the place of what we have: old hours are no part of it any more.
    pub fn recount(&mut self, spans: [Tally; 3]) {
        self.spans = spans.map(|span| span.and(self.unwritten));
        self.reckon();
        self.is_unshown = true;
    }

    fn reckon(&mut self) {
        self.health.uptime = Uptime::of(self.spans);
    }
}
