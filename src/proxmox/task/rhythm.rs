//! How often a task is looked at while it runs, and how long a host may be silent meanwhile.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Between two looks at a young task.
    pub at_first: Duration,
    /// How long it is young.
    pub young_for: Duration,
    pub later: Duration,
    /// A task is lost sight of when its host cannot be asked for so long; a node that restarts takes minutes.
    pub lost_after: Duration,
}

impl Default for Rhythm {
    /// That of Proxmox's own interface.
    fn default() -> Self {
        Self {
            at_first: Duration::from_secs(1),
            young_for: Duration::from_secs(15),
            later: Duration::from_secs(2),
            lost_after: Duration::from_secs(600),
        }
    }
}

impl Rhythm {
    /// How long to rest, so long after the beginning.
    pub fn rest(&self, since: Duration) -> Duration {
        if since < self.young_for { self.at_first } else { self.later }
    }
}
