//! When the picture next looks different by itself. What must hold: with nothing running, nothing turning and motion off
//! there is no such moment, and the deck sleeps.

use std::time::Duration;

use super::Model;
use crate::{domain::fleet::Reach, settings::Motion, tui::event::Focus};

/// Thirty pictures a second while something turns.
pub const FRAME: Duration = Duration::from_millis(33);
/// A host's data is old when two refreshes passed without news.
pub const OLD: Duration = Duration::from_secs(20);

impl Model {
    pub fn wakes_at(&self) -> Option<Duration> {
        let tick = self.now.tick;
        [
            self.motion_at(tick),
            self.lights_at(tick),
            self.toasts.changes_at(tick),
            self.echo.as_ref().map(|(_, until)| *until),
            self.clock_at(tick),
            self.age_at(tick),
        ]
        .into_iter()
        .flatten()
        .min()
        .map(|at| at.max(tick + Duration::from_millis(1)))
    }

    fn motion_at(&self, tick: Duration) -> Option<Duration> {
        let moves = self.focus == Focus::Gained && (self.power_on.is_some() || self.flips.is_turning(tick));
        moves.then(|| tick + FRAME)
    }

    fn lights_at(&self, tick: Duration) -> Option<Duration> {
        if self.focus == Focus::Lost {
            return None;
        }
        self.world.totals.beats.iter().filter_map(|beat| beat.turns_at(self.canvas.motion, tick)).min()
    }

    /// The elapsed time of what runs, each second; without motion the fleet's own news must do.
    fn clock_at(&self, tick: Duration) -> Option<Duration> {
        if self.focus == Focus::Lost || self.canvas.motion == Motion::None {
            return None;
        }
        let elapsed = self.world.running().map(|operation| self.now.wall.since(operation.began));
        elapsed.map(|time| tick + Duration::from_millis(1000 - u64::from(time.subsec_millis()))).min()
    }

    /// When a host's data becomes old, or older by a step that shows.
    fn age_at(&self, tick: Duration) -> Option<Duration> {
        let next = |age: Duration| match age {
            age if age < OLD => OLD - age,
            age => Duration::from_secs(60 - age.as_secs() % 60),
        };
        let hosts = self.world.fleet.hosts.iter().filter(|host| host.reach != Reach::Waiting);
        let ages = hosts.filter_map(|host| Some(self.now.wall.since(host.as_of?)));
        ages.map(|age| tick + next(age)).min().filter(|_| self.focus == Focus::Gained)
    }
}
