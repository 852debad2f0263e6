//! One binary for all tests that need more than one module: it links once.

// Heavy proofs say on standard error what they have run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod catalog;
mod deck;
mod domain;
mod engine;
mod errands;
mod exec;
mod gateway;
mod house;
mod proxmox;
mod pty;
mod secrets;
mod sent;
mod settings;
mod sim;
mod sound;
mod ssh;
mod store;
mod term;
