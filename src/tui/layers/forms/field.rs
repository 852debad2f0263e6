//! Lines to type into. What must hold: a secret is never shown, never printed, and wiped when the form goes.

use std::{borrow::Cow, sync::Arc};

use crossterm::event::KeyCode;
use zeroize::Zeroizing;

use crate::tui::keymap::Key;

#[derive(Clone)]
pub struct Field {
    pub label: Cow<'static, str>,
    /// Shown while nothing is typed.
    pub hint: Cow<'static, str>,
    pub kind: Kind,
    text: Zeroizing<String>,
    /// Between which letters the cursor is, counted from the left.
    pub cursor: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Secret,
    /// One of these; the text is the chosen one.
    Choice(Arc<[String]>),
    /// As many of these as one likes; the text names them with commas between them, the cursor is on one of all.
    Many(Arc<[String]>),
}

/// Nobody types more; a paste by mistake ends here.
const LONGEST: usize = 512;

impl Field {
    pub fn plain(label: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { label: label.into(), hint: hint.into(), kind: Kind::Plain, text: Zeroizing::default(), cursor: 0 }
    }

    pub fn secret(label: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: Kind::Secret, ..Self::plain(label, hint) }
    }

    /// The first one is chosen.
    pub fn choice(label: impl Into<Cow<'static, str>>, choices: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let choices: Arc<[String]> = choices.into_iter().map(Into::into).collect();
        let first = choices.first().cloned().unwrap_or_default();
        let mut field = Self { kind: Kind::Choice(choices), ..Self::plain(label, "") };
        field.set(&first);
        field
    }

    /// Several of what there is, `chosen` beforehand.
    pub fn many(label: impl Into<Cow<'static, str>>, all: Vec<String>, chosen: &[String]) -> Self {
        let mut field = Self { kind: Kind::Many(all.into()), ..Self::plain(label, "there is none") };
        field.take(chosen);
        field
    }

    /// What was chosen of many, in the order in which they are offered.
    pub fn chosen(&self) -> Vec<String> {
        self.text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn take(&mut self, chosen: &[String]) {
        let Kind::Many(all) = &self.kind else { return };
        let kept: Vec<&str> = all.iter().filter(|name| chosen.contains(name)).map(String::as_str).collect();
        self.text = Zeroizing::new(kept.join(","));
    }

    /// With something in it already.
    pub fn filled(mut self, text: &str) -> Self {
        self.set(text);
        self
    }

    pub fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Choice(_) | Kind::Many(_))
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
        if self.is_choice() {
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

    /// Blanks may belong to a secret; the line's end never does.
    pub fn paste(&mut self, text: &str) {
        let is_secret = self.kind == Kind::Secret;
        self.type_text(if is_secret { text.trim_end_matches(['\r', '\n']) } else { text.trim() });
    }

    /// The keys that move and rub out.
    pub fn edit(&mut self, key: Key) {
        if let Kind::Choice(choices) = self.kind.clone() {
            return match key.code {
                KeyCode::Left => self.choose(&choices, choices.len().saturating_sub(1)),
                KeyCode::Right | KeyCode::Char(' ') => self.choose(&choices, 1),
                _ => {}
            };
        }
        if let Kind::Many(all) = self.kind.clone() {
            return self.edit_many(key, &all);
        }
        let length = self.text.chars().count();
        match key.code {
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(length),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = length,
            KeyCode::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.rub_out();
            }
            KeyCode::Delete if self.cursor < length => self.rub_out(),
            KeyCode::Char('u') => self.set(""),
            _ => {}
        }
    }

    fn edit_many(&mut self, key: Key, all: &[String]) {
        let last = all.len().saturating_sub(1);
        match key.code {
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Char(' ') => {
                let mut chosen = self.chosen();
                let Some(name) = all.get(self.cursor) else { return };
                match chosen.iter().position(|known| known == name) {
                    Some(at) => drop(chosen.remove(at)),
                    None => chosen.push(name.clone()),
                }
                self.take(&chosen);
            }
            _ => {}
        }
    }

    fn rub_out(&mut self) {
        let at = self.byte(self.cursor);
        self.text.remove(at);
    }

    fn choose(&mut self, choices: &[String], by: usize) {
        let at = choices.iter().position(|choice| *choice == self.text.as_str()).unwrap_or(0);
        if let Some(choice) = choices.get((at + by) % choices.len().max(1)) {
            self.set(choice);
        }
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
