//! The last readings of one number as a row of small bars. A gap stays a gap.

use ratatui::layout::Rect;

use super::{brush::Brush, led};
use crate::{domain::trail::Trail, tui::theme::Role};

/// Never as high as the cell: two rows of bars must not grow into one block.
const BARS: [char; 6] = ['▁', '▂', '▃', '▄', '▅', '▆'];

/// How high the highest bar is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// A share of one: its full height is 1.
    Share,
    /// Grows with the largest reading, but not below this one: noise is not a mountain.
    AtLeast(f32),
}

/// The newest reading stands at the right edge.
pub fn draw(brush: &mut Brush, area: Rect, trail: &Trail, scale: Scale, role: Role, back: Role) {
    let top = match scale {
        Scale::Share => 1.0,
        Scale::AtLeast(floor) => trail.readings().flatten().fold(floor, f32::max),
    };
    let style = led::faded(brush.canvas.on(role, back), 0.4);
    let quiet = brush.canvas.on(Role::Track, back);
    brush.tile(area, '▁', quiet);
    for (i, reading) in trail.readings().rev().take(usize::from(area.width)).enumerate() {
        let x = area.right() - 1 - i as u16;
        match reading {
            Some(value) if bar(value, top) > 0 => brush.put(x, area.y, BARS[bar(value, top)], style),
            Some(_) => brush.put(x, area.y, '▁', style),
            None => brush.put(x, area.y, ' ', quiet),
        }
    }
}

fn bar(value: f32, top: f32) -> usize {
    let share = if top > 0.0 { (value / top).clamp(0.0, 1.0) } else { 0.0 };
    ((share * BARS.len() as f32).ceil() as usize).saturating_sub(1).min(BARS.len() - 1)
}
