//! One list of what the deck looked after and found: alerts and drift, the worst first. What must hold: the hand stays on
//! its entry whatever comes and goes, and what was snoozed or acknowledged is shown but never louder than the rest.

mod detail;
mod draw;
mod item;

pub use self::{
    draw::{draw, page},
    item::{Item, Key},
};

use crate::{
    domain::{care::Care, fault::Fault, moment::Moment},
    engine::Answer,
    tui::{
        event::Ticket,
        model::{care::Urgency, hand::Hand, wants::told},
    },
};

#[derive(Debug, Clone, Default)]
pub struct Inbox {
    pub chip: Chip,
    pub hand: Hand<Key>,
    /// What is shown, in its order.
    pub items: Vec<Item>,
    pub counts: [usize; Chip::ALL.len()],
    pub past: Past,
    keys: Vec<Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chip {
    #[default]
    All,
    Alerts,
    Drift,
    /// Snoozed and acknowledged.
    Quiet,
    /// What is over.
    Past,
}

impl Chip {
    pub const ALL: [Self; 5] = [Self::All, Self::Alerts, Self::Drift, Self::Quiet, Self::Past];

    fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|chip| *chip == self).unwrap_or(0) as isize;
        Self::ALL[(at + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Alerts => "alerts",
            Self::Drift => "drift",
            Self::Quiet => "snoozed",
            Self::Past => "past",
        }
    }

    fn takes(self, item: &Item, now: Moment) -> bool {
        match self {
            Self::All => true,
            Self::Alerts => matches!(item, Item::Alert(_) | Item::Stuck(_)),
            Self::Drift => matches!(item, Item::Finding(_)),
            Self::Quiet => item.urgency(now) == Urgency::Quiet,
            Self::Past => false,
        }
    }
}

/// What is over, as far as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Past {
    pub flights: Vec<Ticket>,
    pub items: Vec<Item>,
    pub fault: Option<Fault>,
}

impl Inbox {
    pub fn of(care: &Care, now: Moment, chip: Chip) -> Self {
        let mut inbox = Self { chip, ..Self::default() };
        inbox.follow(care, now);
        inbox
    }

    /// The world changed, or time has passed.
    pub fn follow(&mut self, care: &Care, now: Moment) {
        let alerts = told::shown(care).cloned().map(Item::Alert);
        let findings = care.findings.iter().cloned().map(Item::Finding);
        let mut all: Vec<Item> = alerts.chain(findings).chain(care.stuck.iter().cloned().map(Item::Stuck)).collect();
        self.counts = Chip::ALL.map(|chip| all.iter().filter(|item| chip.takes(item, now)).count());
        all.retain(|item| self.chip.takes(item, now));
        // Of the same urgency the newest first: what came last is what one has not seen yet.
        all.sort_by_key(|item| (item.urgency(now), std::cmp::Reverse(item.since()), item.key()));
        self.items = if self.chip == Chip::Past { self.past.items.clone() } else { all };
        self.keys = self.items.iter().map(Item::key).collect();
        self.hand.settle(&self.keys);
    }

    pub fn step(&mut self, by: isize, care: &Care, now: Moment) {
        self.chip = self.chip.step(by);
        self.hand = Hand::default();
        self.follow(care, now);
    }

    pub fn go(&mut self, at: usize) {
        self.hand.go(at, &self.keys);
    }

    pub fn held(&self) -> Option<&Item> {
        self.items.get(self.hand.at)
    }

    /// What it waited for, if it did.
    pub fn hear(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let Some(at) = self.past.flights.iter().position(|flight| *flight == ticket) else { return };
        self.past.flights.remove(at);
        match result {
            Ok(Answer::Alerts(alerts)) => self.past.items.extend(alerts.into_iter().map(Item::Alert)),
            Ok(Answer::Findings(findings)) => self.past.items.extend(findings.into_iter().map(Item::Finding)),
            Ok(_) => {}
            Err(fault) => self.past.fault = Some(fault),
        }
        // A hand that was not moved yet rests on what ended last.
        if self.hand.at == 0 {
            self.hand = Hand::default();
        }
        self.past.items.sort_by_key(|item| (std::cmp::Reverse(item.ended()), item.key()));
    }
}
