//! A simulated Proxmox VE datacenter. The state machine in the middle knows neither sockets nor clocks; the server
//! around it speaks HTTPS as the real one does, down to the reason phrases. It never uses our own client: a mistake
//! that both shared would pass.

mod api;
mod backup;
mod check;
mod clock;
mod console;
mod datacenter;
mod disks;
mod faults;
mod ha;
mod handle;
mod hash;
mod images;
mod jobs;
mod life;
mod outside;
mod prune;
mod ready;
mod refusal;
mod retention;
mod run;
mod schedule;
mod seed;
mod server;
pub mod shell;
mod ssh;
mod sum;
mod turns;
mod twin;
mod volumes;
mod work;
mod world;

pub use api::{Answer, Call, Credentials, Data, Guard, Served, served};
pub use check::{
    given::{Given, Params},
    rule::{Kind as ParamKind, Rule},
};
pub use clock::Pace;
pub use datacenter::Datacenter;
pub use faults::{Deed, Fault, FaultId, Heeds, Only, ScriptError, Shown, Trouble, When, read as read_faults};
pub use handle::Handle;
pub use ready::{Ready, SecondFactor};
pub use refusal::{Form, Refusal};
pub use run::serve;
pub use seed::{BROKEN_APP, Login, Scene, Seed};
pub use server::{Apps, Entrance, Options, SimError, Simulator};
pub use shell::{Denial, Sickness};
pub use ssh::{Home, Ssh, SshDoors};
pub use world::{
    guest::{Guest, Snapshot},
    privileges::Privileges,
    storage::{Condition, Damage, Image, Saved, Storage, Volume},
    tickets::{from_base32, totp},
};
