//! Lines to type into. What must hold: a secret is never shown, never printed, and wiped when the form goes.

use crossterm::event::KeyCode;
use zeroize::Zeroizing;

use crate::tui::keymap::Key;

#[derive(Clone)]
pub struct Field {
    pub label: &'static str,
    /// Shown while nothing is typed.
    pub hint: &'static str,
    pub kind: Kind,
    text: Zeroizing<String>,
    /// Between which letters the cursor is, counted from the left.
    pub cursor: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Secret,
    /// One of these; the text is the chosen one.
    Choice(&'static [&'static str]),
}

/// Nobody types more; a paste by mistake ends here.
const LONGEST: usize = 512;

impl Field {
    pub fn plain(label: &'static str, hint: &'static str) -> Self {
        Self { label, hint, kind: Kind::Plain, text: Zeroizing::default(), cursor: 0 }
    }

    pub fn secret(label: &'static str, hint: &'static str) -> Self {
        Self { kind: Kind::Secret, ..Self::plain(label, hint) }
    }

    pub fn choice(label: &'static str, choices: &'static [&'static str]) -> Self {
        let mut field = Self { kind: Kind::Choice(choices), ..Self::plain(label, "") };
        field.set(choices.first().copied().unwrap_or_default());
        field
    }

    /// What was typed, without the blanks that a paste brings along.
    pub fn value(&self) -> &str {
        self.text.trim()
    }

    /// What was typed, letter by letter: blanks may belong to a secret.
    pub fn exact(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn set(&mut self, text: &str) {
        self.text = Zeroizing::new(text.to_owned());
        self.cursor = text.chars().count();
    }

    /// As it may be seen.
    pub fn shown(&self) -> String {
        match self.kind {
            Kind::Secret => "•".repeat(self.text.chars().count()),
            _ => self.text.to_string(),
        }
    }

    pub fn type_text(&mut self, text: &str) {
        if matches!(self.kind, Kind::Choice(_)) {
            return;
        }
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            if self.text.len() < LONGEST {
                let at = self.byte(self.cursor);
                self.text.insert(at, letter);
                self.cursor += 1;
            }
        }
    }

    /// The keys that move and rub out.
    pub fn edit(&mut self, key: Key) {
        let length = self.text.chars().count();
        match (self.kind, key.code) {
            (Kind::Choice(choices), KeyCode::Left) => self.choose(choices, choices.len() - 1),
            (Kind::Choice(choices), KeyCode::Right | KeyCode::Char(' ')) => self.choose(choices, 1),
            (Kind::Choice(_), _) => {}
            (_, KeyCode::Left) => self.cursor = self.cursor.saturating_sub(1),
            (_, KeyCode::Right) => self.cursor = (self.cursor + 1).min(length),
            (_, KeyCode::Home) => self.cursor = 0,
            (_, KeyCode::End) => self.cursor = length,
            (_, KeyCode::Backspace) if self.cursor > 0 => {
                self.cursor -= 1;
                self.rub_out();
            }
            (_, KeyCode::Delete) if self.cursor < length => self.rub_out(),
            (_, KeyCode::Char('u')) => self.set(""),
            _ => {}
        }
    }

    fn rub_out(&mut self) {
        let at = self.byte(self.cursor);
        self.text.remove(at);
    }

    fn choose(&mut self, choices: &[&'static str], by: usize) {
        let at = choices.iter().position(|choice| *choice == self.text.as_str()).unwrap_or(0);
        self.set(choices[(at + by) % choices.len()]);
    }

    fn byte(&self, letters: usize) -> usize {
        self.text.char_indices().nth(letters).map_or(self.text.len(), |(at, _)| at)
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("label", &self.label).field("text", &self.shown()).finish_non_exhaustive()
    }
}

/// The fields of one page, and which of them has the keys.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    pub all: Vec<Field>,
    pub at: usize,
}

impl Fields {
    pub fn of(all: Vec<Field>) -> Self {
        Self { all, at: 0 }
    }

    pub fn held(&mut self) -> Option<&mut Field> {
        self.all.get_mut(self.at)
    }

    pub fn step(&mut self, by: isize) {
        let count = self.all.len().max(1) as isize;
        self.at = (self.at as isize + by).rem_euclid(count) as usize;
    }

    pub fn is_last(&self) -> bool {
        self.at + 1 >= self.all.len()
    }
}
