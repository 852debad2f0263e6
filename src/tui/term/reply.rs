//! Asking the terminal how many colours it has, and finding the answer among the keys. What must hold: nothing waits for
//! an answer, and a key that only looked like the beginning of one is handed on.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::tui::theme::Depth;

/// Sets a colour that only a true-colour terminal keeps and asks which one is set (DECRQSS).
pub const QUESTION: &[u8] = b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m";

/// The answer comes as `ESC P 1 $ r … m ESC \`, which arrives as keys: Alt-P, its letters, Alt-\. Where the line cuts it
/// behind an ESC, that one arrives alone.
#[derive(Debug, Default)]
pub struct Reply {
    held: Vec<Event>,
    /// The letters so far; the first four are known to the letter.
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

/// Whether a lone ESC may be the beginning of an answer, or is the operator's for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lone {
    Perhaps,
    Typed,
}

/// Longer than any true answer.
const LONGEST: usize = 64;
/// Nobody types this; from here on it is an answer, whatever follows.
const CERTAIN: usize = 4;

impl Reply {
    pub fn hear(&mut self, event: Event, lone: Lone) -> Heard {
        let is_certain = self.text.len() >= CERTAIN;
        let after_escape = self.held.last().is_some_and(is_escape);
        match letter(&event) {
            None if is_escape(&event) && (is_certain || lone == Lone::Perhaps && self.held.is_empty()) => {
                self.held.push(event);
                Heard::Nothing
            }
            Some(('P', modifiers)) if self.begins(modifiers, after_escape) => self.hold(event, 'P'),
            Some(('\\', modifiers)) if is_certain && (modifiers == KeyModifiers::ALT || after_escape) => {
                self.conclude()
            }
            Some((letter, KeyModifiers::NONE)) if self.continues(letter) => self.hold(event, letter),
            _ => self.give_up(event),
        }
    }

    fn begins(&self, modifiers: KeyModifiers, after_escape: bool) -> bool {
        let is_first = self.text.is_empty();
        is_first && (modifiers == KeyModifiers::ALT && self.held.is_empty() || modifiers.is_empty() && after_escape)
    }

    fn hold(&mut self, event: Event, letter: char) -> Heard {
        self.held.push(event);
        self.text.push(letter);
        Heard::Nothing
    }

    /// Whether the text so far and this letter may still become an answer.
    fn continues(&self, letter: char) -> bool {
        match self.text.len() {
            0 => false,
            1 => letter == '0' || letter == '1',
            2 => letter == '$',
            3 => letter == 'r',
            length => length < LONGEST,
        }
    }

    fn conclude(&mut self) -> Heard {
        let kept = ["48:2::1:2:3", "48:2:1:2:3", "48;2;1;2;3"].iter().any(|colour| self.text.contains(colour));
        *self = Self::default();
        if kept { Heard::Depth(Depth::True) } else { Heard::Nothing }
    }

    /// What was held is handed on, unless it was an answer for certain: its letters must never act as keys.
    fn give_up(&mut self, event: Event) -> Heard {
        let Self { mut held, text } = std::mem::take(self);
        if text.len() >= CERTAIN {
            held.clear();
        }
        held.push(event);
        Heard::Events(held)
    }
}

fn is_escape(event: &Event) -> bool {
    matches!(event, Event::Key(KeyEvent { code: KeyCode::Esc, modifiers: KeyModifiers::NONE, .. }))
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
