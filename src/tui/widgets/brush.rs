//! Paints cells by role. Everything on the screen goes through here: it clips, so no widget can paint outside its place
//! or panic on a small terminal, and it puts plain letters where the terminal has no others.

use std::borrow::Cow;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::{ascii, led, text::cells};
pub use super::{
    line::Line,
    text::{fit, fit_middle, width},
};
use crate::tui::{
    canvas::{Canvas, Charset},
    keymap::{Keymap, Place},
    theme::Role,
};

/// Colours and marks that are no theme's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub front: Color,
    pub back: Color,
    pub marks: Modifier,
}

pub struct Brush<'a> {
    buffer: &'a mut Buffer,
    pub canvas: &'a Canvas,
    clip: Rect,
    /// The keys as they are bound where this is drawn.
    keys: Option<(&'a Keymap, Place)>,
}

impl<'a> Brush<'a> {
    pub fn new(buffer: &'a mut Buffer, canvas: &'a Canvas) -> Self {
        let clip = buffer.area;
        Self { buffer, canvas, clip, keys: None }
    }

    /// The keys that texts name are those of this place.
    pub fn for_keys(self, keymap: &'a Keymap, place: Place) -> Self {
        Self { keys: Some((keymap, place)), ..self }
    }

    /// What is drawn from here on stands in that place.
    pub fn stand_in(&mut self, place: Place) {
        self.keys = self.keys.map(|(keymap, _)| (keymap, place));
    }

    /// The text with the keys that are really bound.
    pub fn reword<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.keys {
            Some((keymap, place)) => keymap.reword(place, text),
            None => Cow::Borrowed(text),
        }
    }

    /// The same brush, kept inside `area`.
    pub fn within(&mut self, area: Rect) -> Brush<'_> {
        Brush { clip: self.clip.intersection(area), canvas: self.canvas, keys: self.keys, buffer: self.buffer }
    }

    pub fn clip(&self) -> Rect {
        self.clip
    }

    pub fn fill(&mut self, area: Rect, role: Role) {
        self.tile(area, ' ', self.canvas.on(Role::Text, role));
    }

    /// Covers `area` with one glyph.
    pub fn tile(&mut self, area: Rect, glyph: char, style: Style) {
        let area = self.clip.intersection(area);
        let mut bytes = [0; 4];
        let glyph = self.shown(glyph).encode_utf8(&mut bytes);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].set_symbol(glyph).set_style(style);
            }
        }
    }

    pub fn put(&mut self, x: u16, y: u16, glyph: char, style: Style) {
        self.tile(Rect::new(x, y, 1, 1), glyph, style);
    }

    /// Puts out every light in `area`, and empties every gauge.
    pub fn darken_lights(&mut self, area: Rect) {
        let (off, track) = (self.canvas.theme.colour(Role::Off), self.canvas.theme.colour(Role::Track));
        for position in self.clip.intersection(area).positions() {
            let cell = &mut self.buffer[position];
            match cell.symbol().chars().next() {
                Some(glyph) if led::is_light(glyph) => cell.fg = off,
                Some('▰') => {
                    cell.set_symbol("▱").fg = track;
                }
                _ => {}
            }
        }
    }

    /// Writes `text` and says where it ended, whether or not all of it could be seen.
    pub fn text(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let text = self.tame(text);
        let mut at = i32::from(x);
        for glyph in text.chars() {
            let width = i32::from(cells(glyph));
            self.letter(at, y, glyph, width, style);
            at += width;
        }
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Text from outside may hold anything: what takes no cell is what a terminal would act on, and is left out.
    fn letter(&mut self, x: i32, y: u16, glyph: char, width: i32, style: Style) {
        let (left, right) = (i32::from(self.clip.left()), i32::from(self.clip.right()));
        if width == 0 || x < left || x + width > right || y < self.clip.top() || y >= self.clip.bottom() {
            return;
        }
        let mut bytes = [0; 4];
        let x = x as u16;
        self.buffer[(x, y)].set_symbol(glyph.encode_utf8(&mut bytes)).set_style(style);
        for covered in 1..width as u16 {
            self.buffer[(x + covered, y)].reset();
        }
    }

    /// One letter of somebody else's, in colours of their own, over so many cells; it was cut to that width before.
    pub fn glyph(&mut self, x: u16, y: u16, width: u16, text: &str, look: Look) {
        let area = Rect::new(x, y, width, 1);
        if self.clip.intersection(area) != area {
            return;
        }
        for covered in (x + 1..x + width).chain([x]) {
            let cell = &mut self.buffer[(covered, y)];
            cell.reset();
            (cell.fg, cell.bg, cell.modifier) = (look.front, look.back, look.marks);
        }
        self.buffer[(x, y)].set_symbol(text);
    }

    fn tame<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.canvas.charset {
            Charset::Ascii if !text.is_ascii() => Cow::Owned(text.chars().map(ascii::plain).collect()),
            _ => Cow::Borrowed(text),
        }
    }

    fn shown(&self, glyph: char) -> char {
        match self.canvas.charset {
            Charset::Unicode => glyph,
            Charset::Ascii => ascii::plain(glyph),
        }
    }

    /// A line to write on, from left to right.
    pub fn line(&mut self, x: u16, y: u16, width: u16, back: Role) -> Line<'_, 'a> {
        Line { end: x.saturating_add(width), start: x, x, y, back, brush: self }
    }
}
