//! What a text must look like, in a small part of the usual language of patterns: letters, `.`, `[a-z_]`, `[^x]` and
//! `\.`, each with `?`, `*`, `+`, `{2}` or `{1,32}` behind it. The whole text must fit. There are no groups, so the work
//! is bounded by the length of pattern and text.

use std::{collections::BTreeSet, fmt, iter::Peekable, str::Chars};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    atoms: Vec<Atom>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Atom {
    set: Set,
    least: usize,
    most: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    Any,
    Of(Vec<(char, char)>),
    NoneOf(Vec<(char, char)>),
}

impl Set {
    fn has(&self, c: char) -> bool {
        let within = |ranges: &[(char, char)]| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        match self {
            Self::Any => true,
            Self::Of(ranges) => within(ranges),
            Self::NoneOf(ranges) => !within(ranges),
        }
    }
}

impl Pattern {
    pub fn fits(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let mut reached = BTreeSet::from([0]);
        for atom in &self.atoms {
            reached = reached.into_iter().flat_map(|at| atom.ends(&letters, at)).collect();
        }
        reached.contains(&letters.len())
    }
}

impl Atom {
    /// Every place where it may stop when it begins at `at`.
    fn ends(&self, letters: &[char], at: usize) -> std::ops::Range<usize> {
        let run = letters[at..].iter().take(self.most).take_while(|c| self.set.has(**c)).count();
        if run < self.least { 0..0 } else { at + self.least..at + run + 1 }
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut rest = text.chars().peekable();
        let mut atoms = Vec::new();
        while rest.peek().is_some() {
            let read = read_atom(&mut rest);
            atoms.push(read.map_err(|why| format!("the pattern `{text}` cannot be read: {why}"))?);
        }
        Ok(Self { text, atoms })
    }
}

fn read_atom(rest: &mut Peekable<Chars<'_>>) -> Result<Atom, String> {
    let set = match rest.next() {
        Some('.') => Set::Any,
        Some('[') => read_class(rest)?,
        Some('\\') => literal(rest.next().ok_or("nothing follows the last `\\`")?),
        Some(c) if "()|^$?*+{}]".contains(c) => {
            return Err(format!("`{c}` has no meaning here; write `\\{c}` for itself"));
        }
        Some(c) => literal(c),
        None => return Err("it ends too early".to_owned()),
    };
    let (least, most) = read_count(rest)?;
    Ok(Atom { set, least, most })
}

fn literal(c: char) -> Set {
    Set::Of(vec![(c, c)])
}

fn read_class(rest: &mut Peekable<Chars<'_>>) -> Result<Set, String> {
    let is_inverse = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let from = match rest.next().ok_or("`[` is never closed")? {
            ']' => break,
            '\\' => rest.next().ok_or("nothing follows the last `\\`")?,
            c => c,
        };
        let mut to = from;
        if rest.peek() == Some(&'-') {
            rest.next();
            if rest.peek() == Some(&']') {
                ranges.push(('-', '-'));
            } else {
                to = rest.next().ok_or("`[` is never closed")?;
            }
        }
        if to < from {
            return Err(format!("`{from}-{to}` runs backwards"));
        }
        ranges.push((from, to));
    }
    Ok(if is_inverse { Set::NoneOf(ranges) } else { Set::Of(ranges) })
}

fn read_count(rest: &mut Peekable<Chars<'_>>) -> Result<(usize, usize), String> {
    let count = match rest.peek() {
        Some('?') => (0, 1),
        Some('*') => (0, usize::MAX),
        Some('+') => (1, usize::MAX),
        Some('{') => return read_braces(rest),
        _ => return Ok((1, 1)),
    };
    rest.next();
    Ok(count)
}

fn read_braces(rest: &mut Peekable<Chars<'_>>) -> Result<(usize, usize), String> {
    rest.next();
    let inner: String = rest.by_ref().take_while(|c| *c != '}').collect();
    let number = |text: &str| text.parse::<usize>().map_err(|_| format!("`{{{inner}}}` is no count"));
    let (least, most) = match inner.split_once(',') {
        None => (number(&inner)?, number(&inner)?),
        Some((least, "")) => (number(least)?, usize::MAX),
        Some((least, most)) => (number(least)?, number(most)?),
    };
    if least > most { Err(format!("`{{{inner}}}` runs backwards")) } else { Ok((least, most)) }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
