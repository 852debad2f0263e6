//! What the deck is drawn on: a theme, and what this terminal and this operator want of it.

use ratatui::style::Style;

use super::theme::{Role, Theme};
use crate::settings::Motion;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    Unicode,
    Ascii,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    pub theme: Theme,
    pub charset: Charset,
    pub motion: Motion,
}

impl Canvas {
    pub fn on(&self, front: Role, back: Role) -> Style {
        self.theme.on(front, back)
    }
}
