//! The wire to the terminal: themes, the encoder, the loop, the terminal that is taken and given back.

mod attach;
mod console;
mod encoder;
mod forms;
mod heralds;
pub mod pty;
mod run;
mod screen;
mod script;
mod surroundings;
mod themes;
