//! Laws of the domain, for every plan, journal and listing that can be thought of.

mod adopting;
mod alerting;
mod backup;
mod care;
pub mod catalog;
mod defaults;
mod drift;
mod gateway;
mod history;
mod honours;
mod journal;
mod judging;
mod least;
mod leftovers;
mod listening;
mod logs;
mod markers;
mod moves;
mod observing;
mod placement;
mod port_book;
mod ports;
mod power;
mod sizing;
mod stuck;
pub mod world;
