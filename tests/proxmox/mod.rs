//! The client of Proxmox VE against answers over a real socket: recorded ones, and such as no simulator would give.

// A test may stop at the first thing that is not as it should be, and may say what was not run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod answering;
mod bent;
mod book;
mod console;
mod guests;
pub mod host;
mod listing;
mod logging_in;
mod reaching;
pub mod recorded;
mod recorded_guests;
mod request_log;
mod stores;
mod tasks;
mod trust;
mod typing;
mod versions;
