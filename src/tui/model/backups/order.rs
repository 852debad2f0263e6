//! What of the board is shown, and in which order. What must hold: the worst stands first where it is sorted by age.

use std::cmp::Reverse;

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use super::Board;
use crate::domain::backup::{Age, BoardRow};

/// The chips over the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chip {
    #[default]
    All,
    Fresh,
    Due,
    Stale,
    Never,
}

impl Chip {
    pub const ALL: [Self; 5] = [Self::All, Self::Fresh, Self::Due, Self::Stale, Self::Never];

    pub fn words(self) -> &'static str {
        self.age().map_or("all", Age::slug)
    }

    pub fn age(self) -> Option<Age> {
        match self {
            Self::All => None,
            Self::Fresh => Some(Age::Fresh),
            Self::Due => Some(Age::Due),
            Self::Stale => Some(Age::Stale),
            Self::Never => Some(Age::Never),
        }
    }

    pub fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|chip| *chip == self).unwrap_or(0) as isize + by;
        Self::ALL[at.rem_euclid(Self::ALL.len() as isize) as usize]
    }

    fn takes(self, age: Option<Age>) -> bool {
        self == Self::All || age == self.age()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    Age,
    Name,
    Size,
}

impl Sort {
    pub fn words(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Name => "name",
            Self::Size => "size",
        }
    }

    pub fn next(self) -> Self {
        match self {
            Self::Age => Self::Name,
            Self::Name => Self::Size,
            Self::Size => Self::Age,
        }
    }
}

impl Board {
    pub fn count(&self, chip: Chip) -> usize {
        Chip::ALL.iter().position(|other| *other == chip).map_or(0, |at| self.counts[at])
    }

    /// Another order, chip or filter: the hand stays on what it holds.
    pub fn arrange(&mut self) {
        self.counts = Chip::ALL.map(|chip| self.rows.iter().filter(|row| chip.takes(self.age(row))).count());
        let mut sieve = Sieve::new(&self.filter);
        let taken = self.rows.iter().filter(|row| self.chip.takes(self.age(row)));
        let mut found: Vec<(u32, &BoardRow)> = taken.filter_map(|row| Some((sieve.score(row)?, row))).collect();
        found.sort_by_cached_key(|(score, row)| (Reverse(*score), self.rank(row), row.name.to_lowercase()));
        self.shown = found.into_iter().map(|(_, row)| row.app.clone()).collect();
        match self.has_moved {
            true => self.hand.settle(&self.shown),
            false => self.hand.go(0, &self.shown),
        }
    }

    /// The operator typed: the best answer is under the hand.
    pub fn search(&mut self) {
        self.arrange();
        self.go(0);
    }

    /// What comes first has the lowest.
    fn rank(&self, row: &BoardRow) -> (u8, i64) {
        let made = row.newest.as_ref().map_or(i64::MIN, |backup| backup.made.0);
        match self.sort {
            Sort::Name => (0, 0),
            Sort::Size => {
                let size = row.newest.as_ref().and_then(|backup| backup.size).unwrap_or(0);
                (0, -i64::try_from(size).unwrap_or(i64::MAX))
            }
            Sort::Age => match self.age(row) {
                Some(Age::Never) => (0, made),
                Some(Age::Stale) => (1, made),
                Some(Age::Due) => (2, made),
                Some(Age::Fresh) => (3, made),
                None => (4, made),
            },
        }
    }
}

/// The fuzzy filter over the board; an empty one takes everything alike.
struct Sieve {
    pattern: Option<(Pattern, Matcher)>,
    letters: Vec<char>,
}

impl Sieve {
    fn new(filter: &str) -> Self {
        let pattern = (!filter.trim().is_empty()).then(|| {
            let pattern = Pattern::parse(filter, CaseMatching::Smart, Normalization::Smart);
            (pattern, Matcher::new(Config::DEFAULT))
        });
        Self { pattern, letters: Vec::new() }
    }

    fn score(&mut self, row: &BoardRow) -> Option<u32> {
        let Some((pattern, matcher)) = &mut self.pattern else { return Some(0) };
        let name = pattern.score(Utf32Str::new(&row.name, &mut self.letters), matcher).map(|score| score + 1000);
        name.or_else(|| {
            let storage = row.newest.as_ref().map_or(String::new(), |backup| backup.key.storage().to_string());
            let all = format!("{} {storage} {}", row.name, row.guest);
            pattern.score(Utf32Str::new(&all, &mut self.letters), matcher)
        })
    }
}
