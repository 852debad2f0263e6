//! SSH to the simulated nodes and guests. Inside, talks: somebody runs something in a machine. Outside, doors at the
//! addresses of nodes and guests, behind which russh speaks the protocol. What must hold: the inside knows no sockets,
//! and whatever runs here runs in the same machines that the consoles show.

mod channel;
mod doors;
mod host_keys;
mod links;
mod pct;
mod push;
mod talks;
mod visit;

pub use doors::{Doors, Ssh, SshDoors};
pub use talks::{Home, Talks};
