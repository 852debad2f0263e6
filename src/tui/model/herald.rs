//! What the terminal is told of, so that whoever looks elsewhere hears of it: alerts that were raised since the deck was
//! opened. What must hold: each is told once, and a storm is one word.

use std::{collections::HashSet, time::Duration};

use crate::domain::{
    care::{Alert, AlertId, Care, Level},
    moment::Moment,
};

/// What comes within this time is told together.
const PAUSE: Duration = Duration::from_secs(10);
/// As many are named.
const NAMED: usize = 3;

#[derive(Debug, Clone)]
pub struct Herald {
    /// What was raised before is no news.
    since: Moment,
    told: HashSet<AlertId>,
    waiting: Vec<(Level, String)>,
    not_before: Duration,
}

impl Herald {
    pub fn from(since: Moment) -> Self {
        Self { since, told: HashSet::new(), waiting: Vec::new(), not_before: Duration::ZERO }
    }

    pub fn hear(&mut self, care: &Care, now: Moment) {
        let there: HashSet<AlertId> = care.alerts.iter().map(|alert| alert.id).collect();
        self.told.retain(|id| there.contains(id));
        let since = self.since;
        let is_news = |alert: &&Alert| alert.over.is_none() && alert.raised >= since && !alert.is_quiet(now);
        for alert in care.alerts.iter().filter(is_news) {
            if self.told.insert(alert.id) {
                self.waiting.push((alert.level, format!("{}: {}", alert.name, alert.what)));
            }
        }
    }

    /// When it has something to say.
    pub fn due(&self) -> Option<Duration> {
        (!self.waiting.is_empty()).then_some(self.not_before)
    }

    /// What is to be said now, and how bad the worst of it is.
    pub fn speak(&mut self, tick: Duration) -> Option<(Level, String)> {
        self.due().filter(|due| *due <= tick)?;
        self.not_before = tick + PAUSE;
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
        let worst = waiting.first()?.0;
        let named: Vec<&str> = waiting.iter().take(NAMED).map(|(_, words)| words.as_str()).collect();
        let text = match (waiting.len(), waiting.len().saturating_sub(NAMED)) {
            (1, _) => named.concat(),
            (all, 0) => format!("{all} alerts: {}", named.join(", ")),
            (all, more) => format!("{all} alerts: {}, and {more} more", named.join(", ")),
        };
        Some((worst, text))
    }
}
