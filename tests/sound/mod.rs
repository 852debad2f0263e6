//! Sound, with a sound server of the test's own and without any.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test that was not run says so.
#![allow(clippy::print_stdout)]

mod files;
mod links;
mod player;
mod server;
#[path = "../../examples/make_sounds/synth.rs"]
mod synth;

use proximity::sound::Level;

const HALF: Level = Level { volume: 0.5, mute: false };
