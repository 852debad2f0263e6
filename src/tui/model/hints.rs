//! The first minute in the demo: one thing to do at a time. What must hold: what was done is not asked for, whichever way it
//! was done, and what was ended does not come back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Demo, Model, memory::Remembered};
use crate::tui::keymap::Place;

/// What a newcomer is led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    Deploy,
    Flip,
    BackUp,
    TakeBack,
    /// All else was done; help is the last word.
    Help,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hints {
    done: BTreeSet<Deed>,
}

impl Remembered for Hints {
    const NAME: &'static str = "hints";
}

impl Deed {
    pub const ALL: [Self; 5] = [Self::Deploy, Self::Flip, Self::BackUp, Self::TakeBack, Self::Help];

    /// Where its keys are, what is said, and the same where there is little room.
    fn words(self) -> (Place, &'static str, &'static str) {
        match self {
            Self::Deploy => (
                Place::Store,
                "[3] opens the store: pick one and press [Enter] to deploy it",
                "[3] store, [Enter] deploys",
            ),
            Self::Flip => (Place::Apps, "[2] apps: [Space] turns a unit to its back", "[2] apps, [Space] turns"),
            Self::BackUp => (Place::Apps, "[b] backs it up", ""),
            Self::TakeBack => (Place::Apps, "[U] takes back what was done last", "[U] takes back the last"),
            Self::Help => (Place::Apps, "that is all: [?] helps anywhere", "[?] helps anywhere"),
        }
    }
}

impl Hints {
    /// Nothing is left to be said.
    pub fn over() -> Self {
        Self { done: Deed::ALL.into() }
    }

    /// What is to be done now.
    pub fn next(&self) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| !self.done.contains(deed))
    }

    /// It was done; says whether that is news. Help before the end ends nothing.
    pub fn note(&mut self, deed: Deed) -> bool {
        (deed != Deed::Help || self.next() == Some(Deed::Help)) && self.done.insert(deed)
    }

    /// As it is kept: the last word is said once.
    pub fn kept(&self) -> Self {
        if self.next() == Some(Deed::Help) { Self::over() } else { self.clone() }
    }
}

impl Model {
    /// What is said now, and the same in short.
    pub fn hint(&self) -> Option<(String, String)> {
        let leads = self.demo == Demo::Demo && self.settings.look.hints;
        let (place, text, short) = self.hints.next().filter(|_| leads)?.words();
        let words = |text| self.keymap.reword(place, text).into_owned();
        Some((words(text), words(short)))
    }
}
