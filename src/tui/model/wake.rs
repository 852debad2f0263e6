//! When the picture next looks different by itself. What must hold: with nothing running, nothing turning and motion off
//! there is no such moment, and the deck sleeps.

use std::time::Duration;

use super::{Model, room::row::Widget, world::Entry};
use crate::{
    domain::fleet::{Host, Node, NodeStatus, Reach},
    settings::{Density, Motion},
    tui::{
        command::Deck,
        event::{Focus, Now},
        layers::Layer,
        screens::{master, night},
        widgets::{chase, fan::Speed, lcd, led::Beat, rain},
    },
};

/// Thirty pictures a second while something turns.
pub const FRAME: Duration = Duration::from_millis(33);
/// A host's data is old when two refreshes passed without news.
const OLD: Duration = Duration::from_secs(20);
/// The same, while nobody looks and each minute is enough.
const OLD_UNWATCHED: Duration = Duration::from_secs(130);

impl Model {
    pub fn wakes_at(&self) -> Option<Duration> {
        let tick = self.now.tick;
        if self.night.is_dark() {
            return self.night_wakes_at(tick);
        }
        [
            self.motion_at(tick),
            self.lights_at(tick),
            self.display_at(tick),
            self.toasts.changes_at(tick),
            self.echo.as_ref().map(|(_, until)| *until),
            self.clock_at(tick),
            self.age_at(tick),
            self.plan_at(),
            self.board_at(tick),
            self.snooze_at(tick),
            self.herald.due(),
            self.detail_at(),
            self.consoles.wakes_at(),
            self.night_at(),
            self.fans_at(tick),
            self.chase_at(tick),
            self.minute_at(tick),
            self.secrets_at(tick),
        ]
        .into_iter()
        .flatten()
        .min()
        .map(|at| at.max(tick + Duration::from_millis(1)))
    }

    /// In the dark only lights, rain and the time change by themselves.
    fn night_wakes_at(&self, tick: Duration) -> Option<Duration> {
        let rain = night::rains(self).then(|| rain::turns_at(tick));
        let minute = self.tells_time().then(|| self.next_minute(tick));
        let known = [self.lights_at(tick), rain, minute, self.board_at(tick), self.snooze_at(tick), self.herald.due()];
        known.into_iter().flatten().min().map(|at| at.max(tick + Duration::from_millis(1)))
    }

    /// When it grows dark by itself; there must be something to be seen in the dark.
    fn night_at(&self) -> Option<Duration> {
        let may_fall = self.focus == Focus::Gained && !self.world.fleet.hosts.is_empty();
        self.night.due(self.settings.look.night_after).filter(|_| may_fall)
    }

    /// Fans that are on the deck that is shown.
    fn fans_at(&self, tick: Duration) -> Option<Duration> {
        let motion = self.canvas.motion;
        if self.focus == Focus::Lost || motion != Motion::Full {
            return None;
        }
        let nodes = self.world.fleet.nodes.iter().map(|node| self.fan_of_node(node));
        let turns = |speed: Speed| speed.turns_at(motion, tick);
        match self.deck {
            Deck::Overview | Deck::Hosts => nodes.filter_map(turns).min(),
            Deck::Apps if self.settings.look.density == Density::Roomy => {
                self.world.entries.iter().map(Entry::fan).filter_map(turns).min()
            }
            _ => None,
        }
    }

    /// What cannot be asked has no fan that is known to turn.
    pub fn fan_of_node(&self, node: &Node) -> Speed {
        let host = self.world.fleet.host(&node.key.host);
        let turns = node.status == NodeStatus::Online && host.is_some_and(|host| host.reach == Reach::Online);
        Speed::of(node.cpu.filter(|_| turns))
    }

    fn chase_at(&self, tick: Duration) -> Option<Duration> {
        let is_seen = self.focus == Focus::Gained && matches!(self.deck, Deck::Overview | Deck::Apps);
        if !is_seen || self.world.totals.working == 0 {
            return None;
        }
        chase::turns_at(self.canvas.motion, tick)
    }

    /// A clock in the row above the cabinets.
    fn minute_at(&self, tick: Duration) -> Option<Duration> {
        let has_clock = self.room.row.0.iter().any(|placed| placed.widget == Widget::Clock);
        let is_seen = self.focus == Focus::Gained && self.deck == Deck::Overview;
        (has_clock && is_seen).then(|| self.next_minute(tick))
    }

    fn next_minute(&self, tick: Duration) -> Duration {
        tick + Duration::from_millis(60_000 - self.now.wall.0.rem_euclid(60_000) as u64)
    }

    fn motion_at(&self, tick: Duration) -> Option<Duration> {
        let moves = self.focus == Focus::Gained
            && (self.power_on.is_some() || self.flips.is_turning(tick) || self.hosts.flips.is_turning(tick));
        moves.then(|| tick + FRAME)
    }

    fn lights_at(&self, tick: Duration) -> Option<Duration> {
        if self.focus == Focus::Lost {
            return None;
        }
        // The slot that asks to be used.
        let is_bare = self.world.totals.apps == 0 && !self.world.cabinets.is_empty() && self.deck == Deck::Overview;
        let invites = is_bare.then_some(&Beat::Blink);
        let beats = self.world.totals.beats.iter().chain(invites);
        beats.filter_map(|beat| beat.turns_at(self.canvas.motion, tick)).min()
    }

    fn display_at(&self, tick: Duration) -> Option<Duration> {
        let may_roll = self.focus == Focus::Gained && self.canvas.motion == Motion::Full;
        (may_roll && master::rolls(self, self.now)).then(|| lcd::step_after(tick))
    }

    /// The elapsed time of what runs, each second; without motion the fleet's own news must do.
    fn clock_at(&self, tick: Duration) -> Option<Duration> {
        if self.focus == Focus::Lost || self.canvas.motion == Motion::None {
            return None;
        }
        let elapsed = self.world.running().map(|operation| self.now.wall.since(operation.began));
        elapsed.map(|time| tick + Duration::from_millis(1000 - u64::from(time.subsec_millis()))).min()
    }

    /// When a form of a new app asks for its plan.
    fn plan_at(&self) -> Option<Duration> {
        self.layers.iter().find_map(|layer| match layer {
            Layer::Deploy(deploy) => deploy.wakes_at(),
            Layer::Form(form) => form.wakes_at(),
            _ => None,
        })
    }

    /// When what is looked at of an app is asked for again.
    fn detail_at(&self) -> Option<Duration> {
        match self.layers.last() {
            Some(Layer::Detail(detail)) if self.focus == Focus::Gained => detail.due(),
            _ => None,
        }
    }

    /// When the ages of the backups are worked out anew, if there are any.
    fn board_at(&self, tick: Duration) -> Option<Duration> {
        let tells = self.focus == Focus::Gained && self.board.known() > 0;
        tells.then(|| tick + self.board.due_in(self.now.wall))
    }

    /// When what is seen of secrets changes.
    fn secrets_at(&self, tick: Duration) -> Option<Duration> {
        self.layers.iter().find_map(|layer| match layer {
            Layer::WayIn(way) => way.wakes_at(tick),
            _ => None,
        })
    }

    /// When a snooze is over.
    fn snooze_at(&self, tick: Duration) -> Option<Duration> {
        let until = self.health.told_again.filter(|_| self.focus == Focus::Gained)?;
        Some(tick + until.since(self.now.wall))
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

    /// How old a host's data is, where that must be said.
    pub fn age(&self, host: &Host, now: Now) -> Option<Duration> {
        let age = now.wall.since(host.as_of?);
        // While nobody looks the hosts are asked seldom, and that is no news.
        let bound = if self.focus == Focus::Gained { OLD } else { OLD_UNWATCHED };
        (age >= bound || matches!(host.reach, Reach::Lost(_))).then_some(age)
    }
}
