//! Every test of the crate that is larger than one file, in one binary.

mod deck;
mod secrets;
mod settings;
mod store;
mod term;
