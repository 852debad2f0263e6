//! From one look to the next: what a look makes of the state of an app. What must hold: it takes several bad answers in a
//! row to fall and several good ones to rise, one alone changes nothing, and a look that could not be made never counts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    health::{AppHealth, Health, Off, Probed},
    rules::SelfRestart,
    terms::Terms,
};
use crate::domain::moment::Moment;

/// So many of the last looks are remembered one by one.
const REMEMBERED: u32 = 10;
/// Of those, one may be bad.
const SHAKY: u32 = 2;
/// After so many missed looks a row is broken: nobody knows what was in between.
const BROKEN_AFTER: u32 = 5;
const DAY: Duration = Duration::from_secs(86_400);
/// Restarts that are remembered.
const RESTARTS: usize = 32;

/// The last looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Looks {
    /// Bad ones in a row, up to the last.
    bad: u32,
    good: u32,
    /// Good ones in a row that took too long.
    slow: u32,
    /// Good ones in a row that did not.
    quick: u32,
    /// The newest is the lowest bit; a bad one is a 1.
    bits: u32,
    at: Option<Moment>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Sight {
    /// It does not run. If somebody here stopped it, then.
    Off { stopped: Option<Moment> },
    /// It runs since then, where that is known, and there is nothing to look at.
    Runs,
    /// It runs since then, where that is known, and was asked.
    Asked { probed: Probed, since: Option<Moment> },
}

/// For how much of the time it was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    Up,
    Down,
    Neither,
}

/// What is to be done about an app that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cure {
    None,
    Restart,
    /// It was restarted as often as it may be.
    Spent,
}

impl Looks {
    fn take(&mut self, probed: &Probed, terms: &Terms) {
        let is_bad = !probed.is_good();
        let is_slow = u64::from(probed.took_ms) > terms.slow_after;
        let row = |is_more: bool, before: u32| if is_more { before.saturating_add(1) } else { 0 };
        self.bad = row(is_bad, self.bad);
        self.good = row(!is_bad, self.good);
        self.slow = row(!is_bad && is_slow, self.slow);
        self.quick = row(!is_bad && !is_slow, self.quick);
        self.bits = (self.bits << 1 | u32::from(is_bad)) & ((1 << REMEMBERED) - 1);
        self.at = Some(probed.at);
    }

    fn is_shaky(&self, terms: &Terms) -> bool {
        self.bits.count_ones() >= SHAKY || self.slow >= terms.fall
    }

    /// Whether what was seen before says nothing of what is seen now.
    fn is_broken(&self, at: Moment, since: Option<Moment>, terms: &Terms) -> bool {
        let Some(last) = self.at else { return false };
        at.since(last) > terms.interval * BROKEN_AFTER || since.is_some_and(|since| since > last)
    }
}

impl AppHealth {
    /// Takes a look in, and says how it counts.
    pub fn take(&mut self, sight: Sight, at: Moment, terms: &Terms) -> Counts {
        match sight {
            Sight::Off { stopped } => {
                self.off = self.why_off(stopped);
                self.looks = Looks::default();
                self.turn(Health::Down, at);
                if self.off == Off::ByItself { Counts::Down } else { Counts::Neither }
            }
            Sight::Runs => {
                self.off = Off::Meant;
                self.looks = Looks::default();
                self.turn(Health::Unknown, at);
                Counts::Neither
            }
            Sight::Asked { probed, since } => self.hear(probed, since, at, terms),
        }
    }

    fn why_off(&self, stopped: Option<Moment>) -> Off {
        let ran = self.last.as_ref().map(|last| last.at);
        match self.health {
            _ if stopped.is_some_and(|at| ran.is_none_or(|ran| ran <= at)) => Off::Meant,
            // Nobody saw it end.
            Health::Down | Health::Unknown => self.off,
            Health::Failing | Health::Degraded | Health::Healthy => Off::ByItself,
        }
    }

    fn hear(&mut self, probed: Probed, since: Option<Moment>, at: Moment, terms: &Terms) -> Counts {
        self.off = Off::Meant;
        if self.health == Health::Down {
            self.turn(Health::Unknown, at);
        }
        if self.looks.is_broken(probed.at, since, terms) {
            self.looks = Looks::default();
        }
        let is_good = probed.is_good();
        let may_be_late = since.is_some_and(|since| probed.at.since(since) < terms.grace);
        if !is_good && may_be_late {
            self.last = Some(probed);
            return Counts::Neither;
        }
        self.looks.take(&probed, terms);
        if !is_good {
            self.last_bad = Some(probed.clone());
        }
        self.last = Some(probed);
        self.turn(self.next(terms), at);
        if is_good { Counts::Up } else { Counts::Down }
    }

    fn next(&self, terms: &Terms) -> Health {
        let looks = &self.looks;
        let risen = if looks.is_shaky(terms) { Health::Degraded } else { Health::Healthy };
        match self.health {
            _ if looks.bad >= terms.fall => Health::Failing,
            Health::Failing if looks.good < terms.rise => Health::Failing,
            Health::Failing | Health::Healthy => risen,
            Health::Degraded if looks.quick >= terms.rise => risen,
            Health::Degraded => Health::Degraded,
            Health::Unknown | Health::Down if looks.good > 0 => risen,
            Health::Unknown | Health::Down => Health::Unknown,
        }
    }

    fn turn(&mut self, to: Health, at: Moment) {
        if self.health != to || self.since == Moment::default() {
            (self.health, self.since) = (to, at);
        }
        if to != Health::Failing {
            self.gave_up = None;
        }
    }

    /// After a restart it fails anew only when it was asked as often again.
    pub fn cure(&self, terms: &Terms, at: Moment) -> Cure {
        let fails = self.health == Health::Failing && self.looks.bad >= terms.fall;
        match terms.self_restart {
            SelfRestart::Off => Cure::None,
            SelfRestart::On if !fails => Cure::None,
            SelfRestart::On if self.restarts_of_the_day(at) >= terms.restarts_a_day as usize => Cure::Spent,
            SelfRestart::On => Cure::Restart,
        }
    }

    pub fn is_failing(&self) -> bool {
        self.health == Health::Failing
    }

    pub fn restarts_of_the_day(&self, at: Moment) -> usize {
        self.restarts.iter().filter(|when| at.since(**when) < DAY).count()
    }

    /// It is restarted now.
    pub fn restarted(&mut self, at: Moment) {
        self.restarts.push(at);
        let old = self.restarts.len().saturating_sub(RESTARTS);
        self.restarts.drain(..old);
        self.looks = Looks { at: Some(at), ..Looks::default() };
    }
}
