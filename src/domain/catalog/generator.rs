//! Makes a secret from random bytes that are handed in. What must hold: every letter of the alphabet is equally likely
//! at every place, so a byte that would favour some letters is thrown away.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Generator {
    pub length: u16,
    pub alphabet: String,
    /// A copy of the app may get another one, although its data is there already.
    pub renewable: bool,
}

/// No letter in it means anything to a shell, a URL or a quoted file.
const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

impl Default for Generator {
    fn default() -> Self {
        Self { length: 24, alphabet: PLAIN.to_owned(), renewable: false }
    }
}

impl Generator {
    /// So many bytes are enough but once in more tries than will ever be made.
    pub fn bytes_wanted(&self) -> usize {
        usize::from(self.length) * 4 + 64
    }

    /// Nothing when the bytes do not suffice, or when the alphabet leaves no choice.
    pub fn make(&self, random: &[u8]) -> Option<String> {
        let letters: Vec<char> = self.alphabet.chars().collect();
        if !(2..=256).contains(&letters.len()) {
            return None;
        }
        let fair = 256 - 256 % letters.len();
        let length = usize::from(self.length);
        let chosen = random.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let made: String = chosen.map(|byte| letters[byte % letters.len()]).take(length).collect();
        (made.chars().count() == length).then_some(made)
    }
}
