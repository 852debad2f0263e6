//! What reaches into a guest. Which road is taken is decided above this room; operations only hand over what is to be
//! done. What must hold: a script with a name is run once at most, however often it is handed over.

use std::{future::Future, pin::Pin};

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{fault::Fault, ids::GuestKey},
    exec::{JobId, NewFile, Script},
};

pub type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A script that is to run inside a guest, and who hears what it writes.
pub struct Errand<'a> {
    pub guest: &'a GuestKey,
    pub job: &'a JobId,
    pub script: &'a Script,
    pub hear: &'a (dyn Fn(&str) + Send + Sync),
}

pub trait Hands: Send + Sync {
    /// Runs it, or takes up again what was begun under its name; its exit code.
    fn run<'a>(&'a self, errand: Errand<'a>, cancel: &'a CancellationToken) -> Work<'a, Result<i32, Fault>>;

    /// Removes what a script that ended has left.
    fn clear<'a>(&'a self, guest: &'a GuestKey, job: &'a JobId) -> Work<'a, ()>;

    /// Writes a file, whole or not at all.
    fn put<'a>(
        &'a self,
        guest: &'a GuestKey,
        file: &'a NewFile,
        bytes: &'a [u8],
        cancel: &'a CancellationToken,
    ) -> Work<'a, Result<(), Fault>>;
}
