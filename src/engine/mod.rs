//! The door: the world goes out as one immutable `Fleet` on a watch channel, wishes come in as `Request`, `Query` and
//! `Change`. Deck and command line are faces on it; neither talks to Proxmox or SQLite itself.

pub mod door;

pub use door::{Answer, Change, Credential, HostDraft, Notice, Query, Request, Tone};
