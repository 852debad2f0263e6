//! The client of Proxmox VE: it logs in, asks and orders over a trusted HTTPS connection, and hands out domain values.
//! What must hold: nothing outside this room knows JSON, no certificate is trusted but a pinned one and what the pinned
//! authority signed, and whatever a host answers is an error at worst, never a panic.

mod ability;
mod access;
mod address;
mod answer;
pub mod backup;
mod begun;
#[cfg(test)]
mod bent;
mod book;
mod call;
mod client;
pub mod cluster;
pub mod console;
mod doors;
mod error;
mod fingerprint;
mod grants;
pub mod guest;
mod history;
mod keys;
mod learn;
mod listing;
mod login;
mod multipart;
mod observe;
mod pin;
mod purposes;
mod reach;
mod rehearsal;
mod request_log;
mod rights;
mod session;
pub mod storage;
mod task;
mod transport;
mod trust;
mod upid;
mod version;
mod wire;

pub use crate::domain::purpose::Purpose;
pub use ability::Ability;
pub use access::{Grant, Separation, TokenName, TokenState};
pub use address::normalise_address;
pub use begun::Begun;
pub use book::explain_task;
pub use call::{Call, Method};
pub use client::{Client, Target, fingerprint_of};
pub use error::ClientError;
pub use fingerprint::Fingerprint;
pub use guest::{GuestNow, is_already_so, task_type};
pub use history::{HistoryOf, Reading, Timeframe};
pub use listing::read_resources;
pub use login::{Login, Ticket};
pub use purposes::Place;
pub use reach::Limits;
pub use rehearsal::Rehearsed;
pub use request_log::{RequestLog, Sent};
pub use rights::{Allowance, MissingRight, Permissions};
pub use task::{Exit, FoundTask, Rhythm, TaskNews, TaskStatus, Watch, share_done};
pub use trust::{Authority, Distrust, KnownNode, Trust};
pub use upid::TaskName;
pub use version::Version;
