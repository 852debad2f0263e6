//! What reaches into a guest. Which road is taken is decided above this room; operations only hand over what is to be
//! done. What must hold: a script with a name is run once at most, however often it is handed over.

use std::{future::Future, pin::Pin, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{fault::Fault, ids::GuestKey},
    exec::{JobId, NewFile, Script},
};

pub type Work = Pin<Box<dyn Future<Output = Result<i32, Fault>> + Send>>;

/// What is to be done inside.
pub enum Deed {
    /// Runs it, or takes up again what was begun under its name, and tells what it writes; its exit code comes of it.
    Run { job: JobId, script: Script, hear: Arc<dyn Fn(&str) + Send + Sync> },
    /// Removes what a script that ended has left.
    Clear(JobId),
    /// Writes a file, whole or not at all.
    Put { file: NewFile, bytes: Vec<u8> },
}

pub trait Hands: Send + Sync {
    /// One after the other, on one visit; the first code that is not zero ends it, and comes of it.
    fn work(&self, guest: GuestKey, deeds: Vec<Deed>, cancel: CancellationToken) -> Work;
}
