//! What wants the operator at one moment. What must hold: what cannot be seen now, or was not looked at yet, is neither
//! raised nor over, and a host that is lost mutes what follows from that.

mod apps;
mod care;
mod hosts;
mod unknown;

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use self::unknown::Unknown;
use super::{Key, Rule, Standing, Trend};
use crate::domain::{
    care::{About, AlertRules, Mend},
    fleet::Fleet,
    ids::AppId,
    moment::Moment,
};

/// Something that holds, or does not quite hold any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What the operator calls it.
    pub name: Arc<str>,
    pub standing: Standing,
    /// In a few words: `disk 92 %, full in 3 d`
    pub what: String,
    pub mend: Option<Mend>,
    /// What the operator can do where we cannot.
    pub remedy: Option<String>,
}

/// What is known beyond the fleet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// Of apps whose disk is rather full.
    pub trends: BTreeMap<AppId, Trend>,
    /// The version that waits, of apps that are older than their recipe.
    pub updates: BTreeMap<AppId, String>,
    /// Nobody could look at what these go by.
    pub blind: BTreeSet<Rule>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    conditions: BTreeMap<Key, Condition>,
    unknown: Unknown,
}

impl Look {
    /// One that saw just this.
    pub fn of(all: impl IntoIterator<Item = (Key, Condition)>) -> Self {
        let mut look = Self::default();
        all.into_iter().for_each(|(key, condition)| look.add(key, condition));
        look
    }

    pub fn conditions(&self) -> &BTreeMap<Key, Condition> {
        &self.conditions
    }

    /// Whether nobody can tell at the moment if it is so.
    pub fn is_unknown(&self, key: &Key) -> bool {
        self.unknown.has(key)
    }

    /// What is seen twice is told once, as the worse of the two.
    fn add(&mut self, key: Key, condition: Condition) {
        match self.conditions.entry(key) {
            Entry::Vacant(free) => {
                free.insert(condition);
            }
            Entry::Occupied(mut taken) => {
                let worse = taken.get().standing.or(condition.standing);
                let rank = |one: &Condition| (one.standing.raises, one.standing.keeps, one.what.clone());
                if rank(&condition) > rank(taken.get()) {
                    taken.insert(condition);
                }
                taken.get_mut().standing = worse;
            }
        }
    }

    fn has_seen(&mut self, rule: Rule, about: About, condition: Condition) {
        let key = (rule, about);
        if !self.unknown.has(&key) {
            self.add(key, condition);
        }
    }
}

pub fn look(fleet: &Fleet, past: &Past, rules: &AlertRules, now: Moment) -> Look {
    let mut look = Look { unknown: Unknown::of(fleet, &past.blind), ..Look::default() };
    hosts::look(fleet, rules, now, &mut look);
    apps::look(fleet, past, rules, now, &mut look);
    care::look(fleet, rules, &mut look);
    look
}

pub(super) fn percent(share: f32) -> String {
    format!("{:.0} %", (share * 100.0).floor())
}

/// `full in 3 d`
pub(super) fn full_in(days: u64) -> String {
    if days == 0 { "full today".into() } else { format!("full in {days} d") }
}
