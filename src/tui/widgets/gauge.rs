//! A bar of LED segments. Everywhere the same: warning from 70 %, danger from 90 %.

use ratatui::layout::Rect;

use super::{brush::Brush, led};
use crate::tui::theme::Role;

const WARNING: f32 = 0.70;
const DANGER: f32 = 0.90;

/// Which colour a fill level has.
pub fn role(fraction: Option<f32>) -> Role {
    match fraction {
        Some(fraction) if fraction >= DANGER => Role::Danger,
        Some(fraction) if fraction >= WARNING => Role::Warning,
        Some(_) => Role::Accent,
        None => Role::Track,
    }
}

/// The colour of the number beside the bar: quiet while all is well.
pub fn figure_role(fraction: Option<f32>) -> Role {
    loud(fraction).unwrap_or(if fraction.is_some() { Role::Text } else { Role::Dim })
}

/// The colour of a warning, where there is something to warn of.
pub fn loud(fraction: Option<f32>) -> Option<Role> {
    Some(role(fraction)).filter(|role| matches!(role, Role::Warning | Role::Danger))
}

/// Fills the row of `area`; an unknown level is an empty track.
pub fn draw(brush: &mut Brush, area: Rect, fraction: Option<f32>, back: Role) {
    let lit = lit_segments(fraction, area.width);
    let on = brush.canvas.on(role(fraction), back);
    // The track is made for the case; on the darker metal of a rail it would be lost in some themes.
    let off = if back == Role::Ear {
        led::faded(brush.canvas.on(Role::Screw, back), 0.4)
    } else {
        brush.canvas.on(Role::Track, back)
    };
    brush.tile(Rect { width: lit, ..area }, '▰', on);
    brush.tile(Rect { x: area.x + lit, width: area.width - lit, ..area }, '▱', off);
}

/// The same as letters, lit ones and others, for a line of text.
pub fn letters(fraction: Option<f32>, width: u16) -> (String, String) {
    let lit = usize::from(lit_segments(fraction, width));
    ("▰".repeat(lit), "▱".repeat(usize::from(width) - lit))
}

/// How far something has come: more is no warning.
pub fn draw_plain(brush: &mut Brush, area: Rect, fraction: Option<f32>, back: Role) {
    let lit = lit_segments(fraction, area.width);
    brush.tile(Rect { width: lit, ..area }, '▰', brush.canvas.on(Role::LcdText, back));
    brush.tile(Rect { x: area.x + lit, width: area.width - lit, ..area }, '▱', brush.canvas.on(Role::LcdDim, back));
}

/// Something is always lit when something is used, and the last segment only lights when it is full.
fn lit_segments(fraction: Option<f32>, width: u16) -> u16 {
    let Some(fraction) = fraction else { return 0 };
    let exact = fraction.clamp(0.0, 1.0) * f32::from(width);
    let lit = exact.round() as u16;
    if fraction > 0.005 && width > 0 { lit.clamp(1, width) } else { lit.min(width) }
}
