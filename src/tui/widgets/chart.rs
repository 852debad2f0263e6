//! The last readings of one number over several rows, the newest at the right. A gap stays a gap.

use ratatui::layout::Rect;

use super::{brush::Brush, led};
use crate::{
    domain::trail::{LENGTH, Trail},
    tui::theme::Role,
};

const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub fn draw(brush: &mut Brush, area: Rect, trail: &Trail, role: Role, back: Role) {
    let readings: Vec<Option<f32>> = trail.readings().collect();
    let style = led::faded(brush.canvas.on(role, back), 0.45);
    let missing = LENGTH.saturating_sub(readings.len());
    for x in 0..area.width {
        let at = usize::from(x) * LENGTH / usize::from(area.width.max(1));
        let Some(value) = at.checked_sub(missing).and_then(|at| readings.get(at).copied().flatten()) else { continue };
        let eighths = (value.clamp(0.0, 1.0) * f32::from(area.height) * 8.0).round().max(1.0) as u16;
        for row in 0..area.height {
            let lit = eighths.saturating_sub(row * 8).min(8);
            if lit > 0 {
                brush.put(area.x + x, area.bottom() - 1 - row, EIGHTHS[usize::from(lit) - 1], style);
            }
        }
    }
}
