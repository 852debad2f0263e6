//! Colours by meaning. Widgets name roles, never colours; what a role looks like is the theme's business, and what the
//! terminal can show of it is settled once, when the theme is loaded.

mod ansi;
mod contrast;
mod depth;
mod file;
mod rgb;
mod role;
mod shelf;

use ratatui::style::{Color, Modifier, Style};

pub use self::{
    contrast::{Shortfall, contrast},
    depth::{Depth, nearest_indexed, nearest_named, rgb_of_index},
    file::{Palette, ThemeError},
    rgb::Rgb,
    role::Role,
    shelf::Themes,
};

/// A theme as this terminal can show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    pub name: String,
    colours: [Color; Role::COUNT],
    /// What stands in for a colour where there is none.
    marks: [Modifier; Role::COUNT],
}

/// The modifiers that a role may carry; a role that carries none takes them off.
const MARKS: Modifier = Modifier::BOLD.union(Modifier::DIM).union(Modifier::REVERSED).union(Modifier::UNDERLINED);

impl Theme {
    pub fn new(name: impl Into<String>, colours: [Color; Role::COUNT]) -> Self {
        Self { name: name.into(), colours, marks: [Modifier::empty(); Role::COUNT] }
    }

    /// The terminal's own colours.
    pub fn bare(name: impl Into<String>) -> Self {
        Self::new(name, [Color::Reset; Role::COUNT])
    }

    pub fn with_marks(self, marks: [Modifier; Role::COUNT]) -> Self {
        Self { marks, ..self }
    }

    pub fn colour(&self, role: Role) -> Color {
        self.colours[role as usize]
    }

    /// `front` on `back`.
    pub fn on(&self, front: Role, back: Role) -> Style {
        let marks = self.marks[front as usize] | self.marks[back as usize];
        let style = Style::new().fg(self.colour(front)).bg(self.colour(back));
        style.remove_modifier(MARKS.difference(marks)).add_modifier(marks)
    }
}
