//! What was earned, with its day. What must hold: what was earned once stays earned, whatever becomes of it; what was so
//! before the deck first looked is no news.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Model, memory::Remembered};
use crate::domain::{
    honours::{Honour, Look, Way, inbox},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Honours {
    /// By slug: what a newer deck earned stays, though this one does not know it.
    earned: BTreeMap<String, Moment>,
    /// When the deck first looked.
    since: Option<Moment>,
    /// The most that this deck saw in the inbox since it was empty last. Not kept: what became of it meanwhile nobody here
    /// saw.
    #[serde(skip)]
    most: usize,
}

impl Remembered for Honours {
    const NAME: &'static str = "honours";
}

/// So long a deck that begins may still be hearing how things stand.
const SETTLING: Duration = Duration::from_secs(60);

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fresh {
    /// Earned while somebody looked.
    pub news: Vec<Honour>,
    /// It was so before.
    pub old: Vec<Honour>,
}

impl Fresh {
    pub fn is_empty(&self) -> bool {
        self.news.is_empty() && self.old.is_empty()
    }
}

impl Honours {
    pub fn day(&self, honour: Honour) -> Option<Moment> {
        self.earned.get(honour.slug()).copied()
    }

    pub fn count(&self) -> usize {
        Honour::ALL.into_iter().filter(|honour| self.day(*honour).is_some()).count()
    }

    pub fn is_first_look(&self) -> bool {
        self.since.is_none()
    }

    /// Takes in what is so now, and says what of it is new.
    pub fn take(&mut self, look: &Look) -> Fresh {
        let since = *self.since.get_or_insert(look.now);
        let mut fresh = Fresh::default();
        for honour in Honour::ALL {
            if self.day(honour).is_some() {
                continue;
            }
            if let Some(at) = honour.reached(look) {
                self.earned.insert(honour.slug().to_owned(), at);
                let bound = if honour.has_no_date() { since + SETTLING } else { since };
                if at <= bound { fresh.old.push(honour) } else { fresh.news.push(honour) }
            }
        }
        match inbox(look.fleet) {
            Some(0) => self.most = 0,
            Some(count) => self.most = self.most.max(count),
            None => {}
        }
        fresh
    }
}

impl Model {
    /// What honours are judged by.
    pub fn with_look<T>(&self, see: impl FnOnce(&Look) -> T) -> T {
        let hour = |at: Moment| {
            let time = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
            time.to_zoned(self.zone.clone()).hour()
        };
        see(&Look { fleet: &self.world.fleet, now: self.now.wall, hour: &hour, most: self.honours.most })
    }

    /// How far one is with an honour, where that can be counted.
    pub fn way_to(&self, honour: Honour) -> Option<Way> {
        self.with_look(|look| honour.way(look))
    }
}
