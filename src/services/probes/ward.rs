//! One app that is looked after. What must hold: a bad look counts only once its host was heard of later than that; when
//! nothing is reached any more, it is not the app that fails.

use std::time::Duration;

use super::sight::{self, Doubt};
use crate::domain::{
    app::App,
    care::{AppHealth, Counts, Probed, Sight, Tally, Terms, Uptime},
    fleet::Fleet,
    moment::Moment,
};

/// What an app is taken for until its own terms are known.
const INTERVAL: Duration = Duration::from_secs(30);
/// More bad looks than that do not wait.
const DOUBTS: usize = 8;

pub(super) struct Ward {
    pub health: AppHealth,
    pub due: Moment,
    pub interval: Duration,
    pub is_looked_at: bool,
    /// Bad looks that wait for their host to be heard of, the oldest first.
    doubts: Vec<Probed>,
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
            doubts: Vec::new(),
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

    /// Whoever answers well is reached, and was so before.
    pub fn hear(&mut self, fleet: &Fleet, app: &App, probed: Probed, now: Moment, terms: &Terms) {
        if probed.is_good() {
            let heard = std::mem::take(&mut self.doubts).into_iter().chain([probed]);
            heard.filter_map(|probed| sight::asked(fleet, app, probed)).for_each(|sight| self.take(sight, now, terms));
            return;
        }
        if self.doubts.len() == DOUBTS {
            self.doubts.remove(0);
        }
        self.doubts.push(probed);
        self.weigh(fleet, app, now, terms);
    }

    pub fn has_doubts(&self) -> bool {
        !self.doubts.is_empty()
    }

    pub fn weigh(&mut self, fleet: &Fleet, app: &App, now: Moment, terms: &Terms) {
        for probed in std::mem::take(&mut self.doubts) {
            match sight::doubt(fleet, app, probed.at) {
                Doubt::Over => {
                    if let Some(sight) = sight::asked(fleet, app, probed) {
                        self.take(sight, now, terms);
                    }
                }
                Doubt::Lasts => self.doubts.push(probed),
                Doubt::Right => {}
            }
        }
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
