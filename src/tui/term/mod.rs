//! The wire: everything process-wide about a terminal lives here, behind `Terminal`, and nowhere else in the deck. What
//! must hold: an unchanged picture costs no byte, a changed one exactly one write, and the terminal is always given back
//! as it was found.

mod attach;
mod clip;
mod encoder;
mod face;
mod held;
mod herald;
mod hush;
mod ink;
pub mod input;
mod keys;
mod line;
mod link;
mod moves;
mod output;
mod pen;
pub mod reply;
mod shift;
mod surroundings;
mod terminal;
mod wire;
mod writer;

pub use self::{
    attach::{Attached, Parting},
    clip::{Between, MOST as MOST_COPIED, clip},
    encoder::{Encoder, Erase},
    held::Devices,
    herald::{Bell, Call, Manner, Word},
    link::Links,
    shift::Rows,
    surroundings::{Belief, Certainty, Surroundings},
    terminal::{Abilities, Terminal, TerminalError},
};
