//! A colour as it goes over the wire. What must hold: what a terminal cannot show is never sent to it.

use ratatui::style::Color;

use crate::tui::theme::{Depth, Rgb, nearest_indexed, nearest_named, rgb_of_index};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Default,
    /// One of the sixteen.
    Slot(u8),
    Index(u8),
    Rgb(Rgb),
}

/// Foreground or background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Front,
    Back,
}

impl Ink {
    /// The nearest that this many colours can do.
    pub fn mix(colour: Color, depth: Depth) -> Self {
        let full = Self::full(colour);
        match (full, depth) {
            (_, Depth::None) | (Self::Default, _) => Self::Default,
            (Self::Slot(_), _) | (_, Depth::True) | (Self::Index(_), Depth::Indexed) => full,
            (Self::Rgb(rgb), Depth::Indexed) => Self::Index(nearest_indexed([rgb])[0]),
            (Self::Rgb(rgb), Depth::Named) => Self::Slot(nearest_named(rgb)),
            (Self::Index(index), Depth::Named) => Self::Slot(nearest_named(rgb_of_index(index))),
        }
    }

    fn full(colour: Color) -> Self {
        let slot = match colour {
            Color::Reset => return Self::Default,
            Color::Rgb(red, green, blue) => return Self::Rgb(Rgb(red, green, blue)),
            Color::Indexed(index) if index > 15 => return Self::Index(index),
            Color::Indexed(index) => index,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        Self::Slot(slot)
    }

    /// Adds the SGR parameters that pick this colour, each ended by `;`.
    pub fn pick(self, ground: Ground, into: &mut Vec<u8>) {
        let base = if ground == Ground::Front { 30 } else { 40 };
        match self {
            Self::Default => number(base + 9, into),
            Self::Slot(slot) if slot < 8 => number(base + slot, into),
            Self::Slot(slot) => number(base + 60 + slot - 8, into),
            Self::Index(index) => [base + 8, 5, index].into_iter().for_each(|part| number(part, into)),
            Self::Rgb(Rgb(r, g, b)) => [base + 8, 2, r, g, b].into_iter().for_each(|part| number(part, into)),
        }
    }
}

/// One parameter and its `;`.
pub fn number(value: u8, into: &mut Vec<u8>) {
    if value >= 100 {
        into.push(b'0' + value / 100);
    }
    if value >= 10 {
        into.push(b'0' + value / 10 % 10);
    }
    into.extend([b'0' + value % 10, b';']);
}
