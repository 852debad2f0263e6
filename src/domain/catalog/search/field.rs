//! One field of all recipes as one long text, because looking through one text is much faster than through ten thousand.

use memchr::memmem::Finder;

use super::BETWEEN;

#[derive(Debug, Clone, Default)]
pub struct Field {
    text: String,
    /// Where each recipe's part ends.
    ends: Vec<usize>,
}

/// Where a word was met.
pub struct Place<'a> {
    /// The recipe's place.
    pub at: usize,
    text: &'a str,
    from: usize,
    to: usize,
}

/// Whether more places in the same recipe can change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enough {
    Yes,
    No,
}

impl Field {
    pub fn add(&mut self, text: &str) {
        self.text.push_str(text);
        // Ends a word, and nobody can type it.
        self.text.push('\n');
        self.ends.push(self.text.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    pub fn text(&self, at: usize) -> &str {
        &self.text[self.start(at)..self.ends[at] - 1]
    }

    /// Every place where `word` stands, until `met` has seen enough of a recipe. One letter stands nearly everywhere; of it
    /// only the beginnings of words count.
    pub fn each(&self, word: &str, mut met: impl FnMut(Place<'_>) -> Enough) {
        let (finder, text) = (Finder::new(word), self.text.as_bytes());
        let (mut at, mut next) = (0, 0);
        let is_letter = word.chars().nth(1).is_none();
        while let Some(found) = finder.find(&text[next..]) {
            let from = next + found;
            if is_letter && from > 0 && continues_word(text[from - 1]) {
                next = from + 1;
                continue;
            }
            while self.ends[at] <= from {
                at += 1;
            }
            let start = self.start(at);
            next = match met(Place { at, text: self.text(at), from: from - start, to: from - start + word.len() }) {
                Enough::Yes => self.ends[at],
                Enough::No => from + 1,
            };
        }
    }
}

/// Whether a word goes on behind this byte.
fn continues_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

impl Place<'_> {
    fn before(&self) -> Option<char> {
        self.text[..self.from].chars().next_back()
    }

    pub fn begins_part(&self) -> bool {
        self.before().is_none_or(|c| c == BETWEEN)
    }

    pub fn ends_part(&self) -> bool {
        self.text[self.to..].chars().next().is_none_or(|c| c == BETWEEN)
    }

    pub fn begins_word(&self) -> bool {
        self.before().is_none_or(|c| !c.is_alphanumeric())
    }

    pub fn is_in_last_part(&self) -> bool {
        !self.text[self.to..].contains(BETWEEN)
    }
}
