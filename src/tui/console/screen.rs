//! The screen of a guest's console: bytes go in, cells come out, and what the program asked of its terminal. What must hold:
//! no bytes and no size are fatal, and what is kept of them is bounded.

use std::{fmt, sync::mpsc};

use alacritty_terminal::{
    Term,
    grid::Dimensions,
    index::{Column, Line},
    term::{Config, Osc52, TermMode},
    vte::ansi::{NamedColor, Processor},
};

use super::{
    ears::{Ears, Said, Unhurried},
    glyph::{self, Glyph},
    guard::Guard,
    marks::{self, Marks},
};
use crate::domain::road::TerminalSize;

/// So many lines above the screen are kept.
pub const HISTORY: usize = 3000;
/// So much is taken in before the cell at the cursor is looked at again.
const BITE: usize = 4096;

/// What became of the program before a new line is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    GoesOn,
    Ended,
}

/// What programs switch on and do not switch off when they are cut off.
const PLAIN: &[u8] =
    b"\x1b[?1049l\x1b[r\x1b[m\x1b(B\x0f\x1b[4l\x1b[?7h\x1b[?6l\x1b[?1l\x1b>\x1b[?2004l\x1b[?1004l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1006l\x1b[?25h";

pub struct Screen {
    pub(super) term: Term<Ears>,
    parser: Processor<Unhurried>,
    guard: Guard,
    marks: Marks,
    /// The beginning of a letter whose end is still to come.
    half: Vec<u8>,
    said: mpsc::Receiver<Said>,
    /// What the program calls itself.
    pub title: String,
}

/// Up to where a letter may still be unfinished.
fn whole_letters(bytes: &[u8]) -> usize {
    let lead = |back: usize| bytes.len().checked_sub(back).map(|at| (at, bytes[at]));
    let unfinished = (1..=3).filter_map(|back| Some((back, lead(back)?))).find(|(_, (_, byte))| *byte >= 0xc0);
    match unfinished {
        Some((back, (at, byte))) if back < usize::from(letter_length(byte)) => at,
        _ => bytes.len(),
    }
}

fn letter_length(lead: u8) -> u8 {
    match lead {
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    }
}

/// Small pieces that cut no letter.
fn bites(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let end = match bytes.len() {
            0 => return None,
            length if length <= BITE => length,
            _ => whole_letters(&bytes[..BITE]).max(1),
        };
        let (bite, rest) = bytes.split_at(end);
        bytes = rest;
        Some(bite)
    })
}

/// A letter that is given marks again and again would grow for ever.
fn trim_marks(term: &mut Term<Ears>) {
    let point = term.grid().cursor.point;
    for back in 0..=2 {
        let column = Column(point.column.0.saturating_sub(back));
        let cell = &mut term.grid_mut()[point.line][column];
        if cell.zerowidth().is_some_and(|marks| marks.len() > marks::MOST) {
            cell.extra = None;
        }
    }
}

/// Its contents are the guest's, and nothing to be written anywhere.
impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("size", &self.size()).finish_non_exhaustive()
    }
}

impl Screen {
    pub fn new(size: TerminalSize) -> Self {
        let (tell, said) = mpsc::channel();
        // A guest writes nothing to the operator's clipboard: he copies himself.
        let config = Config { scrolling_history: HISTORY, osc52: Osc52::Disabled, ..Config::default() };
        let term = Term::new(config, &Bounds::of(size), Ears(tell));
        let (guard, marks) = (Guard::default(), Marks::default());
        Self { term, parser: Processor::new(), guard, marks, half: Vec::new(), said, title: String::new() }
    }

    /// Takes in what the guest wrote, and gives what is to be answered or heard.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Said> {
        let (mut kept, mut whole) = (Vec::new(), std::mem::take(&mut self.half));
        whole.extend(bytes);
        let end = whole_letters(&whole);
        self.half = whole.split_off(end);
        for bite in bites(&whole) {
            let passed = self.guard.pass(bite, &mut kept);
            let (parser, term) = (&mut self.parser, &mut self.term);
            self.marks.thin(passed, |piece| {
                parser.advance(term, piece);
                trim_marks(term);
            });
        }
        let mut said = Vec::new();
        for word in self.said.try_iter() {
            match word {
                Said::Title(title) => self.title = title,
                other => said.push(other),
            }
        }
        said
    }

    /// What is shown goes up, out of the way of a line that begins with a bare screen. The modes of a program that goes on
    /// stay: it will not say again what it switched on.
    pub fn put_by(&mut self, inside: Inside) {
        if inside == Inside::Ended {
            self.feed(PLAIN);
        }
        if !self.mode().contains(TermMode::ALT_SCREEN) && !self.is_bare() {
            self.feed(b"\x1b[2J\x1b[H");
        }
    }

    /// Nothing stands on it.
    pub fn is_bare(&self) -> bool {
        self.term.grid().cursor.point.line == 0 && self.seen().is_empty()
    }

    pub fn resize(&mut self, size: TerminalSize) {
        self.term.resize(Bounds::of(size));
        self.term.selection = None;
    }

    pub fn size(&self) -> TerminalSize {
        TerminalSize { columns: self.term.columns() as u16, rows: self.term.screen_lines() as u16 }
    }

    /// It wants to know whether it is looked at.
    pub fn wants_focus(&self) -> bool {
        self.mode().contains(TermMode::FOCUS_IN_OUT)
    }

    pub fn mode(&self) -> TermMode {
        *self.term.mode()
    }

    /// What a cell of the view shows.
    pub fn glyph(&self, row: u16, column: u16) -> Glyph {
        let line = Line(i32::from(row) - self.term.grid().display_offset() as i32);
        let cell = &self.term.grid()[line][Column(usize::from(column))];
        let colour = |colour| glyph::colour(colour, self.term.colors());
        let mut glyph = Glyph::of(cell);
        (glyph.front, glyph.back) = (colour(cell.fg), colour(cell.bg));
        glyph
    }

    /// Row and column of the cursor, while it is shown and in sight.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let grid = self.term.grid();
        let is_shown = self.mode().contains(TermMode::SHOW_CURSOR) && grid.display_offset() == 0;
        let point = grid.cursor.point;
        let is_covered = grid[point.line][point.column].flags.contains(glyph::COVERED);
        let column = point.column.0.saturating_sub(usize::from(is_covered));
        is_shown.then_some((u16::try_from(point.line.0).ok()?, column as u16))
    }

    /// The program changed the colour of the ground.
    pub fn ground(&self) -> ratatui::style::Color {
        glyph::colour(alacritty_terminal::vte::ansi::Color::Named(NamedColor::Background), self.term.colors())
    }
}

/// A copy shows the same and takes keys the same way; what lies under a full-screen program stays behind.
impl Clone for Screen {
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.size());
        copy.title.clone_from(&self.title);
        let modes = [
            (TermMode::ALT_SCREEN, "\x1b[?1049h"),
            (TermMode::APP_CURSOR, "\x1b[?1h"),
            (TermMode::BRACKETED_PASTE, "\x1b[?2004h"),
            (TermMode::MOUSE_REPORT_CLICK, "\x1b[?1000h"),
            (TermMode::MOUSE_DRAG, "\x1b[?1002h"),
            (TermMode::SGR_MOUSE, "\x1b[?1006h"),
        ];
        for (_, on) in modes.into_iter().filter(|(mode, _)| self.mode().contains(*mode)) {
            copy.feed(on.as_bytes());
        }
        *copy.term.grid_mut() = self.term.grid().clone();
        copy
    }
}

/// Never smaller than the emulator can bear.
struct Bounds {
    columns: usize,
    rows: usize,
}

impl Bounds {
    fn of(size: TerminalSize) -> Self {
        Self { columns: usize::from(size.columns.clamp(2, 1000)), rows: usize::from(size.rows.clamp(1, 500)) }
    }
}

impl Dimensions for Bounds {
    fn total_lines(&self) -> usize {
        self.rows
    }

    fn screen_lines(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }
}
