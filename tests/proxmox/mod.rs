//! The client of Proxmox VE against answers over a real socket: recorded ones, and such as no simulator would give.

mod answering;
mod host;
mod listing;
mod logging_in;
mod reaching;
mod tasks;
mod typing;
