//! A light that runs along a row of lights, while something is at work there.

use std::time::Duration;

use ratatui::layout::Rect;

use super::{brush::Brush, led::Beating};
use crate::{settings::Motion, tui::theme::Role};

const STEP: u64 = 250;

/// When it moves on.
pub fn turns_at(motion: Motion, tick: Duration) -> Option<Duration> {
    let now = tick.as_millis() as u64;
    (motion == Motion::Full).then(|| Duration::from_millis((now / STEP + 1) * STEP))
}

/// Which of so many lights is lit: there and back again.
fn lit(width: u16, tick: Duration) -> u16 {
    let way = u64::from(width.saturating_sub(1)) * 2;
    let at = (tick.as_millis() as u64 / STEP).checked_rem(way).unwrap_or(0);
    at.min(way - at) as u16
}

/// Draws it; says whether it moves here.
pub fn draw(brush: &mut Brush, area: Rect, role: Role, back: Role, beating: Beating) -> bool {
    let Beating::At(tick) = beating else { return false };
    if brush.canvas.motion != Motion::Full || area.width == 0 {
        return false;
    }
    brush.tile(area, '▱', brush.canvas.on(Role::Track, back));
    brush.put(area.x + lit(area.width, tick), area.y, '▰', brush.canvas.on(role, back));
    true
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{STEP, lit};

    #[test]
    fn it_runs_there_and_back() {
        let at = |step: u64| lit(5, Duration::from_millis(step * STEP));
        assert_eq!((0..9).map(at).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 3, 2, 1, 0]);
        assert_eq!([0, 1].map(|width| lit(width, Duration::from_secs(7))), [0, 0]);
    }
}
