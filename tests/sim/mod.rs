//! The simulated datacenter, looked at from outside: over real TLS with a client that shares no code with ours.

mod client;
mod house;

mod backups;
mod jobs;
mod lists;
mod login;
mod looked_after;
mod making;
mod odds;
mod parameters;
mod pools;
mod power;
mod retention;
mod rights;
mod seeds;
mod server;
mod shapes;
mod transfers;
mod trouble;
mod volumes;
