//! A simulated Proxmox VE datacenter. The state machine in the middle knows neither sockets nor clocks; the server
//! around it speaks HTTPS as the real one does, down to the reason phrases. It never uses our own client: a mistake
//! that both shared would pass.

mod api;
mod backup;
mod check;
mod clock;
mod console;
mod datacenter;
mod handle;
mod hash;
mod ready;
mod refusal;
mod run;
mod seed;
mod server;
pub mod shell;
mod turns;
mod work;
mod world;

pub use api::{Answer, Call, Credentials, Data};
pub use check::given::{Given, Params};
pub use clock::Pace;
pub use datacenter::Datacenter;
pub use handle::{Handle, Trouble};
pub use ready::{Ready, SecondFactor};
pub use refusal::{Form, Refusal};
pub use run::serve;
pub use seed::{BROKEN_APP, Login, Scene, Seed};
pub use server::{Options, SimError, Simulator};
pub use world::tickets::{from_base32, totp};
