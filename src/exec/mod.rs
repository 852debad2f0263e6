//! Runs a script inside a guest over whichever road is open, and carries files in and out. What must hold: no byte of a
//! script, its output or a file is lost or changed, and nothing is run twice, whatever breaks on the way.
//!
//! Each road gives one thing, an `Ask`: a line for a shell, and what it answers. A console gives it by a `Seat`, SSH by
//! a channel. A `Link` opens its road again whenever it breaks and asks again, so all that is asked may be asked twice.
//! On it stand jobs, which go on by themselves inside the guest, and files, which are carried in proved chunks.

mod ask;
mod distant;
mod entrance;
mod error;
mod frame;
mod get;
mod ground;
mod job;
mod link;
mod put;
mod run;
mod seat;
mod slice;
pub mod survey;
mod upload;

pub use entrance::{Entrance, Met};
pub use error::ExecError;
pub use get::{Found, get};
pub use ground::Ground;
pub use job::{Complaints, JobId, NotAJobId, Script, Standing, forget};
pub use link::{Company, Link, Patience};
pub use put::{Done, NewFile, put};
pub use run::{Written, run};
pub use seat::Arrival;
