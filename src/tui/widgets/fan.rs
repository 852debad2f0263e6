//! A fan that turns with the load. What must hold: it stands still where nothing runs, and all fans of one speed turn
//! together, so that they cost one frame.

use std::time::Duration;

use super::{brush::Brush, led::Beating};
use crate::{settings::Motion, tui::theme::Role};

/// How fast it turns; the faster the sooner it looks different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Speed {
    Still,
    Slow,
    Calm,
    Brisk,
    Fast,
}

const BLADES: [char; 2] = ['✻', '✽'];
/// The lights change at whole steps; fans change beside them.
const BESIDE: u64 = 137;

impl Speed {
    pub fn of(load: Option<f32>) -> Self {
        match load {
            None => Self::Still,
            Some(load) if load < 0.10 => Self::Slow,
            Some(load) if load < 0.40 => Self::Calm,
            Some(load) if load < 0.70 => Self::Brisk,
            Some(_) => Self::Fast,
        }
    }

    fn step(self) -> Option<u64> {
        match self {
            Self::Still => None,
            Self::Slow => Some(4000),
            Self::Calm => Some(2000),
            Self::Brisk => Some(1000),
            Self::Fast => Some(500),
        }
    }

    /// When it next looks different.
    pub fn turns_at(self, motion: Motion, tick: Duration) -> Option<Duration> {
        let step = self.step().filter(|_| motion == Motion::Full)?;
        let now = tick.as_millis() as u64 + step - BESIDE;
        Some(Duration::from_millis((now / step + 1) * step + BESIDE - step))
    }

    fn blade(self, motion: Motion, beating: Beating) -> char {
        match (self.step(), motion, beating) {
            (Some(step), Motion::Full, Beating::At(tick)) => {
                let turn = (tick.as_millis() as u64 + step - BESIDE) / step;
                BLADES[turn as usize % BLADES.len()]
            }
            _ => BLADES[0],
        }
    }
}

pub fn draw(brush: &mut Brush, x: u16, y: u16, speed: Speed, back: Role, beating: Beating) {
    let role = match speed {
        Speed::Still => Role::Off,
        Speed::Fast => Role::Text,
        _ => Role::Dim,
    };
    let blade = speed.blade(brush.canvas.motion, beating);
    brush.put(x, y, blade, brush.canvas.on(role, back));
}

/// While the power comes on, faster and faster.
pub fn spin_up(brush: &mut Brush, x: u16, y: u16, left: Duration, back: Role) {
    let left = left.as_millis() as u64;
    let turn = left * left / 9000;
    brush.put(x, y, BLADES[turn as usize % BLADES.len()], brush.canvas.on(Role::Bright, back));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BLADES, Speed};
    use crate::{settings::Motion, tui::widgets::led::Beating};

    #[test]
    fn it_looks_different_when_it_says_so_and_not_before() {
        for speed in [Speed::Slow, Speed::Calm, Speed::Brisk, Speed::Fast] {
            let mut tick = Duration::from_millis(100_000);
            for _ in 0..20 {
                let at = speed.turns_at(Motion::Full, tick).unwrap();
                assert!(at > tick);
                let seen = |tick| speed.blade(Motion::Full, Beating::At(tick));
                assert_eq!(seen(tick), seen(at - Duration::from_millis(1)));
                assert_ne!(seen(tick), seen(at));
                tick = at;
            }
        }
    }

    #[test]
    fn what_is_off_or_not_to_move_stands_still() {
        assert_eq!(Speed::of(None).turns_at(Motion::Full, Duration::ZERO), None);
        assert_eq!(Speed::of(Some(0.9)).turns_at(Motion::Reduced, Duration::ZERO), None);
        assert_eq!(Speed::Fast.blade(Motion::Full, Beating::Still), BLADES[0]);
        assert!(Speed::of(Some(0.9)) > Speed::of(Some(0.2)));
    }
}
