//! Cells as two terminals can be compared by them.

use proximity::tui::console::Screen;
use ratatui::style::{Color, Modifier};

/// What can be seen of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub text: String,
    pub front: Color,
    pub back: Color,
    pub marks: Modifier,
}

impl Cell {
    /// Behind the end of what was told.
    pub const UNTOLD: Self =
        Self { text: String::new(), front: Color::Reset, back: Color::Reset, marks: Modifier::empty() };

    /// The same, without what no eye sees: the ink of a blank, and marks that only letters wear.
    pub fn plain(mut self) -> Self {
        if self.text == " " {
            let drawn = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
            self.marks &= drawn;
            if self.marks.is_empty() {
                self.front = Color::Reset;
            }
        }
        self
    }
}

/// All rows of our screen; a wide letter is one cell, as in what tmux tells.
pub fn ours(screen: &Screen) -> Vec<Vec<Cell>> {
    let size = screen.size();
    let row = |row| {
        let glyphs = (0..size.columns).map(|column| screen.glyph(row, column)).filter(|glyph| glyph.width > 0);
        let cell = |glyph: proximity::tui::console::Glyph| {
            Cell { text: glyph.text, front: glyph.front, back: glyph.back, marks: glyph.marks }.plain()
        };
        glyphs.map(cell).collect()
    };
    (0..size.rows).map(row).collect()
}

/// The first difference, with the row around it.
pub fn difference(ours: &[Vec<Cell>], theirs: &[Vec<Cell>]) -> Option<String> {
    let text = |row: &[Cell]| row.iter().map(|cell| cell.text.as_str()).collect::<String>();
    for (y, (a, b)) in ours.iter().zip(theirs).enumerate() {
        for x in 0..a.len().max(b.len()) {
            let (a_cell, b_cell) = (a.get(x), b.get(x));
            // tmux does not tell the ground of what was erased behind the last letter of a row.
            let is_untold = b_cell.is_some_and(|cell| cell.text.is_empty());
            if is_untold && a_cell.is_some_and(|cell| cell.text == " ") {
                continue;
            }
            if a_cell != b_cell {
                return Some(format!(
                    "row {y}, cell {x}\nours   {a_cell:?}\ntheirs {b_cell:?}\nours   {}\ntheirs {}",
                    text(a),
                    text(b)
                ));
            }
        }
    }
    (ours.len() != theirs.len()).then(|| format!("{} rows, and {}", ours.len(), theirs.len()))
}
