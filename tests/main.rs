//! One binary for all tests that need more than one module: it links once.

mod domain;
mod house;
mod proxmox;
mod secrets;
mod settings;
mod store;
