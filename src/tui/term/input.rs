//! What the terminal sends, as the deck's own events. What must hold: a key counts once, when it is pressed.

use crossterm::event::{Event as Raw, KeyEventKind, MouseEventKind};

use crate::tui::event::{Event, Focus};

/// The deck's event, or nothing where the deck has no use for it.
pub fn translate(raw: Raw) -> Option<Event> {
    Some(match raw {
        Raw::Key(key) if key.kind == KeyEventKind::Release => return None,
        Raw::Key(key) => Event::Key(key),
        Raw::Mouse(mouse) if mouse.kind == MouseEventKind::Moved => return None,
        Raw::Mouse(mouse) => Event::Mouse(mouse),
        Raw::Paste(text) => Event::Paste(text),
        Raw::Resize(columns, rows) => Event::Resize { columns, rows },
        Raw::FocusGained => Event::Focus(Focus::Gained),
        Raw::FocusLost => Event::Focus(Focus::Lost),
    })
}
