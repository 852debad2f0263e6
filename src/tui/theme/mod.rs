//! Colours by meaning. Widgets name roles, never colours; what a role looks like is the theme's business, and what the
//! terminal can show of it is settled once, when the theme is loaded.

use ratatui::style::{Color, Style};

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The room around the racks, the darkest.
    Page,
    /// A unit's body and a pane's fill, one step lighter than the room.
    Case,
    /// The body of what is selected or under the hand.
    CaseLit,
    /// The back of a unit: a cooler metal.
    Back,
    /// Ears and rails: darker metal.
    Ear,
    Screw,
    /// The hairline of light on a top edge.
    EdgeLight,
    /// The hairline of shadow on a bottom edge.
    EdgeShadow,
    /// The lit bezel and top edge of the selected unit.
    Bezel,
    Border,
    Text,
    /// Labels, units.
    Dim,
    Title,
    Accent,
    /// The glow: what is live right now.
    Bright,
    Good,
    Warning,
    Danger,
    Info,
    /// An LED that is off; it must stay visible on the case.
    Off,
    /// Empty part of a gauge.
    Track,
    LcdGlass,
    LcdText,
    LcdDim,
}

impl Role {
    pub const COUNT: usize = Role::LcdDim as usize + 1;
}

/// A theme as this terminal can show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    pub name: String,
    colours: [Color; Role::COUNT],
}

impl Theme {
    pub fn new(name: impl Into<String>, colours: [Color; Role::COUNT]) -> Self {
        Self { name: name.into(), colours }
    }

    pub fn colour(&self, role: Role) -> Color {
        self.colours[role as usize]
    }

    /// `front` on `back`.
    pub fn on(&self, front: Role, back: Role) -> Style {
        Style::new().fg(self.colour(front)).bg(self.colour(back))
    }
}
