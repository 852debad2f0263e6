//! The client of Proxmox VE against answers over a real socket: recorded ones, and such as no simulator would give.

mod answering;
mod bent;
mod book;
mod host;
mod listing;
mod logging_in;
mod reaching;
mod recorded;
mod request_log;
mod tasks;
mod typing;
