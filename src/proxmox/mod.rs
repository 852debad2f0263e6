//! The client of Proxmox VE: it logs in, asks and orders over a trusted HTTPS connection, and hands out domain values.
//! What must hold: nothing outside this room knows JSON, no certificate is trusted but a pinned one and what the pinned
//! authority signed, and whatever a host answers is an error at worst, never a panic.

mod ability;
mod address;
mod answer;
#[cfg(test)]
mod bent;
mod book;
mod call;
mod client;
mod detail;
mod doors;
mod error;
mod fingerprint;
mod grants;
mod guest;
mod history;
mod keys;
mod learn;
mod listing;
mod login;
mod observe;
mod pin;
mod power;
mod purposes;
mod reach;
mod request_log;
mod rights;
mod session;
mod task;
mod transport;
mod trust;
mod upid;
mod version;
mod wire;

pub use ability::Ability;
pub use address::normalise_address;
pub use book::explain_task;
pub use call::{Call, Method};
pub use client::{Client, Target, fingerprint_of};
pub use error::ClientError;
pub use fingerprint::Fingerprint;
pub use guest::GuestNow;
pub use history::{HistoryOf, Reading, Timeframe};
pub use login::{Login, Ticket};
pub use power::{is_already_so, task_type};
pub use purposes::{Place, Purpose};
pub use reach::Limits;
pub use request_log::{RequestLog, Sent};
pub use rights::{Allowance, MissingRight, Permissions};
pub use task::{Exit, FoundTask, TaskStatus};
pub use trust::{Authority, Distrust, KnownNode, Trust};
pub use upid::TaskName;
pub use version::Version;
