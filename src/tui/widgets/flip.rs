//! A unit that turns about its vertical axis: what is seen narrows towards the middle, its face is cut off rather than
//! squeezed, and at the edge there is one bright column.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::theme::Role;

/// Clears what the turn lays open and gives the part that is still seen, the edges drawn.
pub fn narrow(brush: &mut Brush, body: Rect, share: f32) -> Rect {
    if share >= 0.999 {
        return body;
    }
    brush.fill(body, Role::Page);
    let width = (f32::from(body.width) * share).round() as u16;
    let seen = Rect { x: body.x + (body.width - width) / 2, width, ..body };
    if width < 2 {
        let edge = Rect { x: body.x + body.width / 2, width: body.width.min(1), ..body };
        brush.tile(edge, '│', brush.canvas.on(Role::Bright, Role::Page));
        return Rect { width: 0, ..seen };
    }
    seen
}

/// The light along the two edges of a turning face.
pub fn glint(brush: &mut Brush, seen: Rect, share: f32, back: Role) {
    if share >= 0.999 || seen.width < 2 {
        return;
    }
    brush.tile(Rect { width: 1, ..seen }, '▌', brush.canvas.on(Role::Bezel, back));
    brush.tile(Rect { x: seen.right() - 1, width: 1, ..seen }, '▐', brush.canvas.on(Role::Bezel, back));
}
