//! What one cell shows, cleaned: no control character from a guest's name reaches the terminal, and a wide letter knows
//! which cell it covers.

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr;

use super::{
    ink::Ink,
    link::{self, Links, Target},
    pen::Look,
};
use crate::tui::{canvas::Charset, theme::Depth};

/// What of a picture the terminal can show.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    pub depth: Depth,
    pub charset: Charset,
    pub links: Links,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face<'a> {
    pub text: &'a str,
    /// 0 for the second half of a wide letter.
    pub width: u16,
    pub look: Look,
    /// The address that it is a part of.
    pub link: Option<Target>,
}

impl Face<'_> {
    pub fn is_blank(&self) -> bool {
        self.text == " "
    }

    pub fn is_covered(&self) -> bool {
        self.width == 0
    }

    /// Whether the eye could tell them apart.
    pub fn looks_like(&self, other: &Face<'_>) -> bool {
        self.text == other.text
            && self.link == other.link
            && (self.look == other.look || self.is_blank() && self.look.same_on_blank(other.look))
    }
}

/// The faces of a row, as this terminal shows them.
pub fn faces<'a>(row: &'a [Cell], sight: Sight, into: &mut Vec<Face<'a>>) {
    let Sight { depth, charset, links } = sight;
    into.clear();
    let mut covered = 0;
    let mut last = (row.first().map(|cell| (cell.fg, cell.bg)), None);
    for (x, cell) in row.iter().enumerate() {
        let (front, back) = match last {
            (colours, Some(inks)) if colours == Some((cell.fg, cell.bg)) => inks,
            _ => (Ink::mix(cell.fg, depth), Ink::mix(cell.bg, depth)),
        };
        last = (Some((cell.fg, cell.bg)), Some((front, back)));
        let look = Look { front, back, marks: cell.modifier };
        if covered > 0 {
            covered -= 1;
            into.push(Face { text: "", width: 0, look, link: None });
            continue;
        }
        let (text, width) = clean(cell.symbol(), charset, row.len() - x);
        covered = width - 1;
        into.push(Face { text, width, look, link: None });
    }
    if links == Links::Told {
        link::mark(into);
    }
}

/// A text that fills its cells and does nothing else.
fn clean(symbol: &str, charset: Charset, room: usize) -> (&str, u16) {
    if let [byte] = symbol.as_bytes() {
        return if byte.is_ascii_control() { ("?", 1) } else { (symbol, 1) };
    }
    let width = symbol.width();
    match width {
        0 => (" ", 1),
        _ if symbol.chars().any(char::is_control) => ("?", 1),
        _ if charset == Charset::Ascii => ("?", 1),
        _ if width > room => (" ", 1),
        _ => (symbol, width as u16),
    }
}
