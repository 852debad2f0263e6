//! Addresses on the screen are links in terminals that know links (OSC 8). What must hold: only what stands there whole
//! is one, it leads where it reads, and no letter of it can end the sequence.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{face::Face, surroundings::Surroundings};

/// Whether the terminal is told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    Told,
    #[default]
    Untold,
}

/// Which address a cell is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target(u64);

const SCHEMES: [&str; 2] = ["https://", "http://"];

impl Surroundings {
    /// GNU screen does not know them, and the Linux console takes them for something else.
    pub fn links(&self) -> Links {
        let is_bad =
            self.term == "linux" || self.term.starts_with("screen") && !self.program.eq_ignore_ascii_case("tmux");
        if self.is_named() && !is_bad { Links::Told } else { Links::Untold }
    }
}

/// Finds the addresses of a row.
pub fn mark(row: &mut [Face<'_>]) {
    let mut x = 0;
    while let Some(start) = (x..row.len()).find(|x| row[*x].text == "h" && scheme(&row[*x..]).is_some()) {
        let length = row[start..].iter().take_while(|face| is_of_address(face.text)).count();
        x = start + length;
        let is_cut = goes_on(row, x) || (start..x).any(|at| stands_for_more(row, at));
        let end = (start..x).rev().find(|x| !".,;:!?)]'".contains(row[*x].text)).map_or(start, |last| last + 1);
        let (named, begun) =
            (scheme(&row[start..end]).unwrap_or_default(), start > 0 && is_letter(row[start - 1].text));
        if !is_cut && !begun && named > 0 && end - start > named {
            let target = Target::of(&row[start..end]);
            row[start..end].iter_mut().for_each(|face| face.link = Some(target));
        }
    }
}

/// Where the letters before `x` may be a part of something longer: cut, or wrapped at the edge of what it stands in.
fn goes_on(row: &[Face<'_>], x: usize) -> bool {
    let Some(face) = row.get(x) else { return true };
    let mut letters = face.text.chars();
    letters.next().is_some_and(|letter| matches!(letter, '…' | '|' | '\u{2500}'..='\u{259f}'))
}

/// Plain letters have `~` for `…`; in an address it is its own only where it begins the name of somebody's home.
fn stands_for_more(row: &[Face<'_>], at: usize) -> bool {
    let is_home = at > 0 && row[at - 1].text == "/" && row.get(at + 1).is_some_and(|face| is_letter(face.text));
    row[at].text == "~" && !is_home
}

impl Target {
    fn of(faces: &[Face<'_>]) -> Self {
        let mut hasher = DefaultHasher::new();
        faces.iter().for_each(|face| face.text.hash(&mut hasher));
        Self(hasher.finish())
    }
}

/// The address of which the cell at `x` is a part.
pub fn address(row: &[Face<'_>], x: usize) -> String {
    let target = row[x].link;
    let start = row[..x].iter().rposition(|face| face.link != target).map_or(0, |before| before + 1);
    row[start..].iter().take_while(|face| face.link == target).map(|face| face.text).collect()
}

/// How many letters of it are the scheme.
fn scheme(row: &[Face<'_>]) -> Option<usize> {
    let begins = |name: &&str| {
        row.len() > name.len() && name.chars().zip(row).all(|(letter, face)| face.text.chars().eq([letter]))
    };
    SCHEMES.iter().copied().find(begins).map(str::len)
}

fn is_of_address(text: &str) -> bool {
    matches!(text.as_bytes(), [byte] if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(byte))
}

fn is_letter(text: &str) -> bool {
    text.chars().all(char::is_alphanumeric) && !text.is_empty()
}
