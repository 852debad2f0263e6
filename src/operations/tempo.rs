//! How patient operations are. Tests are less so; nothing else differs for them.

use std::time::Duration;

use crate::{domain::moment::Moment, proxmox::Rhythm};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    /// Before the first further try; each one after it waits twice as long.
    pub first_wait: Duration,
    /// So often something that failed in passing is tried again.
    pub tries: u32,
    /// Between two looks at something that has no task.
    pub look: Duration,
    /// How many operations work on a node at a time.
    pub per_node: u32,
    /// So long the apps of a host are quiet before its gateway gets their routes.
    pub quiet: Duration,
    /// So long a process looks after everything without a word of it before another one does.
    pub term: Duration,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(1),
            tries: 4,
            look: Duration::from_millis(300),
            per_node: 8,
            quiet: Duration::from_secs(2),
            term: Duration::from_secs(12),
        }
    }
}

impl Tempo {
    /// Between two looks at a task that is shown while it runs. Most tasks on a container end within two seconds; long ones
    /// need no hurry.
    pub fn pause(&self, round: u32) -> Duration {
        match round {
            0..12 => self.look / 2,
            12..20 => self.look * 5 / 3,
            20..30 => self.look * 10 / 3,
            _ => self.look * 20 / 3,
        }
    }

    /// How a task is awaited that nobody is shown.
    pub fn rhythm(&self) -> Rhythm {
        Rhythm { at_first: self.look * 10 / 3, later: self.look * 20 / 3, ..Rhythm::default() }
    }

    /// How soon to look again at what runs elsewhere.
    pub fn soon(&self) -> Duration {
        self.look * 10 / 3
    }

    /// How long to wait before another try; the moment's last digits spread those who failed together.
    pub fn wait(&self, tried: u32, now: Moment) -> Duration {
        let whole = self.first_wait * 2_u32.saturating_pow(tried.min(6));
        let spread = u32::try_from(now.0.rem_euclid(32)).unwrap_or(0);
        whole * (100 + spread) / 100
    }
}
