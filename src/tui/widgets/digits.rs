//! Digits of three rows, for a clock that is read from afar.

use super::{brush::Brush, text::width};
use crate::tui::theme::Role;

pub const ROWS: u16 = 3;

/// Five rows of three dots each, the uppermost first.
const DOTS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// How many cells a text takes.
pub fn wide(text: &str) -> u16 {
    text.chars().map(|letter| if letter == ':' { 2 } else { 4 }).sum::<u16>().saturating_sub(1).max(width(text))
}

pub fn draw(brush: &mut Brush, x: u16, y: u16, text: &str, role: Role, back: Role) {
    let style = brush.canvas.on(role, back);
    let mut x = x;
    for letter in text.chars() {
        let (dots, columns) = match letter.to_digit(10) {
            Some(digit) => (DOTS[digit as usize], 3),
            None if letter == ':' => ([0, 1, 0, 1, 0], 1),
            None => ([0, 0, 7, 0, 0], 3),
        };
        for row in 0..ROWS {
            let line = |at: u16| dots.get(usize::from(at)).copied().unwrap_or(0);
            let (upper, lower) = (line(row * 2), line(row * 2 + 1));
            for column in 0..columns {
                let bit = 1 << (columns - 1 - column);
                let glyph = match (upper & bit != 0, lower & bit != 0) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => continue,
                };
                brush.put(x + column, y + row, glyph, style);
            }
        }
        x += columns + 1;
    }
}
