//! When the room goes dark, and since when it is. What must hold: whoever touches a key has light.

use std::time::Duration;

use crate::tui::event::Now;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Night {
    pub since: Option<Now>,
    /// When somebody was here last.
    touched: Duration,
}

impl Night {
    pub fn from(tick: Duration) -> Self {
        Self { since: None, touched: tick }
    }

    pub fn is_dark(&self) -> bool {
        self.since.is_some()
    }

    /// Somebody is here; says whether it was dark.
    pub fn touch(&mut self, tick: Duration) -> bool {
        self.touched = tick;
        self.since.take().is_some()
    }

    pub fn fall(&mut self, now: Now) {
        self.since = Some(now);
    }

    /// When it falls by itself, after so many minutes of nobody; never after none.
    pub fn due(&self, minutes: u32) -> Option<Duration> {
        let waits = minutes > 0 && !self.is_dark();
        waits.then(|| self.touched + Duration::from_secs(60 * u64::from(minutes)))
    }
}
