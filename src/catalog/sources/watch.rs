//! Who waits for long work: is told how far it is, and may stop it. What must hold: whoever is gone stops it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::SourceError;

/// Stores with their pictures are up to 250 MB.
const MOST_BYTES: u64 = 300_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes lie here now.
    Fetching(u64),
    /// So many apps were read.
    Reading(usize),
}

#[derive(Clone)]
pub struct Watch {
    pub stop: CancellationToken,
    pub tell: Arc<dyn Fn(Progress) + Send + Sync>,
    /// All of it has an end.
    pub until: Instant,
    /// How large what is fetched may get.
    pub most_bytes: u64,
}

impl Watch {
    pub fn new(stop: CancellationToken, patience: Duration, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { stop, tell: Arc::new(tell), until: Instant::now() + patience, most_bytes: MOST_BYTES }
    }

    pub fn is_wanted(&self) -> Result<(), SourceError> {
        if self.stop.is_cancelled() {
            return Err(SourceError::Stopped);
        }
        match Instant::now() < self.until {
            true => Ok(()),
            false => Err(SourceError::Slow),
        }
    }
}
