//! What the terminal is told of, so that whoever looks elsewhere hears of it: alerts that were raised since the deck was
//! opened. What must hold: each is told once, and again only when it got worse; a storm is one word.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use crate::domain::{
    care::{AlertId, Care, Level},
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
    /// With the level that it had then.
    told: HashMap<AlertId, Level>,
    waiting: Vec<(Level, String)>,
    not_before: Duration,
}

impl Herald {
    pub fn from(since: Moment) -> Self {
        Self { since, told: HashMap::new(), waiting: Vec::new(), not_before: Duration::ZERO }
    }

    pub fn hear(&mut self, care: &Care, now: Moment) {
        let there: HashSet<AlertId> = care.alerts.iter().map(|alert| alert.id).collect();
        self.told.retain(|id, _| there.contains(id));
        for alert in care.alerts.iter().filter(|alert| alert.over.is_none()) {
            if alert.raised < self.since {
                self.told.entry(alert.id).or_insert(alert.level);
            }
            let is_news = self.told.get(&alert.id).is_none_or(|level| *level < alert.level);
            if is_news && !alert.is_quiet(now) {
                self.told.insert(alert.id, alert.level);
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
