//! A unit that turns about its vertical axis: what is seen narrows towards the middle, its face is cut off rather than
//! squeezed, and at the edge there is one bright column. Depth comes from its two sides: the near one is lit, the far one is
//! lower and in the shadow.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::{
    model::flip::{Pose, Side},
    theme::Role,
};

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
        brush.tile(edge, '┃', brush.canvas.on(Role::Bright, Role::Page));
        return Rect { width: 0, ..seen };
    }
    seen
}

/// The near and the far side of a turning face.
pub fn glint(brush: &mut Brush, seen: Rect, pose: Pose, metal: Role) {
    if pose.width >= 0.999 || seen.width < 2 {
        return;
    }
    let left = Rect { width: 1, ..seen };
    let right = Rect { x: seen.right() - 1, width: 1, ..seen };
    // The right side comes nearer; past the edge it is the left one.
    let (near, glyph, far) = match pose.side {
        Side::Front => (right, '▐', left),
        Side::Back => (left, '▌', right),
    };
    brush.tile(near, glyph, brush.canvas.on(Role::Bright, metal));
    let shadow = brush.canvas.on(metal, Role::Page);
    brush.tile(far, ' ', brush.canvas.on(Role::Text, metal));
    if seen.height >= 3 && pose.width < 0.9 {
        brush.put(far.x, far.y, '▄', shadow);
        brush.put(far.x, far.bottom() - 1, '▀', shadow);
    }
}
