//! The deck as its operator meets it: keys in, pictures out.

pub mod fleet;
pub mod stage;

mod bytes;
mod consoles;
mod keys;
mod laws;
mod motion;
mod power;
mod screens;
mod snapshot;
mod trouble;
mod wants;
