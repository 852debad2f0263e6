//! The real binary without a screen, against the simulated datacenter: what goes to stdout, and the exit code.

mod adopting;
mod alerts;
mod backups;
mod catalog;
mod console;
mod examining;
mod gateways;
mod guests;
mod health;
pub mod hosts;
mod inbox;
mod inside;
mod killed;
mod life;
mod moves;
mod nodes;
mod operations;
mod races;
mod restores;
mod schedules;
mod settings;
mod sim;
mod snapshots;
mod sources;
mod ssh;
mod watching;
mod words;
