//! A terminal to draw on: what it shows must be what the buffer says, cell by cell, colours included.

use proximity::tui::{
    canvas::Charset,
    term::{Encoder, Erase, Rows},
    theme::Depth,
};
use ratatui::{
    buffer::{Buffer, Cell},
    layout::Position,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr;

pub struct Screen {
    pub encoder: Encoder,
    pub terminal: vt100::Parser,
}

impl Screen {
    pub fn new(columns: u16, rows: u16) -> Self {
        Self::with(columns, rows, Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable))
    }

    pub fn with(columns: u16, rows: u16, encoder: Encoder) -> Self {
        Self { encoder, terminal: vt100::Parser::new(rows, columns, 0) }
    }

    /// Shows a picture and says how many bytes it took.
    pub fn show(&mut self, picture: &Buffer) -> usize {
        self.show_with(picture, None)
    }

    pub fn show_with(&mut self, picture: &Buffer, caret: Option<Position>) -> usize {
        let bytes = self.encoder.frame(&mut picture.clone(), caret);
        self.terminal.process(&bytes);
        bytes.len()
    }

    /// The first cell that does not show what the picture says.
    pub fn differs_from(&self, picture: &Buffer) -> Option<String> {
        let area = picture.area;
        for y in 0..area.height {
            let mut x = 0;
            while x < area.width {
                let cell = &picture[(x, y)];
                let (text, width) = expected(cell, area.width - x);
                if let Some(wrong) = self.wrong(cell, &text, x, y) {
                    return Some(format!("at {x},{y}: {wrong}"));
                }
                x += width;
            }
        }
        None
    }

    fn wrong(&self, cell: &Cell, text: &str, x: u16, y: u16) -> Option<String> {
        let seen = self.terminal.screen().cell(y, x).expect("a cell");
        let contents = if seen.has_contents() { seen.contents() } else { " " };
        if contents != text {
            return Some(format!("shows {contents:?} instead of {text:?}"));
        }
        let blank = text == " ";
        let marks = |mark| cell.modifier.contains(mark);
        let flags = [
            (seen.inverse(), marks(Modifier::REVERSED), "reversed", false),
            (seen.underline(), marks(Modifier::UNDERLINED), "underlined", false),
            (seen.bold(), marks(Modifier::BOLD), "bold", true),
            (seen.dim(), marks(Modifier::DIM), "dim", true),
            (seen.italic(), marks(Modifier::ITALIC), "italic", true),
        ];
        for (is, should, name, only_on_letters) in flags {
            if is != should && !(blank && only_on_letters) {
                return Some(format!("{text:?} is {name}: {is} instead of {should}"));
            }
        }
        if seen.bgcolor() != colour(cell.bg) {
            return Some(format!("{text:?} lies on {:?} instead of {:?}", seen.bgcolor(), cell.bg));
        }
        let is_seen = !blank || cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
        (is_seen && seen.fgcolor() != colour(cell.fg))
            .then(|| format!("{text:?} is {:?} instead of {:?}", seen.fgcolor(), cell.fg))
    }
}

fn expected(cell: &Cell, room: u16) -> (String, u16) {
    let symbol = cell.symbol();
    if symbol.chars().any(char::is_control) {
        return ("?".into(), 1);
    }
    match symbol.width() as u16 {
        0 => (" ".into(), 1),
        width if width > room => (" ".into(), 1),
        width => (symbol.into(), width),
    }
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Red => vt100::Color::Idx(1),
        Color::White => vt100::Color::Idx(15),
        other => panic!("{other:?} is not in these tests"),
    }
}
