//! Laws of the domain, for every plan, journal and listing that can be thought of.

mod adopting;
mod backup;
pub mod catalog;
mod journal;
mod judging;
mod listening;
mod markers;
mod moves;
mod observing;
mod placement;
mod ports;
mod power;
mod world;
