//! The deck as its operator meets it: keys in, pictures out.

pub mod care;
pub mod fleet;
pub mod shelf;
pub mod stage;
pub mod vault;

mod adopting;
mod backups;
mod bytes;
mod consoles;
mod deploying;
mod detail;
pub mod gateways;
mod health;
mod heralds;
pub mod hosts;
mod inbox;
mod keys;
mod laws;
mod life;
mod million;
mod motion;
mod moves;
mod ops;
mod power;
mod rights;
mod room;
mod screens;
mod settings;
mod sizes;
mod snapshot;
mod sources;
mod store;
mod trouble;
mod wandering;
mod wants;
mod way_in;
