//! What stands for a value in foreign files: variables, passwords, names of other containers.

mod dollar;
mod hosts;
mod secret;
mod settings;

pub use dollar::{Piece, pieces};
pub use hosts::Hosts;
pub use settings::{Given, Known, Settings};

/// Whether a variable is a secret: one that can be made up, or one that somebody else gives out.
pub fn is_secret(name: &str, value: &str) -> Option<bool> {
    match secret::secrecy(name, value) {
        secret::Secrecy::Open => None,
        secret::Secrecy::Own => Some(true),
        secret::Secrecy::Foreign => Some(false),
    }
}
