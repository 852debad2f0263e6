//! The wire to the terminal: themes, the encoder, the terminal that is taken and given back.

mod encoder;
mod screen;
mod themes;
