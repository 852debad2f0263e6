//! The time since the deck was opened, and the time of day.

use std::time::Duration;

use tokio::time::Instant;

use crate::{domain::moment::Moment, tui::event::Now};

/// When the deck was opened, on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    began: Instant,
}

impl Clock {
    pub fn start() -> Self {
        Self { began: Instant::now() }
    }

    pub fn now(self) -> Now {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let wall = Moment(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX));
        Now { tick: self.began.elapsed(), wall }
    }

    pub fn at(self, tick: Duration) -> Instant {
        self.began + tick
    }
}
