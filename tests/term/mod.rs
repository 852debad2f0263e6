//! The wire to the terminal: themes, the encoder, the loop, the terminal that is taken and given back.

mod attach;
mod clips;
mod console;
mod encoder;
mod forms;
mod heralds;
mod links;
pub mod pty;
mod run;
mod screen;
mod script;
mod surroundings;
mod themes;
