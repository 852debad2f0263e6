//! What the terminal sends, as the deck's own events. What must hold: a key counts once, when it is pressed.

use crossterm::event::{Event as Raw, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};

use crate::tui::event::{Event, Focus};

/// The deck's event, or nothing where the deck has no use for it.
pub fn translate(raw: Raw) -> Option<Event> {
    Some(match raw {
        Raw::Key(key) if key.kind == KeyEventKind::Release => return None,
        Raw::Key(key) => Event::Key(by_name(key)),
        Raw::Mouse(mouse) if mouse.kind == MouseEventKind::Moved => return None,
        Raw::Mouse(mouse) => Event::Mouse(mouse),
        Raw::Paste(text) => Event::Paste(text),
        Raw::Resize(columns, rows) => Event::Resize { columns, rows },
        Raw::FocusGained => Event::Focus(Focus::Gained),
        Raw::FocusLost => Event::Focus(Focus::Lost),
    })
}

/// The keys of four bytes have names on the keyboard; crossterm calls them by the digits that a VT220 had for them.
fn by_name(key: KeyEvent) -> KeyEvent {
    let name = match key.code {
        KeyCode::Char(digit @ '4'..='7') if key.modifiers.contains(KeyModifiers::CONTROL) => match digit {
            '4' => '\\',
            '5' => ']',
            '6' => '^',
            _ => '_',
        },
        _ => return key,
    };
    KeyEvent { code: KeyCode::Char(name), ..key }
}
