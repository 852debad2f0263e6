//! One row of the picture beside what is shown of it. What must hold: every cell that the eye could tell from what is
//! shown lies in one stroke.

use std::ops::Range;

use ratatui::buffer::Cell;

use super::{
    face::{Face, Sight, faces},
    pen::Look,
};

#[derive(Debug)]
pub struct Line<'a> {
    pub y: u16,
    pub faces: Vec<Face<'a>>,
    is_new: Vec<bool>,
}

/// New cells side by side that one pen can write.
#[derive(Debug)]
pub struct Stroke<'a> {
    pub line: &'a Line<'a>,
    pub place: Range<usize>,
    pub look: Look,
}

impl<'a> Line<'a> {
    /// Nothing where both are the same. All is new where nothing is known of the `old` cells.
    pub fn compare(old: Option<&[Cell]>, cells: &'a [Cell], y: u16, sight: Sight) -> Option<Self> {
        if old == Some(cells) {
            return None;
        }
        let (mut then, mut now) = (Vec::new(), Vec::with_capacity(cells.len()));
        faces(cells, sight, &mut now);
        if let Some(old) = old {
            faces(old, sight, &mut then);
        }
        let is_new = |(x, face): (usize, &Face)| then.get(x).is_none_or(|old| !old.looks_like(face));
        let is_new = now.iter().enumerate().map(is_new).collect();
        Some(Self { y, faces: now, is_new })
    }

    pub fn is_new(&self, x: usize) -> bool {
        self.is_new[x] && !self.faces[x].is_covered()
    }

    /// Whether a terminal may see other widths than ours in it, so that only from left to right it comes out right.
    pub fn is_uncertain(&self) -> bool {
        self.faces.iter().any(|face| face.width != 1)
    }

    pub fn strokes(&'a self) -> impl Iterator<Item = Stroke<'a>> {
        let mut x = 0;
        std::iter::from_fn(move || {
            x = (x..self.faces.len()).find(|x| self.is_new(*x))?;
            let look = self.faces[x].look;
            let goes_on = |x: &usize| {
                let face = &self.faces[*x];
                self.is_new(*x) && (face.look == look || face.is_blank() && face.look.same_on_blank(look))
            };
            let length = (x..self.faces.len()).take_while(goes_on).count();
            let place = x..x + length;
            x += length;
            Some(Stroke { line: self, place, look })
        })
    }
}
