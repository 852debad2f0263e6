//! The ears by which a unit hangs in its rack: darker metal, slotted screws, and the bezel that lights up under the hand.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::tui::theme::Role;

/// A screw's slot stands where the hand that turned it left it.
const SLOTS: [char; 3] = ['⊖', '⊘', '⊕'];

/// How a unit is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Idle,
    /// Under the hand.
    Held,
}

#[derive(Debug, Clone, Copy)]
pub struct Ears {
    /// Cells of each ear, its bezel included.
    pub width: u16,
    pub hold: Hold,
    pub is_marked: Mark,
    /// Fixes the screws' angles.
    pub seed: u32,
}

/// Whether a bulk action takes this unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Free,
    Marked,
}

/// Draws both ears of a unit and gives the body between them.
pub fn draw(brush: &mut Brush, area: Rect, ears: Ears) -> Rect {
    let width = ears.width.min(area.width / 2);
    let left = Rect { width, ..area };
    let right = Rect { x: area.right() - width, width, ..area };
    for (side, ear, bezel) in [(0, left, '▐'), (1, right, '▌')] {
        brush.fill(ear, Role::Ear);
        screws(brush, ear, ears, side);
        let x = if side == 0 { ear.right().saturating_sub(1) } else { ear.x };
        let strip = Rect { x, width: width.min(1), ..ear };
        match ears.hold {
            Hold::Held => brush.tile(strip, bezel, brush.canvas.on(Role::Bezel, Role::Ear)),
            Hold::Idle => brush.fill(strip, Role::Case),
        }
    }
    body(area, ears.width)
}

/// What is between the ears.
pub fn body(area: Rect, ear: u16) -> Rect {
    let ear = ear.min(area.width / 2);
    Rect { x: area.x + ear, width: area.width - 2 * ear, ..area }
}

fn screws(brush: &mut Brush, ear: Rect, ears: Ears, side: u32) {
    let x = ear.x + if side == 0 { (ear.width.saturating_sub(1)) / 2 } else { ear.width / 2 };
    for y in ear.top()..ear.bottom() {
        let row = u32::from(y - ear.y);
        let is_middle = row > 0 && row + 1 < u32::from(ear.height);
        if ears.is_marked == Mark::Marked && (is_middle || ear.height == 1) {
            brush.put(x, y, '✓', brush.canvas.on(Role::Bright, Role::Ear));
        } else if !is_middle {
            let slot = SLOTS[(ears.seed.wrapping_mul(7) + row * 5 + side * 4) as usize % SLOTS.len()];
            brush.put(x, y, slot, brush.canvas.on(Role::Screw, Role::Ear));
        }
    }
}

/// The seam above a unit: the room, with a hairline of light where the metal begins.
pub fn seam(brush: &mut Brush, area: Rect, hold: Hold) {
    let role = if hold == Hold::Held { Role::Bezel } else { Role::EdgeLight };
    brush.tile(Rect { height: area.height.min(1), ..area }, '▁', brush.canvas.on(role, Role::Page));
}
