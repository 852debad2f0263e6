//! What Proximity knows about the world, as plain values. The one thing that must hold: nothing here reads a clock,
//! a file, a socket or a random number, so every rule can be tested by its law alone.

pub mod adoption;
pub mod app;
pub mod backup;
pub mod balance;
pub mod book;
pub mod care;
pub mod catalog;
pub mod detail;
pub mod drift;
pub mod evacuation;
pub mod fault;
pub mod fleet;
pub mod gateway;
pub mod host;
pub mod ids;
pub mod least;
pub mod listening;
pub mod machine;
pub mod mischief;
pub mod moment;
pub mod moves;
pub mod observe;
pub mod operation;
pub mod placement;
pub mod plan;
pub mod port;
pub mod port_book;
pub mod probe;
pub mod purpose;
pub mod quote;
pub mod rename;
pub mod road;
pub mod secret;
pub mod state;
pub mod trail;
