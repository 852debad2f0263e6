//! A rack with nothing in it yet says what will come there.

use ratatui::layout::Rect;

use crate::tui::{
    command::Deck,
    theme::Role,
    widgets::{
        brush::{Brush, fit, width},
        ears::{self, Ears, Hold, Mark},
    },
};

pub fn draw(brush: &mut Brush, body: Rect, deck: Deck) {
    let (title, lines) = promise(deck);
    let rack = Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
    slots(brush, rack);
    let y = rack.y + (rack.height / 3).max(1);
    centred(brush, Rect { y, height: 1, ..body }, title, Role::Title);
    for (row, line) in (2u16..).zip(lines) {
        centred(brush, Rect { y: y + row, height: 1, ..body }, line, Role::Dim);
    }
}

fn promise(deck: Deck) -> (&'static str, &'static [&'static str]) {
    match deck {
        Deck::Store => (
            "the store is not furnished yet",
            &["here a catalog of recipes will stand:", "search one, press one key, and it runs in its own container"],
        ),
        Deck::Backups => (
            "the backup board is not furnished yet",
            &["here every app will have its age LED:", "back up, restore in place or as a new app, schedule"],
        ),
        Deck::Ops => (
            "the operations board is not furnished yet",
            &[
                "here every operation will stand with its steps and its log.",
                "until then: [l] on a unit shows its last one",
            ],
        ),
        _ => ("nothing here yet", &[]),
    }
}

/// Empty slots of a rack: posts and their holes.
fn slots(brush: &mut Brush, area: Rect) {
    let width = if area.width >= 90 { 4 } else { 2 };
    let ears = Ears { width, hold: Hold::Idle, is_marked: Mark::Free, seed: 3 };
    for y in (area.top()..area.bottom()).step_by(4) {
        let height = 3.min(area.bottom() - y);
        let body = ears::draw(brush, Rect { y, height, ..area }, ears);
        brush.fill(body, Role::Page);
    }
}

/// One line in the middle.
pub fn centred(brush: &mut Brush, area: Rect, text: &str, role: Role) {
    let text = fit(text, area.width.saturating_sub(10));
    let x = area.x + (area.width.saturating_sub(width(&text))) / 2;
    brush.line(x, area.y, area.width, Role::Page).say(&text, role);
}
