//! From one picture to the next in as few bytes as the terminal needs. What must hold: the terminal then shows exactly
//! the new picture, and equal pictures give no byte at all.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Position,
};

use super::{
    face::{Face, faces},
    moves::{Whereabouts, way},
    pen::Pen,
};
use crate::tui::{canvas::Charset, theme::Depth};

/// Whether erasing fills with the pen's background. GNU screen does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    Coloured,
    Unsafe,
}

#[derive(Debug)]
pub struct Encoder {
    depth: Depth,
    charset: Charset,
    erase: Erase,
    shown: Option<Buffer>,
    /// Where the visible cursor is; nothing while it is hidden.
    caret: Option<Position>,
    pen: Pen,
    at: Whereabouts,
}

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

impl Encoder {
    /// For a terminal that was just cleared and hides its cursor.
    pub fn new(depth: Depth, charset: Charset, erase: Erase) -> Self {
        Self { depth, charset, erase, shown: None, caret: None, pen: Pen::default(), at: Whereabouts::Unknown }
    }

    /// The terminal turned out to show more colours: the next frame is painted whole.
    pub fn set_depth(&mut self, depth: Depth) {
        self.depth = depth;
        self.forget();
    }

    /// Nothing on the terminal is to be trusted: the next frame is painted whole.
    pub fn forget(&mut self) {
        self.shown = None;
        self.pen.forget();
        self.at = Whereabouts::Unknown;
        self.caret = None;
    }

    /// The bytes that turn what is shown into `next`; afterwards `next` holds the picture before it.
    pub fn frame(&mut self, next: &mut Buffer, caret: Option<Position>) -> Vec<u8> {
        let before = self.shown.take().filter(|shown| shown.area == next.area);
        let mut out = Vec::new();
        for y in 0..next.area.height {
            self.row(before.as_ref(), next, y, &mut out);
        }
        self.place_caret(caret, !out.is_empty(), &mut out);
        let painted = std::mem::replace(next, before.unwrap_or_else(|| Buffer::empty(next.area)));
        self.shown = Some(painted);
        if out.is_empty() { out } else { [BEGIN, &out, END].concat() }
    }

    fn row(&mut self, before: Option<&Buffer>, next: &Buffer, y: u16, out: &mut Vec<u8>) {
        let cells = cells(next, y);
        let old = before.map(|before| self::cells(before, y));
        if old == Some(cells) {
            return;
        }
        let (mut then, mut now) = (Vec::new(), Vec::with_capacity(cells.len()));
        faces(cells, self.depth, self.charset, &mut now);
        if let Some(old) = old {
            faces(old, self.depth, self.charset, &mut then);
        }
        let is_new = |x: usize| then.get(x).is_none_or(|old: &Face| !old.looks_like(&now[x]));
        let mut x = 0;
        while x < now.len() {
            x += if is_new(x) && !now[x].is_covered() { self.cell(&now, &is_new, x, y, out) } else { 1 };
        }
    }

    /// Paints what begins at `x` and says how many cells that were.
    fn cell(&mut self, row: &[Face], is_new: &dyn Fn(usize) -> bool, x: usize, y: u16, out: &mut Vec<u8>) -> usize {
        self.reach(row, x, y, out);
        let face = row[x];
        self.pen.take(face.look, face.is_blank(), out);
        if face.is_blank() {
            let blanks = self.blanks(row, is_new, x, out);
            if blanks > 0 {
                return blanks;
            }
        }
        self.write(face, x, y, row.len(), out);
        usize::from(face.width)
    }

    fn write(&mut self, face: Face, x: usize, y: u16, width: usize, out: &mut Vec<u8>) {
        out.extend(face.text.as_bytes());
        let after = x + usize::from(face.width);
        // At the right edge the cursor hangs between two columns; after a wide letter terminals disagree.
        let is_certain = after < width && face.width == 1;
        self.at = if is_certain { Whereabouts::At(after as u16, y) } else { Whereabouts::Row(y) };
    }

    /// Goes to `x`, over the letters between where writing them again is cheaper than jumping.
    fn reach(&mut self, row: &[Face], x: usize, y: u16, out: &mut Vec<u8>) {
        let mut jump = Vec::new();
        way(self.at, x as u16, y, &mut jump);
        if let Whereabouts::At(from, line) = self.at
            && line == y
            && usize::from(from) < x
        {
            let between = &row[usize::from(from)..x];
            let length: usize = between.iter().map(|face| face.text.len()).sum();
            let writes_as_is = |face: &Face| face.width == 1 && self.pen.fits(face.look, face.is_blank());
            if length <= jump.len() && between.iter().all(writes_as_is) {
                jump = between.iter().flat_map(|face| face.text.bytes()).collect();
            }
        }
        out.extend(jump);
        self.at = Whereabouts::At(x as u16, y);
    }

    /// Erases a run of blanks where that is shorter than writing them; nothing where it is not.
    fn blanks(&self, row: &[Face], is_new: &dyn Fn(usize) -> bool, x: usize, out: &mut Vec<u8>) -> usize {
        let alike = |face: &Face| face.is_blank() && face.look.same_on_blank(row[x].look);
        let run = row[x..].iter().take_while(|face| alike(face)).count();
        if self.erase == Erase::Unsafe || !row[x].look.marks.is_empty() {
            return 0;
        }
        if x + run == row.len() && run > 3 {
            out.extend(b"\x1b[K");
            return run;
        }
        let new = (0..run).rev().find(|at| is_new(x + at)).map_or(0, |last| last + 1);
        if new > 9 {
            out.extend(format!("\x1b[{new}X").into_bytes());
            return new;
        }
        0
    }

    fn place_caret(&mut self, wanted: Option<Position>, is_painted: bool, out: &mut Vec<u8>) {
        match wanted {
            Some(place) if is_painted || self.caret != wanted => {
                way(self.at, place.x, place.y, out);
                self.at = Whereabouts::At(place.x, place.y);
                if self.caret.is_none() {
                    out.extend(b"\x1b[?25h");
                }
            }
            None if self.caret.is_some() => out.extend(b"\x1b[?25l"),
            _ => {}
        }
        self.caret = wanted;
    }
}

fn cells(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    buffer.content.get(start..start + width).unwrap_or_default()
}
