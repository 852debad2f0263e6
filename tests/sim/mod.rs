//! The simulated datacenter, looked at from outside: over real TLS with a client that shares no code with ours.

mod client;
mod house;
mod terminal;

mod backups;
mod console;
mod lists;
mod login;
mod making;
mod parameters;
mod power;
mod rights;
mod seeds;
mod server;
mod shapes;
mod shell;
mod trouble;
