//! Proximity: a command deck for homelabs on Proxmox VE. ARCHITECTURE.md is the map.

pub mod boot;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod exec;
pub mod operations;
pub mod proxmox;
pub mod secrets;
pub mod services;
pub mod settings;
pub mod sim;
pub mod sound;
pub mod ssh;
pub mod store;
pub mod tui;
pub mod web;
