//! Sound cues: short files played beside what the eye sees, never instead of it. What must hold: a machine with no sound
//! device is silent, without a line on the screen or a delay.

mod cue;
mod decode;
#[cfg(not(target_os = "linux"))]
mod device;
mod player;
#[cfg(target_os = "linux")]
mod pulse;

pub use cue::Cue;
#[cfg(not(target_os = "linux"))]
use device::Speaker;
pub use player::{Bells, Ears, Heard, Level, Player};
#[cfg(target_os = "linux")]
use pulse::Speaker;

/// Whether there is anything that would play a sound. It may take a second.
pub fn is_heard() -> bool {
    Speaker::open().is_some()
}
