//! How many colours the terminal has, and the nearest of them. What must hold: among 256 the sixteen named ones are
//! never the answer, because every operator paints them as he likes.

use ratatui::style::Color;

use super::rgb::{Oklab, Rgb};

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    None,
    /// The sixteen named ones.
    Named,
    /// The 256 of xterm.
    Indexed,
    True,
}

const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// What xterm shows for an index.
pub fn rgb_of_index(index: u8) -> Rgb {
    if index < 16 {
        return NAMED[usize::from(index)];
    }
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return Rgb(grey, grey, grey);
    }
    let step = |place: u8| STEPS[usize::from((index - 16) / place % 6)];
    Rgb(step(36), step(6), step(1))
}

/// The nearest to the eye of the 240 colours that no terminal lets its user repaint.
pub fn nearest_indexed<const N: usize>(colours: [Rgb; N]) -> [u8; N] {
    let known: Vec<_> = (16..=255).map(|index| (index, rgb_of_index(index).oklab())).collect();
    colours.map(|colour| nearest(&known, colour))
}

/// The nearest of the sixteen, as xterm paints them: for a colour that no role stands behind.
pub fn nearest_named(colour: Rgb) -> u8 {
    let known: Vec<_> = (0..=15).map(|index| (index, NAMED[usize::from(index)].oklab())).collect();
    nearest(&known, colour)
}

fn nearest(known: &[(u8, Oklab)], colour: Rgb) -> u8 {
    let wanted = colour.oklab();
    let nearest = known.iter().min_by(|(_, a), (_, b)| wanted.distance(*a).total_cmp(&wanted.distance(*b)));
    nearest.map(|(index, _)| *index).unwrap_or_default()
}

/// xterm's own sixteen.
pub(super) const NAMED: [Rgb; 16] = [
    Rgb(0, 0, 0),
    Rgb(205, 0, 0),
    Rgb(0, 205, 0),
    Rgb(205, 205, 0),
    Rgb(0, 0, 238),
    Rgb(205, 0, 205),
    Rgb(0, 205, 205),
    Rgb(229, 229, 229),
    Rgb(127, 127, 127),
    Rgb(255, 0, 0),
    Rgb(0, 255, 0),
    Rgb(255, 255, 0),
    Rgb(92, 92, 255),
    Rgb(255, 0, 255),
    Rgb(0, 255, 255),
    Rgb(255, 255, 255),
];

/// What the terminal shows for a colour, where that is known.
pub(super) fn shown(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Rgb(red, green, blue) => Some(Rgb(red, green, blue)),
        Color::Indexed(index) => Some(rgb_of_index(index)),
        _ => None,
    }
}
