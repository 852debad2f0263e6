//! Software that is installed in a guest and what of it runs. What must hold: what is installed, enabled and configured
//! lies in the guest's files and nowhere else, so it follows its snapshots, copies and backups; what runs is lost with
//! the machine it runs in.

pub mod caddyfile;
pub mod chatter;
pub mod docker;
mod doors;
pub mod ills;
pub mod installed;
pub mod journal;
pub mod listening;
mod more_packages;
pub mod packages;
mod reading;
pub mod services;
mod shelf;
mod table_of_doors;
pub mod units;
