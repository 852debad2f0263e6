//! A rack with nothing in it yet: bare rails, and one unit that says what will come there.

use ratatui::layout::Rect;

use crate::tui::{
    command::Deck,
    theme::Role,
    widgets::{
        brush::{Brush, fit, width},
        ears::{self, Ears, Hold, Mark},
        led::faded,
    },
};

pub fn draw(brush: &mut Brush, body: Rect, deck: Deck) {
    let lines = promise(deck).map(|line| (line.to_owned(), Role::Dim));
    let title = (format!("the {} deck is not furnished yet", deck.name()), Role::Title);
    let lines: Vec<_> = std::iter::once(title).chain(lines).collect();
    mount(brush, body, &lines);
}

fn promise(deck: Deck) -> [&'static str; 2] {
    match deck {
        Deck::Store => ["here a catalog of recipes will stand:", "press one key, and an app runs in its own container"],
        Deck::Backups => {
            ["here every app will have its age LED:", "back up, restore in place or as a new app, schedule"]
        }
        Deck::Ops => ["here every operation will stand with its steps", "until then: [l] on a unit shows its last one"],
        _ => ["", ""],
    }
}

/// One unit in a bare rack, with these lines in its middle.
pub fn mount(brush: &mut Brush, body: Rect, lines: &[(String, Role)]) {
    let ear = if body.width >= 90 { 4 } else { 2 };
    rails(brush, body, ear);
    let height = (lines.len() as u16 + 2).min(body.height.saturating_sub(1));
    let unit = Rect { y: body.y + 1 + (body.height - 1 - height) / 3, height, ..body };
    ears::seam(brush, Rect { y: unit.y.saturating_sub(1), height: 1, ..unit }, Hold::Idle);
    let face = ears::draw(brush, unit, Ears { width: ear, hold: Hold::Idle, is_marked: Mark::Free, seed: 3 });
    brush.fill(face, Role::Case);
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

/// One line in the middle.
fn centred(brush: &mut Brush, area: Rect, text: &str, role: Role) {
    let text = fit(text, area.width.saturating_sub(2));
    let x = area.x + area.width.saturating_sub(width(&text)) / 2;
    brush.line(x, area.y, area.width, Role::Case).say(&text, role);
}
