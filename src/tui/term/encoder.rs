//! From one picture to the next in as few bytes as the terminal needs. What must hold: the terminal then shows exactly
//! the new picture, and equal pictures give no byte at all.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Position,
};

use super::{
    face::Sight,
    line::Line,
    link::Links,
    shift::{Price, Rows, Shift, Travel},
    writer::Writer,
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
    sight: Sight,
    rows: Rows,
    shown: Option<Buffer>,
    /// Where the visible cursor is; nothing while it is hidden.
    caret: Option<Position>,
    writer: Writer,
}

/// One way to the next picture, and how the terminal's cursor and pen stand at its end.
struct Draft<'a> {
    shift: Option<Shift>,
    lines: Vec<Line<'a>>,
    bytes: Vec<u8>,
    writer: Writer,
}

/// A frame of so many bytes is worth looking for a cheaper one.
const DEAR: usize = 1024;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

impl Encoder {
    /// For a terminal that was just cleared and hides its cursor.
    pub fn new(depth: Depth, charset: Charset, erase: Erase, rows: Rows) -> Self {
        let sight = Sight { depth, charset, links: Links::Untold };
        Self { sight, rows, shown: None, caret: None, writer: Writer::new(erase) }
    }

    /// For a terminal that is told of links, or not.
    pub fn linking(mut self, links: Links) -> Self {
        self.sight.links = links;
        self
    }

    pub fn depth(&self) -> Depth {
        self.sight.depth
    }

    /// The terminal turned out to show more colours: the next frame is painted whole.
    pub fn set_depth(&mut self, depth: Depth) {
        self.sight.depth = depth;
        self.forget();
    }

    /// Nothing on the terminal is to be trusted: the next frame is painted whole.
    pub fn forget(&mut self) {
        self.shown = None;
        self.writer.forget();
        self.caret = None;
    }

    /// The bytes that turn what is shown into `next`; afterwards `next` holds cells that are of no use.
    pub fn frame(&mut self, next: &mut Buffer, caret: Option<Position>) -> Vec<u8> {
        let mut before = self.shown.take().filter(|shown| shown.area == next.area);
        let mut out = self.write(before.as_mut(), next);
        self.place_caret(caret, !out.is_empty(), &mut out);
        let painted = std::mem::replace(next, before.unwrap_or_else(|| Buffer::empty(next.area)));
        self.shown = Some(painted);
        if out.is_empty() { out } else { [BEGIN, &out, END].concat() }
    }

    /// By the shortest way that is worth finding. What was `before` is of no use afterwards.
    fn write(&mut self, before: Option<&mut Buffer>, next: &Buffer) -> Vec<u8> {
        let lines = self.lines(next, |y| before.as_deref().map(|before| cells(before, y)));
        let mut draft = Draft::of(lines, self.writer, None);
        if draft.bytes.len() > DEAR {
            if let Some(before) = before
                && self.rows == Rows::Movable
                && let Some(moved) = self.draft_moved(before, next, &draft)
                // Rows that jump, where a terminal does not wait for the end of a frame, must be worth it.
                && moved.bytes.len() * 4 <= draft.bytes.len() * 3
            {
                draft = moved;
            }
            draft.sort(self.writer);
        }
        self.writer = draft.writer;
        self.writer.end_link(&mut draft.bytes);
        draft.bytes
    }

    /// What it takes after the terminal moved the rows that moved, if any did. They are then moved in `before` too.
    fn draft_moved<'a>(&self, before: &mut Buffer, next: &'a Buffer, draft: &Draft) -> Option<Draft<'a>> {
        let rows = next.area.height;
        let mut costs = vec![0; usize::from(rows)];
        for line in &draft.lines {
            costs[usize::from(line.y)] = self.cost(line);
        }
        let travel = Travel::between(before, next, &costs)?;
        let cost = |known, y| self.line(known, next, y).map_or(0, |line| self.cost(&line));
        let price = |(y, as_it_stands)| Price {
            as_it_stands,
            moved: cost(travel.source(y, rows).map(|from| cells(before, from)), y),
            whole: cost(None, y),
        };
        let prices: Vec<Price> = (0..rows).zip(costs).map(price).collect();
        let shift = travel.within(&prices)?;
        shift.apply(before);
        let lines = self.lines(next, |y| (!shift.uncovers(y)).then(|| cells(before, y)));
        Some(Draft::of(lines, self.writer, Some(shift)))
    }

    fn cost(&self, line: &Line) -> usize {
        let (mut trial, mut out) = (self.writer, Vec::new());
        trial.by_place(line, &mut out);
        out.len()
    }

    /// Those that are not as `known`.
    fn lines<'a, 'b>(&self, next: &'a Buffer, known: impl Fn(u16) -> Option<&'b [Cell]>) -> Vec<Line<'a>> {
        (0..next.area.height).filter_map(|y| self.line(known(y), next, y)).collect()
    }

    fn line<'a>(&self, known: Option<&[Cell]>, next: &'a Buffer, y: u16) -> Option<Line<'a>> {
        Line::compare(known, cells(next, y), y, self.sight)
    }

    fn place_caret(&mut self, wanted: Option<Position>, is_painted: bool, out: &mut Vec<u8>) {
        match wanted {
            Some(place) if is_painted || self.caret != wanted => {
                self.writer.go(place.x, place.y, out);
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

impl<'a> Draft<'a> {
    fn of(lines: Vec<Line<'a>>, mut writer: Writer, shift: Option<Shift>) -> Self {
        let mut bytes = Vec::new();
        if let Some(shift) = &shift {
            writer.shift(shift, &mut bytes);
        }
        lines.iter().for_each(|line| writer.by_place(line, &mut bytes));
        Self { lines, bytes, writer, shift }
    }

    /// Goes by colour instead of by place, where that is shorter.
    fn sort(&mut self, mut writer: Writer) {
        let mut bytes = Vec::new();
        if let Some(shift) = &self.shift {
            writer.shift(shift, &mut bytes);
        }
        writer.by_colour(&self.lines, &mut bytes);
        if bytes.len() < self.bytes.len() {
            (self.bytes, self.writer) = (bytes, writer);
        }
    }
}

pub(super) fn cells(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let start = usize::from(y) * width;
    buffer.content.get(start..start + width).unwrap_or_default()
}
