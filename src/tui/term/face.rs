//! What one cell shows, cleaned: no control character from a guest's name reaches the terminal, and a wide letter knows
//! which cell it covers.

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr;

use super::{ink::Ink, pen::Look};
use crate::tui::{canvas::Charset, theme::Depth};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face<'a> {
    pub text: &'a str,
    /// 0 for the second half of a wide letter.
    pub width: u16,
    pub look: Look,
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
        self.text == other.text && (self.look == other.look || self.is_blank() && self.look.same_on_blank(other.look))
    }
}

/// The faces of a row, as this terminal shows them.
pub fn faces<'a>(row: &'a [Cell], depth: Depth, charset: Charset, into: &mut Vec<Face<'a>>) {
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
            into.push(Face { text: "", width: 0, look });
            continue;
        }
        let (text, width) = clean(cell.symbol(), charset, row.len() - x);
        covered = width - 1;
        into.push(Face { text, width, look });
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
