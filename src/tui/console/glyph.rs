//! What one cell of a console shows. What must hold: a glyph is as wide as the cells it was given, whatever marks stand
//! over it, so nothing beside it moves.

use alacritty_terminal::{
    term::{
        cell::{Cell, Flags},
        color::Colors,
    },
    vte::ansi::{Color as Ansi, NamedColor},
};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Cells that stand behind a wide letter, or before one that did not fit.
pub(super) const COVERED: Flags = Flags::WIDE_CHAR_SPACER;

#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    pub text: String,
    /// 0 behind a wide letter.
    pub width: u16,
    /// `Reset` is what the program did not choose.
    pub front: Color,
    pub back: Color,
    pub marks: Modifier,
}

const MARKS: [(Flags, Modifier); 7] = [
    (Flags::BOLD, Modifier::BOLD),
    (Flags::DIM, Modifier::DIM),
    (Flags::ITALIC, Modifier::ITALIC),
    (Flags::ALL_UNDERLINES, Modifier::UNDERLINED),
    (Flags::INVERSE, Modifier::REVERSED),
    (Flags::HIDDEN, Modifier::HIDDEN),
    (Flags::STRIKEOUT, Modifier::CROSSED_OUT),
];

impl Glyph {
    /// Its letters; the colours are for whoever knows the palette.
    pub(super) fn of(cell: &Cell) -> Self {
        let width = match cell.flags {
            flags if flags.contains(COVERED) => 0,
            flags if flags.contains(Flags::WIDE_CHAR) => 2,
            _ => 1,
        };
        let letter = letter(cell);
        let mut text = String::from(letter);
        if let Some(marks) = cell.zerowidth() {
            text.extend(marks.iter().filter(|mark| !mark.is_control() && !turns_text(**mark)));
            // Some marks make a letter wider; the grid stands as the program counted.
            if text.width() != usize::from(width) {
                text.truncate(letter.len_utf8());
            }
        }
        let marks = MARKS.into_iter().filter(|(flag, _)| cell.flags.intersects(*flag));
        let marks = marks.fold(Modifier::empty(), |all, (_, mark)| all | mark);
        Self { text, width, front: Color::Reset, back: Color::Reset, marks }
    }
}

/// Marks that turn the direction of all that follows, beyond the cell and the pane as well.
fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A tab stands in the cell that it began at.
pub(super) fn letter(cell: &Cell) -> char {
    if cell.c.is_control() || turns_text(cell.c) { ' ' } else { cell.c }
}

/// A colour of the program's; one that it painted over is what it made of it.
pub(super) fn colour(colour: Ansi, palette: &Colors) -> Color {
    let of_index = |index: usize| palette[index].map(|rgb| Color::Rgb(rgb.r, rgb.g, rgb.b));
    match colour {
        Ansi::Spec(rgb) => Color::Rgb(rgb.r, rgb.g, rgb.b),
        Ansi::Indexed(index) => of_index(usize::from(index)).unwrap_or(Color::Indexed(index)),
        Ansi::Named(name) if (name as usize) < 16 => {
            of_index(name as usize).unwrap_or(Color::Indexed(name as usize as u8))
        }
        Ansi::Named(name @ (NamedColor::Foreground | NamedColor::Background)) => {
            of_index(name as usize).unwrap_or(Color::Reset)
        }
        Ansi::Named(_) => Color::Reset,
    }
}
