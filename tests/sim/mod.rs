//! The simulated datacenter, looked at from outside: over real TLS with a client that shares no code with ours.

mod client;
mod house;

mod backups;
mod fault_script;
mod faults;
mod lists;
mod login;
mod making;
mod parameters;
mod power;
mod probes;
mod rights;
mod seeds;
mod server;
mod shapes;
mod strict;
mod trouble;
