//! The terminal of a guest or a node, through Proxmox's own API: `termproxy` opens a door, a websocket goes through it.
//! What must hold: what the terminal sends is handed out byte for byte, whatever the frames that carry it, and every way
//! in which it ends is told, also those in which the line stays open and dead.

mod end;
mod line;
mod open;
mod upgrade;

pub use end::Ended;
pub use line::Console;
pub use open::Terminal;
