//! The client of Proxmox VE against answers over a real socket: recorded ones, and such as no simulator would give.

mod host;
mod reaching;
mod typing;
