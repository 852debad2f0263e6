//! What a form asks while it is filled in: storages to choose from, the next times of a schedule, what would be removed.
//! What must hold: of each there is one question on its way at most, and the last one asked is the one that is shown.

use std::time::Duration;

use crate::tui::event::Ticket;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Storages to choose from.
    Places,
    /// When a schedule comes round.
    Times,
    /// What a retention would remove.
    Removal,
    /// What our credential lacks.
    Rights,
    /// What a new schedule would best be.
    Usual,
}

#[derive(Debug, Clone)]
struct Inquiry {
    about: About,
    due: Option<Duration>,
    flight: Option<Ticket>,
}

#[derive(Debug, Clone, Default)]
pub struct Inquiries(Vec<Inquiry>);

/// Who types fast is not asked after at every letter.
pub const PAUSE: Duration = Duration::from_millis(250);

impl Inquiries {
    /// It is to be asked at this tick, however often it was asked before.
    pub fn ask(&mut self, about: About, at: Duration) {
        match self.0.iter_mut().find(|one| one.about == about) {
            Some(one) => one.due = Some(at),
            None => self.0.push(Inquiry { about, due: Some(at), flight: None }),
        }
    }

    /// What is to be asked now.
    pub fn due(&self, tick: Duration) -> Option<About> {
        let is_due = |one: &&Inquiry| one.flight.is_none() && one.due.is_some_and(|due| due <= tick);
        self.0.iter().find(is_due).map(|one| one.about)
    }

    /// It was asked, or there was nothing to ask.
    pub fn sent(&mut self, about: About, ticket: Option<Ticket>) {
        if let Some(one) = self.0.iter_mut().find(|one| one.about == about) {
            (one.due, one.flight) = (None, ticket);
        }
    }

    /// Of what this is the answer.
    pub fn heard(&mut self, ticket: Ticket) -> Option<About> {
        let one = self.0.iter_mut().find(|one| one.flight == Some(ticket))?;
        one.flight = None;
        Some(one.about)
    }

    /// Whether what is shown is being asked anew.
    pub fn is_open(&self, about: About) -> bool {
        self.0.iter().any(|one| one.about == about && (one.flight.is_some() || one.due.is_some()))
    }

    pub fn wakes_at(&self) -> Option<Duration> {
        self.0.iter().filter(|one| one.flight.is_none()).filter_map(|one| one.due).min()
    }
}
