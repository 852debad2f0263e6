//! Paints cells by role. Everything on the screen goes through here: it clips, so no widget can paint outside its place
//! or panic on a small terminal, and it puts plain letters where the terminal has no others.

use std::borrow::Cow;

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier, style::Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{
    ascii,
    led::{self, Beating, Led},
};
use crate::tui::{
    canvas::{Canvas, Charset},
    theme::Role,
};

pub struct Brush<'a> {
    buffer: &'a mut Buffer,
    pub canvas: &'a Canvas,
    clip: Rect,
}

impl<'a> Brush<'a> {
    pub fn new(buffer: &'a mut Buffer, canvas: &'a Canvas) -> Self {
        let clip = buffer.area;
        Self { buffer, canvas, clip }
    }

    /// The same brush, kept inside `area`.
    pub fn within(&mut self, area: Rect) -> Brush<'_> {
        Brush { clip: self.clip.intersection(area), canvas: self.canvas, buffer: self.buffer }
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

    /// Puts out every light in `area`.
    pub fn darken_lights(&mut self, area: Rect) {
        let off = self.canvas.theme.colour(Role::Off);
        for position in self.clip.intersection(area).positions() {
            let cell = &mut self.buffer[position];
            let mut letters = cell.symbol().chars();
            if letters.next().is_some_and(led::is_light) {
                cell.fg = off;
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

fn cells(glyph: char) -> u16 {
    glyph.width().unwrap_or(0) as u16
}

/// How many cells a text takes.
pub fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Cut at the end, with a sign that it was.
pub fn fit(text: &str, room: u16) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 1;
    for glyph in text.chars() {
        used += cells(glyph);
        if used > room {
            break;
        }
        kept.push(glyph);
    }
    if room > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// Cut in the middle: of an address or a name with a number, the end matters as much as the beginning.
pub fn fit_middle(text: &str, room: u16) -> Cow<'_, str> {
    if width(text) <= room || room < 5 {
        return fit(text, room);
    }
    let tail = usize::from(room - 1) / 2;
    let letters: Vec<char> = text.chars().collect();
    let head = usize::from(room) - 1 - tail;
    let end = letters.len().saturating_sub(tail);
    Cow::Owned(letters[..head.min(end)].iter().chain(['…'].iter()).chain(&letters[end..]).collect())
}

/// Writes along one row and never past its end.
pub struct Line<'b, 'a> {
    brush: &'b mut Brush<'a>,
    start: u16,
    x: u16,
    y: u16,
    end: u16,
    back: Role,
}

impl Line<'_, '_> {
    pub fn room(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    pub fn x(&self) -> u16 {
        self.x
    }

    pub fn say(&mut self, text: &str, role: Role) -> &mut Self {
        let style = self.brush.canvas.on(role, self.back);
        self.styled(text, style)
    }

    pub fn bold(&mut self, text: &str, role: Role) -> &mut Self {
        let style = self.brush.canvas.on(role, self.back).add_modifier(Modifier::BOLD);
        self.styled(text, style)
    }

    pub fn styled(&mut self, text: &str, style: Style) -> &mut Self {
        let shown = fit(text, self.room());
        self.x = self.brush.text(self.x, self.y, &shown, style);
        self
    }

    /// Exactly `width` cells, from the left.
    pub fn left(&mut self, text: &str, width: u16, role: Role) -> &mut Self {
        let end = self.x.saturating_add(width).min(self.end);
        self.say(&fit(text, end.saturating_sub(self.x)), role);
        self.x = end;
        self
    }

    /// Exactly `room` cells, from the right.
    pub fn right(&mut self, text: &str, room: u16, role: Role) -> &mut Self {
        let text = fit(text, room.min(self.room()));
        self.skip(room.saturating_sub(width(&text)));
        self.say(&text, role)
    }

    /// Up to the end of the line.
    pub fn at_edge(&mut self, text: &str, role: Role) -> &mut Self {
        self.right(text, self.room(), role)
    }

    pub fn skip(&mut self, cells: u16) -> &mut Self {
        self.x = self.x.saturating_add(cells).min(self.end);
        self
    }

    /// To this many cells from the start of the line.
    pub fn column(&mut self, cells: u16) -> &mut Self {
        self.x = self.start.saturating_add(cells).min(self.end);
        self
    }

    pub fn put(&mut self, glyph: char, style: Style) -> &mut Self {
        if self.room() > 0 {
            self.brush.put(self.x, self.y, glyph, style);
            self.x += 1;
        }
        self
    }

    /// A light, as it looks at this moment.
    pub fn light(&mut self, led: Led, beating: Beating) -> &mut Self {
        let (glyph, style) = led.face(self.brush.canvas, self.back, beating);
        self.put(glyph, style)
    }

    /// For widgets that paint a few cells of their own.
    pub fn with(&mut self, cells: u16, paint: impl FnOnce(&mut Brush, Rect, Role)) -> &mut Self {
        let cells = cells.min(self.room());
        let area = Rect::new(self.x, self.y, cells, 1);
        paint(&mut self.brush.within(area), area, self.back);
        self.x += cells;
        self
    }
}
