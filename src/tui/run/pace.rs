//! When the next picture goes out. What must hold: what a key caused goes out at once, what moves by itself at most
//! thirty times a second, counted from when the last picture had arrived, so a slow link slows it down.

use std::time::Duration;

use tokio::time::Instant;

const FRAME: Duration = Duration::from_millis(33);

#[derive(Debug, Default)]
pub struct Pace {
    last: Option<Instant>,
    due: Option<Instant>,
    woken: Option<Instant>,
}

impl Pace {
    pub fn want_now(&mut self) {
        self.due = Some(Instant::now());
    }

    /// With the next frame; one that is wanted earlier stays.
    pub fn want_soon(&mut self) {
        let at = self.not_before_next(Instant::now());
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    pub fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// When to wake a deck that asked for this moment: never more often than there are frames, drawn or not.
    pub fn wakes(&self, at: Instant) -> Instant {
        self.woken.map_or(self.not_before_next(at), |woken| self.not_before_next(at).max(woken + FRAME))
    }

    pub fn woken(&mut self) {
        self.woken = Some(Instant::now());
    }

    fn not_before_next(&self, at: Instant) -> Instant {
        self.last.map_or(at, |last| at.max(last + FRAME))
    }

    pub fn drawn(&mut self) {
        self.due = None;
        self.stamp();
    }

    /// The picture is with the terminal.
    pub fn stamp(&mut self) {
        self.last = Some(Instant::now());
    }
}
