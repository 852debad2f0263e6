//! Rain of green letters. What must hold: it is a function of the time alone, each drop falls one cell at a time, and what
//! has fallen stays as it was, so that it costs few bytes.

use std::time::Duration;

use ratatui::layout::Rect;

use super::{brush::Brush, led};
use crate::tui::theme::Role;

pub const STEP: Duration = Duration::from_millis(300);
/// So many fall at a time, however large the screen is: that is what it may cost.
const DROPS: u64 = 14;

/// When it next looks different.
pub fn turns_at(tick: Duration) -> Duration {
    STEP * (tick.as_millis() / STEP.as_millis() + 1) as u32
}

/// Letters in a column, the lowest one the brightest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drop {
    pub column: u16,
    /// Below which row its head is; it may be outside.
    pub head: i32,
    pub tail: i32,
    seed: u64,
}

fn noise(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

pub fn drops(width: u16, height: u16, tick: Duration) -> Vec<Drop> {
    let step = (tick.as_millis() / STEP.as_millis()) as u64;
    let count = DROPS.min(u64::from(width) / 3);
    let drop = |i: u64| {
        let nature = noise(i * 7919);
        // Some fall at every second step, some at every fourth.
        let pace = 2 + nature % 3;
        let tail = 4 + (nature >> 8) % (u64::from(height) / 2).max(1);
        let way = u64::from(height) + tail + 2;
        let fallen = (step + i) / pace + (nature >> 16) % way;
        let seed = noise(i ^ (fallen / way) << 16);
        let lane = u64::from(width) / count.max(1);
        let column = (i * lane + seed % lane.max(1)).min(u64::from(width.saturating_sub(1)));
        Drop { column: column as u16, head: (fallen % way) as i32, tail: tail as i32, seed }
    };
    (0..count).map(drop).collect()
}

/// Plain letters: every terminal has them, and they are one byte each.
const LETTERS: &[u8] = b"0123456789ACEFHKLMNPRTUVXYZ:.=*+-<>|";

fn letter(seed: u64) -> char {
    LETTERS[(seed % LETTERS.len() as u64) as usize].into()
}

pub fn draw(brush: &mut Brush, area: Rect, back: Role, tick: Duration) {
    let head = brush.canvas.on(Role::LcdText, back);
    let fallen = led::faded(brush.canvas.on(Role::LcdDim, back), 0.55);
    for drop in drops(area.width, area.height, tick) {
        for above in 0..drop.tail {
            let row = drop.head - above;
            let Ok(y) = u16::try_from(row) else { continue };
            if y < area.height {
                let style = if above == 0 { head } else { fallen };
                brush.put(area.x + drop.column, area.y + y, letter(noise(drop.seed ^ row as u64)), style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{STEP, drops, turns_at};

    #[test]
    fn each_drop_falls_one_cell_at_a_time_and_only_when_it_said_so() {
        let mut tick = Duration::from_secs(1000);
        for _ in 0..400 {
            let at = turns_at(tick);
            assert!(at > tick && at - tick <= STEP);
            let before = drops(120, 36, tick);
            assert_eq!(before, drops(120, 36, at - Duration::from_millis(1)));
            for (drop, later) in before.iter().zip(drops(120, 36, at)) {
                let fell = later.head - drop.head;
                assert!(fell == 0 || fell == 1 || later.head == 0, "{drop:?} {later:?}");
                assert!(fell <= 0 || later.column == drop.column);
            }
            tick = at;
        }
    }

    #[test]
    fn it_falls_inside_any_screen() {
        for (width, height) in [(0, 0), (1, 1), (40, 12), (300, 100)] {
            assert!(drops(width, height, STEP * 77).iter().all(|drop| drop.column < width.max(1)));
        }
    }
}
