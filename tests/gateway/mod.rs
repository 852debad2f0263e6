//! The gateway's file, held to the real Caddy of Debian on loopback. A machine without it says what was not run; in CI it
//! has to be there.

pub mod caddy;
mod names;
mod reloads;
pub mod town;
