//! A rack unit: one guest as hardware. Its face is the front, the back, or either of them in mid-turn.

mod back;
mod columns;
mod dense;
mod display;
mod front;
mod pulse;
mod stickers;

pub use self::{display::word, pulse::Pulse};
use ratatui::layout::Rect;

use super::{
    brush::Brush,
    ears::{self, Ears, Hold, Mark},
    flip,
    led::Beating,
};
use crate::{
    domain::{app::App, moment::Moment, operation::Operation},
    tui::{
        model::{
            Back,
            flip::{Pose, Side},
            world::Entry,
        },
        theme::Role,
    },
};

/// Everything a unit shows.
pub struct Unit<'a> {
    pub entry: &'a Entry,
    pub app: Option<&'a App>,
    /// What runs on it, or what failed and was not read yet.
    pub operation: Option<&'a Operation>,
    pub back: Option<&'a Back>,
    /// How old its numbers are, when they are old.
    pub age: Option<String>,
    /// Until when it waits in the recycle bin.
    pub bin: Option<String>,
    /// How old its newest backup is; nothing for a guest that is not ours.
    pub saved: Option<Saved>,
    /// How it does, where it is an app that somebody looks at.
    pub pulse: Option<Pulse<'a>>,
    pub hold: Hold,
    pub mark: Mark,
    pub pose: Pose,
    pub beating: Beating,
    pub wall: Moment,
}

/// How safe it is, in few cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// How old, or that there is none.
    pub age: String,
    /// Whether that is well, or what is wrong with it.
    pub sign: char,
    pub role: Role,
}

/// Three lines, or one, between its ears.
pub fn draw(brush: &mut Brush, area: Rect, unit: &Unit) {
    let width = if area.width >= 90 { 4 } else { 2 };
    let ears = Ears { width, hold: unit.hold, is_marked: unit.mark, seed: unit.entry.key.vmid.0 };
    let body = ears::draw(brush, area, ears);
    let metal = if unit.pose.side == Side::Front { Role::Case } else { Role::Back };
    let seen = flip::narrow(brush, body, unit.pose.width);
    let mut face = brush.within(seen);
    face.fill(seen, metal);
    match (unit.pose.side, area.height) {
        (Side::Front, 0..3) => dense::draw(&mut face, body, unit),
        (Side::Front, _) => front::draw(&mut face, body, unit),
        (Side::Back, 0..3) => back::draw_line(&mut face, body, unit),
        (Side::Back, _) => back::draw(&mut face, body, unit),
    }
    flip::glint(brush, seen, unit.pose, metal);
}
