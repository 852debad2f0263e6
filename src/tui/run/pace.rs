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
    pub fn want_now(&mut self, now: Instant) {
        self.due = Some(now);
    }

    /// With the next frame; one that is wanted earlier stays.
    pub fn want_soon(&mut self, now: Instant) {
        let at = self.not_before_next(now);
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// When to wake a deck that asked for this moment: never more often than there are frames, drawn or not.
    pub fn wakes(&self, at: Instant) -> Instant {
        self.woken.map_or(self.not_before_next(at), |woken| self.not_before_next(at).max(woken + FRAME))
    }

    pub fn woken(&mut self, now: Instant) {
        self.woken = Some(now);
    }

    fn not_before_next(&self, at: Instant) -> Instant {
        self.last.map_or(at, |last| at.max(last + FRAME))
    }

    pub fn drawn(&mut self, now: Instant) {
        self.due = None;
        self.stamp(now);
    }

    /// There was nothing to send; the next picture need not keep its distance from this one.
    pub fn looked(&mut self) {
        self.due = None;
    }

    /// The picture is with the terminal.
    pub fn stamp(&mut self, now: Instant) {
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_caused_is_due_at_once_and_what_moves_waits_for_its_frame() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.drawn(now);
        pace.want_soon(now);
        assert!(!pace.is_due(now));
        assert!(pace.is_due(now + FRAME));
        pace.want_now(now);
        assert!(pace.is_due(now));
    }

    #[test]
    fn the_next_frame_counts_from_when_the_last_one_had_arrived() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.drawn(now);
        pace.stamp(now + 10 * FRAME);
        pace.want_soon(now + 10 * FRAME);
        assert_eq!(pace.due(), Some(now + 11 * FRAME));
    }

    #[test]
    fn a_deck_that_always_wants_to_wake_wakes_thirty_times_a_second_though_nothing_can_be_drawn() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.woken(now);
        assert_eq!(pace.wakes(now), now + FRAME);
    }
}
