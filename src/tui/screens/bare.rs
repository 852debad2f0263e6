//! A rack with nothing in it yet: bare rails, and one unit that says what will come there.

use ratatui::layout::Rect;

use crate::tui::{
    theme::Role,
    widgets::{
        brush::{Brush, fit, width},
        ears::{self, Ears, Hold, Mark},
        led::faded,
    },
};

/// One unit in a bare rack, with these lines in its middle.
pub fn mount(brush: &mut Brush, body: Rect, lines: &[(String, Role)]) {
    let ear = if body.width >= 90 { 4 } else { 2 };
    rails(brush, body, ear);
    let height = (lines.len() as u16 + 2).min(body.height.saturating_sub(1));
    let unit = Rect { y: body.y + 1 + (body.height - 1 - height) / 3, height, ..body };
    ears::seam(brush, Rect { y: unit.y.saturating_sub(1), height: 1, ..unit }, Hold::Idle);
    let face = ears::draw(brush, unit, Ears { width: ear, hold: Hold::Idle, is_marked: Mark::Free, seed: 3 });
    brush.fill(face, Role::Case);
    slots(brush, Rect { height: unit.y.saturating_sub(body.y + 1), ..body }, ear);
    slots(brush, Rect { y: unit.bottom(), height: body.bottom().saturating_sub(unit.bottom()), ..body }, ear);
    for (y, (text, role)) in (face.y + 1..face.bottom()).zip(lines) {
        centred(brush, Rect { y, height: 1, ..face }, text, *role);
    }
}

/// The posts of a rack and their holes.
fn rails(brush: &mut Brush, area: Rect, ear: u16) {
    let post = ear.saturating_sub(1);
    for x in [area.x, area.right().saturating_sub(post)] {
        let post = Rect { x, width: post, ..area };
        brush.fill(post, Role::Ear);
        let hole = faded(brush.canvas.on(Role::Screw, Role::Ear), 0.4);
        brush.tile(Rect { x: x + post.width / 2, width: 1, ..post }, '·', hole);
    }
}

/// What is free in a rack that holds something above.
pub fn rest(brush: &mut Brush, area: Rect) {
    let ear = if area.width >= 90 { 4 } else { 2 };
    rails(brush, area, ear);
    slots(brush, area, ear);
}

/// Places where units will hang.
fn slots(brush: &mut Brush, area: Rect, ear: u16) {
    const PITCH: u16 = 4;
    let face = ears::body(area, ear);
    let edge = faded(brush.canvas.on(Role::Border, Role::Page), 0.5);
    for slot in 0..area.height / PITCH {
        let y = area.y + slot * PITCH;
        brush.tile(Rect { y, height: 1, ..face }, '▁', edge);
        brush.put(face.x + 1, y + 1, '○', edge);
    }
}

/// One line in the middle.
fn centred(brush: &mut Brush, area: Rect, text: &str, role: Role) {
    let text = fit(text, area.width.saturating_sub(2));
    let x = area.x + area.width.saturating_sub(width(&text)) / 2;
    brush.line(x, area.y, area.width, Role::Case).keyed(&text, role);
}
