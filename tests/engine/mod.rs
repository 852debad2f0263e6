//! The engine on the simulated datacenter, over real HTTPS: the same client, store and vault as on real hosts.

pub mod lab;

mod adopting;
mod around;
mod backup_kinds;
mod backups;
mod backups_seen;
mod cancel;
mod changed;
mod denied;
mod drift;
mod elsewhere;
mod gateway;
mod hosts;
mod inside;
mod least;
mod left;
mod life;
mod listening;
mod matrix;
mod moves;
mod named;
mod nodes;
mod own_schedules;
mod own_token;
mod polling;
mod power;
mod races;
mod recipes;
mod resume;
mod roads;
mod rotating;
mod ssh;
mod tidy;
mod trust;
