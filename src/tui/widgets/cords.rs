//! Cables: lines with rounded corners that join where they meet. What must hold: what is drawn later lies on top, as it would.

use std::collections::BTreeMap;

use ratatui::style::Style;

use super::brush::Brush;

const NORTH: u8 = 1;
const EAST: u8 = 2;
const SOUTH: u8 = 4;
const WEST: u8 = 8;

/// By the sides to which a line leaves a cell.
const GLYPHS: [char; 16] = [' ', '│', '─', '╰', '│', '│', '╭', '├', '─', '╯', '─', '┴', '╮', '┤', '┬', '┼'];

/// Cables that lie in one layer.
#[derive(Default)]
pub struct Cords(BTreeMap<(u16, u16), (u8, Style)>);

impl Cords {
    /// From point to point, straight and around corners.
    pub fn lay(&mut self, points: &[(u16, u16)], style: Style) {
        for pair in points.windows(2) {
            let (mut at, to) = (pair[0], pair[1]);
            while at != to {
                let (next, out, back) = step(at, to);
                self.touch(at, out, style);
                self.touch(next, back, style);
                at = next;
            }
        }
    }

    fn touch(&mut self, at: (u16, u16), side: u8, style: Style) {
        let cell = self.0.entry(at).or_insert((0, style));
        *cell = (cell.0 | side, style);
    }

    pub fn draw(&self, brush: &mut Brush) {
        for ((x, y), (sides, style)) in &self.0 {
            brush.put(*x, *y, GLYPHS[usize::from(*sides)], *style);
        }
    }
}

/// Along the row first.
fn step(at: (u16, u16), to: (u16, u16)) -> ((u16, u16), u8, u8) {
    let (x, y) = at;
    match (x, y) {
        _ if x < to.0 => ((x + 1, y), EAST, WEST),
        _ if x > to.0 => ((x - 1, y), WEST, EAST),
        _ if y < to.1 => ((x, y + 1), SOUTH, NORTH),
        _ => ((x, y - 1), NORTH, SOUTH),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::{Cords, GLYPHS};

    #[test]
    fn corners_are_round_and_lines_join() {
        let mut cords = Cords::default();
        cords.lay(&[(0, 0), (2, 0), (2, 4), (0, 4)], Style::default());
        cords.lay(&[(0, 2), (2, 2)], Style::default());
        let glyph = |x, y| GLYPHS[usize::from(cords.0[&(x, y)].0)];
        assert_eq!(
            [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 4)].map(|(x, y)| glyph(x, y)),
            ['─', '─', '╮', '│', '┤', '╯']
        );
    }
}
