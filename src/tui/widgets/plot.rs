//! Columns of numbers as an area of dots, two columns and four rows of them to a cell. What must hold: what was not measured
//! stays empty, and what was measured as nothing is a dot at the bottom, so that the two are never the same.

use ratatui::layout::Rect;

use super::brush::Brush;
use crate::{domain::history::Column, tui::theme::Role};

/// Which way the area grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grows {
    Up,
    Down,
}

#[derive(Clone, Copy)]
pub struct Plot<'a> {
    /// Two for each cell.
    pub columns: &'a [Column],
    /// What the full height stands for.
    pub top: f64,
    pub grows: Grows,
    /// The colour of a row, by the share that it stands at.
    pub role: fn(f64) -> Role,
    /// The cell that is looked at, from the left.
    pub cursor: Option<u16>,
    pub back: Role,
}

/// The bits of a braille letter, column by column from the top.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

pub fn draw(brush: &mut Brush, area: Rect, plot: &Plot) {
    let dots = u32::from(area.height) * 4;
    for cell in 0..area.width {
        let pair = [2 * usize::from(cell), 2 * usize::from(cell) + 1].map(|at| plot.columns.get(at));
        let levels = pair.map(|column| column.map_or((None, None), |column| (column.mean, column.most)));
        let levels = levels.map(|(mean, most)| (level(mean, plot.top, dots), level(most, plot.top, dots)));
        for row in 0..area.height {
            one(brush, area, (cell, row), &levels, plot);
        }
    }
}

/// How many dots high; at least one for what was measured.
fn level(value: Option<f64>, top: f64, dots: u32) -> Option<u32> {
    let share = if top > 0.0 { (value? / top).clamp(0.0, 1.0) } else { 0.0 };
    value.map(|_| ((share * f64::from(dots)).round() as u32).max(1))
}

fn one(brush: &mut Brush, area: Rect, (cell, row): (u16, u16), levels: &[(Option<u32>, Option<u32>); 2], plot: &Plot) {
    // Counted from where the area grows from.
    let from = match plot.grows {
        Grows::Up => area.height - 1 - row,
        Grows::Down => row,
    };
    let (mut bits, mut is_filled) = (0, false);
    for (column, (mean, most)) in levels.iter().enumerate() {
        for dot in 0..4_u32 {
            let height = u32::from(from) * 4 + dot;
            let place = match plot.grows {
                Grows::Up => 3 - dot as usize,
                Grows::Down => dot as usize,
            };
            let is_area = mean.is_some_and(|mean| height < mean);
            let is_peak = most.is_some_and(|most| height + 1 == most);
            is_filled |= is_area;
            if is_area || is_peak {
                bits |= DOTS[column][place];
            }
        }
    }
    let share = (f64::from(from) + 0.5) / f64::from(area.height.max(1));
    let is_looked_at = plot.cursor == Some(cell);
    let role = match (is_looked_at, is_filled) {
        (true, _) => Role::Title,
        (false, true) => (plot.role)(share),
        (false, false) => Role::Dim,
    };
    let glyph = match (bits, is_looked_at) {
        (0, true) => '│',
        (0, false) => return,
        (bits, _) => char::from_u32(0x2800 + bits).unwrap_or(' '),
    };
    brush.put(area.x + cell, area.y + row, glyph, brush.canvas.on(role, plot.back));
}
