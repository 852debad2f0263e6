//! Words that were mistyped. What must hold: short words are never taken for others, because everything is near them.

/// The longest word that is looked for; nobody mistypes more.
const LONGEST: usize = 32;

/// Which letters stand in a word, as far as one number tells.
#[derive(Debug, Clone, Copy)]
pub struct Letters(u64);

impl Letters {
    pub fn of(letters: impl IntoIterator<Item = char>) -> Self {
        Self(letters.into_iter().fold(0, |mask, letter| mask | 1 << (u32::from(letter) % 64)))
    }

    /// How many of these the other lacks, at least.
    fn missing_in(self, other: Self) -> usize {
        (self.0 & !other.0).count_ones() as usize
    }
}

/// A word as somebody typed it.
pub struct Wanted {
    letters: Vec<char>,
    mask: Letters,
    /// Letters that may be wrong.
    slack: usize,
}

impl Wanted {
    pub fn new(word: &str) -> Self {
        let letters: Vec<char> = word.chars().collect();
        let slack = match letters.len() {
            0..=3 => 0,
            4..=6 => 1,
            7..=LONGEST => 2,
            _ => 0,
        };
        Self { mask: Letters::of(letters.iter().copied()), letters, slack }
    }

    /// Whether it is worth a closer look at a name with these letters.
    pub fn may_be_in(&self, name: Letters) -> bool {
        self.mask.missing_in(name) <= self.slack
    }

    /// Whether a word of `name` begins like it, but for a slip.
    pub fn is_near(&self, name: &str) -> bool {
        self.slack > 0 && name.split(|c: char| !c.is_alphanumeric()).any(|word| self.begins(word))
    }

    fn begins(&self, word: &str) -> bool {
        let mut other = ['\0'; LONGEST + 2];
        let mut len = 0;
        for (place, letter) in other.iter_mut().zip(word.chars().take(self.letters.len() + self.slack)) {
            (*place, len) = (letter, len + 1);
        }
        let other = &other[..len];
        self.may_be_in(Letters::of(other.iter().copied()))
            && len + self.slack >= self.letters.len()
            && self.changes(other) <= self.slack
    }

    /// How many letters must be put in, taken out, changed or swapped so that `other` begins with it.
    fn changes(&self, other: &[char]) -> usize {
        let mut rows = [[0usize; LONGEST + 3]; 3];
        for (j, cell) in rows[0].iter_mut().enumerate() {
            *cell = j;
        }
        for i in 1..=self.letters.len() {
            let (this, last, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
            rows[this][0] = i;
            for j in 1..=other.len() {
                let change = rows[last][j - 1] + usize::from(self.letters[i - 1] != other[j - 1]);
                let mut best = change.min(rows[last][j] + 1).min(rows[this][j - 1] + 1);
                if i > 1 && j > 1 && self.letters[i - 1] == other[j - 2] && self.letters[i - 2] == other[j - 1] {
                    best = best.min(rows[before][j - 2] + 1);
                }
                rows[this][j] = best;
            }
        }
        let last = &rows[self.letters.len() % 3][..=other.len()];
        last.iter().copied().min().unwrap_or(usize::MAX)
    }

    /// Whether its letters stand in `name` in their order, the first one where a word begins: `hmas` in `home assistant`.
    pub fn is_in_order_in(&self, name: &str) -> bool {
        let Some((first, rest)) = self.letters.split_first().filter(|(_, rest)| !rest.is_empty()) else { return false };
        let mut starts = name.char_indices().scan(' ', |before, (at, letter)| {
            let is_start = !before.is_alphanumeric() && letter == *first;
            *before = letter;
            Some(is_start.then_some(at + letter.len_utf8()))
        });
        starts.any(|start| {
            start.is_some_and(|start| {
                let mut letters = name[start..].chars();
                rest.iter().all(|wanted| letters.any(|letter| letter == *wanted))
            })
        })
    }
}
