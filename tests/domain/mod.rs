//! Laws of the domain, for every plan, journal and listing that can be thought of.

mod journal;
mod markers;
mod observing;
mod power;
mod world;
