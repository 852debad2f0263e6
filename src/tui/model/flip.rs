//! Which units show their back, and which are just turning. A turn follows the clock alone, so a second press in mid-turn
//! can turn back from where the unit is.

use std::{collections::HashMap, f32::consts::PI, hash::Hash, time::Duration};

use crate::settings::Motion;

/// Half a turn.
pub const TURN: Duration = Duration::from_millis(280);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Front,
    Back,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Flip {
    to: Side,
    /// The angle it began at: 0 is the front, half a circle the back.
    from: f32,
    began: Duration,
}

/// Of units that are told apart by their keys.
#[derive(Debug, Clone)]
pub struct Flips<K>(HashMap<K, Flip>);

impl<K> Default for Flips<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// How a unit stands at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    pub side: Side,
    /// Which share of its width is seen, 1 when it does not turn.
    pub width: f32,
}

impl Flip {
    fn target(self) -> f32 {
        if self.to == Side::Back { PI } else { 0.0 }
    }

    fn angle(self, tick: Duration) -> f32 {
        let way = self.target() - self.from;
        let gone = tick.saturating_sub(self.began).as_secs_f32() / TURN.as_secs_f32() * PI;
        if gone >= way.abs() { self.target() } else { self.from + gone * way.signum() }
    }

    fn ends(self) -> Duration {
        self.began + TURN.mul_f32((self.target() - self.from).abs() / PI)
    }
}

impl<K: Clone + Eq + Hash> Flips<K> {
    pub fn turn(&mut self, key: &K, motion: Motion, tick: Duration) -> Side {
        let before = self.0.get(key).copied();
        let to = if self.side(key) == Side::Front { Side::Back } else { Side::Front };
        let mut flip = Flip { to, from: before.map_or(0.0, |flip| flip.angle(tick)), began: tick };
        if motion != Motion::Full {
            flip.from = flip.target();
        }
        self.0.insert(key.clone(), flip);
        to
    }

    /// Where it is, or is turning to.
    pub fn side(&self, key: &K) -> Side {
        self.0.get(key).map_or(Side::Front, |flip| flip.to)
    }

    pub fn pose(&self, key: &K, tick: Duration) -> Pose {
        let angle = self.0.get(key).map_or(0.0, |flip| flip.angle(tick));
        let side = if angle < PI / 2.0 { Side::Front } else { Side::Back };
        Pose { side, width: angle.cos().abs() }
    }

    pub fn is_turning(&self, tick: Duration) -> bool {
        self.0.values().any(|flip| tick < flip.ends())
    }

    /// Whether any unit passed its edge between two moments.
    pub fn passed_edge(&self, before: Duration, tick: Duration) -> bool {
        self.0.values().any(|flip| (flip.angle(before) < PI / 2.0) != (flip.angle(tick) < PI / 2.0))
    }

    /// Ends every turn at once.
    pub fn finish(&mut self) {
        self.0.values_mut().for_each(|flip| flip.from = flip.target());
    }

    /// Forgets the units that show their front again.
    pub fn tidy(&mut self, tick: Duration) {
        self.0.retain(|_, flip| flip.to == Side::Back || tick < flip.ends());
    }

    pub fn backs(&self) -> impl Iterator<Item = &K> {
        self.0.iter().filter(|(_, flip)| flip.to == Side::Back).map(|(key, _)| key)
    }
}
