//! A line to write on, from left to right.

use ratatui::{
    layout::Rect,
    style::{Modifier, Style},
};

use super::{
    brush::Brush,
    led::{Beating, Led},
    text::{fit, width},
};
use crate::tui::theme::Role;

/// Writes along one row and never past its end.
pub struct Line<'b, 'a> {
    pub(super) brush: &'b mut Brush<'a>,
    pub(super) start: u16,
    pub(super) x: u16,
    pub(super) y: u16,
    pub(super) end: u16,
    pub(super) back: Role,
}

impl Line<'_, '_> {
    pub fn style(&self, role: Role) -> Style {
        self.brush.canvas.on(role, self.back)
    }

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

    /// Words of ours that name keys in brackets, as `[b] back up now`.
    pub fn keyed(&mut self, text: &str, role: Role) -> &mut Self {
        let text = self.brush.reword(text).into_owned();
        self.say(&text, role)
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
