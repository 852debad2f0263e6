//! A theme in sixteen colours, or in none. What must hold: a light keeps its meaning, whatever shade the terminal's owner
//! gave the slot, so slots are chosen by role and not by likeness.

use ratatui::style::Modifier;

use super::role::Role;

/// The slots in their order, as a theme file names them.
const SLOTS: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// One of the sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(pub u8);

impl Slot {
    pub fn read(name: &str) -> Option<Self> {
        SLOTS.iter().position(|slot| *slot == name).map(|at| Self(at as u8))
    }

    pub fn names() -> String {
        SLOTS.join(", ")
    }
}

/// Where a role goes unless the theme says otherwise.
pub fn slot_of(role: Role, room: Room) -> Slot {
    Slot(match room {
        Room::Dark => dark(role),
        Room::Light => light(role),
    })
}

/// Whether the theme is bright letters in a dark room, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Dark,
    Light,
}

fn dark(role: Role) -> u8 {
    match role {
        Role::Page | Role::Case | Role::Back | Role::EdgeShadow | Role::LcdGlass => 0,
        Role::CaseLit => 4,
        Role::Info | Role::LcdDim => 6,
        Role::Screw | Role::Dim => 7,
        Role::Ear | Role::EdgeLight | Role::Border | Role::Off | Role::Track => 8,
        Role::Danger => 9,
        Role::Good => 10,
        Role::Warning => 11,
        Role::Accent | Role::LcdText => 14,
        Role::Bezel | Role::Text | Role::Title | Role::Bright => 15,
    }
}

fn light(role: Role) -> u8 {
    match role {
        Role::Text | Role::Title | Role::LcdGlass => 0,
        Role::Danger => 1,
        Role::Good => 2,
        Role::Warning => 3,
        Role::Bezel | Role::Accent => 4,
        Role::Bright | Role::Info | Role::LcdDim => 6,
        Role::Page | Role::Back | Role::Ear | Role::EdgeLight | Role::EdgeShadow | Role::Track => 7,
        Role::Screw | Role::Border | Role::Dim | Role::Off => 8,
        Role::CaseLit | Role::LcdText => 14,
        Role::Case => 15,
    }
}

/// What sets a role apart where there is no colour at all; glyphs and words say the rest.
pub fn mark_of(role: Role) -> Modifier {
    match role {
        Role::CaseLit => Modifier::REVERSED,
        Role::Title | Role::Accent | Role::Bright | Role::Warning | Role::Bezel | Role::LcdText => Modifier::BOLD,
        Role::Danger => Modifier::BOLD.union(Modifier::UNDERLINED),
        Role::Dim | Role::Off | Role::Track | Role::LcdDim | Role::Screw | Role::Border => Modifier::DIM,
        Role::EdgeLight | Role::EdgeShadow => Modifier::DIM,
        Role::Page | Role::Case | Role::Back | Role::Ear | Role::LcdGlass => Modifier::empty(),
        Role::Text | Role::Good | Role::Info => Modifier::empty(),
    }
}
