//! A plan on the screen, wherever it stands: its steps under the hand, their calls unfolded, and a button that does it.
//! What must hold: the hand is on the button by itself only where nothing is lost for good.

mod rows;

use std::collections::BTreeSet;

pub use self::rows::{Listing, Told, draw, listing};
use crate::{
    domain::fault::Fault,
    engine::door::{Held, Preview},
    tui::{command::Command, event::Ticket},
};

#[derive(Debug, Clone, Default)]
pub struct PlanView {
    pub seen: Seen,
    /// The question that is on its way.
    pub flight: Option<Ticket>,
    /// On a step, or behind the last one on the button.
    pub hand: usize,
    /// Steps whose calls are unfolded.
    pub open: BTreeSet<usize>,
    pub top: u16,
}

#[derive(Debug, Clone, Default)]
pub enum Seen {
    #[default]
    Nothing,
    Preview(Box<Preview>),
    Fault(Fault),
}

/// What Enter came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    Step,
    Button,
}

/// How far a page goes.
const PAGE: u16 = 10;

impl PlanView {
    pub fn preview(&self) -> Option<&Preview> {
        match &self.seen {
            Seen::Preview(preview) => Some(preview),
            _ => None,
        }
    }

    fn steps(&self) -> usize {
        self.preview().map_or(0, |preview| preview.steps.len())
    }

    pub fn is_on_button(&self) -> bool {
        self.hand >= self.steps()
    }

    pub fn take(&mut self, result: Result<Box<Preview>, Fault>) {
        self.flight = None;
        let is_new = self.preview().is_none();
        self.seen = result.map_or_else(Seen::Fault, Seen::Preview);
        let steps = self.steps();
        if is_new {
            self.hand = if self.is_harmless() { steps } else { 0 };
        }
        self.hand = self.hand.min(steps);
        self.open.retain(|step| *step < steps);
    }

    /// Nothing of it is lost for good, and nothing speaks against it.
    fn is_harmless(&self) -> bool {
        self.preview().is_some_and(|preview| {
            preview.warnings().next().is_none() && preview.rights.iter().all(|(_, held)| *held != Held::No)
        })
    }

    pub fn go(&mut self, command: Command) {
        let last = self.steps();
        match command {
            Command::Previous => self.hand = self.hand.saturating_sub(1),
            Command::Next => self.hand = (self.hand + 1).min(last),
            Command::First => (self.hand, self.top) = (0, 0),
            Command::PageDown => (self.hand, self.top) = (last, self.top.saturating_add(PAGE)),
            Command::PageUp => (self.hand, self.top) = (last, self.top.saturating_sub(PAGE)),
            _ => self.hand = last,
        }
    }

    pub fn press(&mut self) -> Pressed {
        if self.is_on_button() {
            return Pressed::Button;
        }
        if !self.open.remove(&self.hand) {
            self.open.insert(self.hand);
        }
        Pressed::Step
    }
}
