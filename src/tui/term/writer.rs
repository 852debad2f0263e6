//! Writes lines to the terminal, and knows its cursor and its pen. What must hold: whatever way it goes about, the cells
//! end up the same.

use super::{
    encoder::Erase,
    face::Face,
    line::{Line, Stroke},
    link::{self, Target},
    moves::{Whereabouts, way},
    pen::{Look, Pen},
    shift::Shift,
};

/// Copied, it tries what something would cost.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    erase: Erase,
    pen: Pen,
    at: Whereabouts,
    /// What is written now belongs to it.
    link: Option<Target>,
}

impl Writer {
    /// For a terminal of which nothing is known.
    pub fn new(erase: Erase) -> Self {
        Self { erase, pen: Pen::default(), at: Whereabouts::Unknown, link: None }
    }

    pub fn forget(&mut self) {
        *self = Self::new(self.erase);
    }

    pub fn go(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        way(self.at, x, y, out);
        self.at = Whereabouts::At(x, y);
    }

    pub fn shift(&mut self, shift: &Shift, out: &mut Vec<u8>) {
        shift.write(out);
        self.at = Whereabouts::At(0, 0);
    }

    /// What is written from now on belongs to no link.
    pub fn end_link(&mut self, out: &mut Vec<u8>) {
        if self.link.take().is_some() {
            out.extend(b"\x1b]8;;\x1b\\");
        }
    }

    pub fn by_place(&mut self, line: &Line, out: &mut Vec<u8>) {
        self.stretch(line, 0, line.faces.len(), out);
    }

    /// Takes every colour up once. Going back and forth for it is cheaper where colours have long names.
    pub fn by_colour(&mut self, lines: &[Line], out: &mut Vec<u8>) {
        let (uncertain, certain): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.is_uncertain());
        uncertain.into_iter().for_each(|line| self.by_place(line, out));
        let mut looks: Vec<Look> = Vec::new();
        let mut strokes: Vec<(usize, usize, Stroke)> = Vec::new();
        for stroke in certain.into_iter().flat_map(Line::strokes) {
            let look = looks.iter().position(|look| *look == stroke.look).unwrap_or_else(|| {
                looks.push(stroke.look);
                looks.len() - 1
            });
            let ground = looks.iter().position(|look| look.back == stroke.look.back).unwrap_or(look);
            strokes.push((ground, look, stroke));
        }
        strokes.sort_by_key(|(ground, look, _)| (*ground, *look));
        for (_, _, stroke) in strokes {
            self.stretch(stroke.line, stroke.place.start, stroke.place.end, out);
        }
    }

    /// Paints what is new in a part of a line.
    fn stretch(&mut self, line: &Line, from: usize, to: usize, out: &mut Vec<u8>) {
        let mut x = from;
        while x < to {
            x += if line.is_new(x) { self.cell(line, x, out) } else { 1 };
        }
    }

    /// Paints what begins at `x` and says how many cells that were.
    fn cell(&mut self, line: &Line, x: usize, out: &mut Vec<u8>) -> usize {
        self.reach(line, x, out);
        let face = line.faces[x];
        self.pen.take(face.look, face.is_blank(), out);
        if self.link != face.link {
            self.link = face.link;
            let address = face.link.map_or_else(String::new, |_| link::address(&line.faces, x));
            out.extend(format!("\x1b]8;;{address}\x1b\\").into_bytes());
        }
        if face.is_blank() {
            let blanks = self.blanks(line, x, out);
            if blanks > 0 {
                return blanks;
            }
        }
        out.extend(face.text.as_bytes());
        let after = x + usize::from(face.width);
        // At the right edge the cursor hangs between two columns; after a wide letter terminals disagree.
        let is_certain = after < line.faces.len() && face.width == 1;
        self.at = if is_certain { Whereabouts::At(after as u16, line.y) } else { Whereabouts::Row(line.y) };
        usize::from(face.width)
    }

    /// Goes to `x`, over the letters between where writing them again is cheaper than jumping.
    fn reach(&mut self, line: &Line, x: usize, out: &mut Vec<u8>) {
        let mut jump = Vec::new();
        way(self.at, x as u16, line.y, &mut jump);
        if let Whereabouts::At(from, y) = self.at
            && y == line.y
            && usize::from(from) < x
        {
            let between = &line.faces[usize::from(from)..x];
            let length: usize = between.iter().map(|face| face.text.len()).sum();
            let writes_as_is =
                |face: &Face| face.width == 1 && face.link == self.link && self.pen.fits(face.look, face.is_blank());
            if length <= jump.len() && between.iter().all(writes_as_is) {
                jump = between.iter().flat_map(|face| face.text.bytes()).collect();
            }
        }
        out.extend(jump);
        self.at = Whereabouts::At(x as u16, line.y);
    }

    /// Erases a run of blanks where that is shorter than writing them; nothing where it is not.
    fn blanks(&self, line: &Line, x: usize, out: &mut Vec<u8>) -> usize {
        let row = &line.faces;
        let alike = |face: &Face| face.is_blank() && face.look.same_on_blank(row[x].look);
        let run = row[x..].iter().take_while(|face| alike(face)).count();
        if self.erase == Erase::Unsafe || !row[x].look.marks.is_empty() {
            return 0;
        }
        if x + run == row.len() && run > 3 {
            out.extend(b"\x1b[K");
            return run;
        }
        let new = (0..run).rev().find(|at| line.is_new(x + at)).map_or(0, |last| last + 1);
        if new > 9 {
            out.extend(format!("\x1b[{new}X").into_bytes());
            return new;
        }
        0
    }
}
