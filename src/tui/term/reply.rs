//! Asking the terminal how many colours it has, and finding the answer among the keys. What must hold: nothing waits for
//! an answer, and a key that only looked like the beginning of one is handed on.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::tui::theme::Depth;

/// Sets a colour that only a true-colour terminal keeps and asks which one is set (DECRQSS).
pub const QUESTION: &[u8] = b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m";

/// The answer comes as `ESC P 1 $ r … m ESC \`, which arrives as keys: Alt-P, its letters, Alt-\.
#[derive(Debug, Default)]
pub struct Reply {
    held: Vec<Event>,
    text: String,
}

/// What became of an input event.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// It belongs to the answer, or may.
    Nothing,
    Depth(Depth),
    /// It was no answer: these are the operator's own.
    Events(Vec<Event>),
}

/// Longer than any true answer.
const LONGEST: usize = 64;

impl Reply {
    pub fn hear(&mut self, event: Event) -> Heard {
        let Some(letter) = letter(&event) else { return self.give_up(event) };
        match letter {
            ('P', KeyModifiers::ALT) if self.held.is_empty() => self.hold(event, 'P'),
            ('\\', KeyModifiers::ALT) if !self.held.is_empty() => self.conclude(event),
            (letter, KeyModifiers::NONE) if self.continues(letter) => self.hold(event, letter),
            _ => self.give_up(event),
        }
    }

    fn hold(&mut self, event: Event, letter: char) -> Heard {
        self.held.push(event);
        self.text.push(letter);
        Heard::Nothing
    }

    /// Whether the text so far and this letter may still become an answer.
    fn continues(&self, letter: char) -> bool {
        let fits = match self.text.len() {
            0 => false,
            1 => letter == '0' || letter == '1',
            2 => letter == '$',
            3 => letter == 'r',
            _ => letter.is_ascii_digit() || ";:m".contains(letter),
        };
        fits && self.text.len() < LONGEST
    }

    fn conclude(&mut self, event: Event) -> Heard {
        if self.text.len() < 4 {
            return self.give_up(event);
        }
        let kept = ["48:2::1:2:3", "48:2:1:2:3", "48;2;1;2;3"].iter().any(|colour| self.text.contains(colour));
        *self = Self::default();
        if kept { Heard::Depth(Depth::True) } else { Heard::Nothing }
    }

    fn give_up(&mut self, event: Event) -> Heard {
        self.text.clear();
        let mut events = std::mem::take(&mut self.held);
        events.push(event);
        Heard::Events(events)
    }
}

/// A letter as typed: shift is part of it.
fn letter(event: &Event) -> Option<(char, KeyModifiers)> {
    match event {
        Event::Key(KeyEvent { code: KeyCode::Char(letter), modifiers, kind: KeyEventKind::Press, .. }) => {
            Some((*letter, modifiers.difference(KeyModifiers::SHIFT)))
        }
        _ => None,
    }
}
