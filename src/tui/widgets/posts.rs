//! The rack's outer posts, in the first and the last column of every row. What must hold: neither is ever blank, so that
//! every row is seen to its end wherever trailing blanks are cut off.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::theme::Role;

/// Columns of each.
pub const WIDTH: u16 = 1;

pub fn draw(brush: &mut Brush, screen: Rect) {
    if screen.width <= 2 * WIDTH {
        return;
    }
    let edge = brush.canvas.on(Role::Border, Role::Ear);
    brush.tile(Rect { width: WIDTH, ..screen }, '▕', edge);
    brush.tile(Rect { x: screen.right() - WIDTH, width: WIDTH, ..screen }, '▏', edge);
}

/// What is between them.
pub fn between(screen: Rect) -> Rect {
    Rect { x: screen.x + WIDTH, width: screen.width.saturating_sub(2 * WIDTH), ..screen }
}
