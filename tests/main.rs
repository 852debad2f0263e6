//! One binary for all tests that need more than one module: it links once.

mod domain;
mod house;
mod secrets;
mod settings;
mod store;
mod term;
