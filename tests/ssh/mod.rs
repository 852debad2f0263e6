//! The SSH client, held to OpenSSH's own server, agent and key files.

mod commands;
mod doors;
mod letting_in;
mod passwords;
pub mod sshd;
mod trust;
mod words;
