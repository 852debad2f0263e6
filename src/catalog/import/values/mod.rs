//! What stands for a value in foreign files: variables, passwords, names of other containers.

mod dollar;
mod hosts;
mod secret;
mod settings;

pub use dollar::{Piece, pieces};
pub use hosts::Hosts;
pub use settings::{Given, Known, Settings};
