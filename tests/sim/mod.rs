//! The simulated datacenter, looked at from outside: over real TLS with a client that shares no code with ours.

mod client;
mod house;

mod backups;
mod breaking;
mod changing;
mod clones;
mod disks;
mod ground;
mod images;
mod lists;
mod login;
mod making;
mod migrating;
mod parameters;
mod power;
mod restoring;
mod rights;
mod seeds;
mod server;
mod shapes;
mod snapshots;
mod trouble;
