//! The simulated datacenter, looked at from outside: over real TLS with a client that shares no code with ours.

mod client;
mod house;

mod backups;
mod breaking;
mod changing;
mod clones;
mod disks;
mod fault_script;
mod faults;
mod grants;
mod ground;
mod images;
mod jobs;
mod lists;
mod login;
mod looked_after;
mod making;
mod migrating;
mod parameters;
mod pools;
mod power;
mod probes;
mod restoring;
mod retention;
mod rights;
mod seeds;
mod server;
mod shapes;
mod snapshots;
mod strict;
mod transfers;
mod trouble;
mod volumes;
