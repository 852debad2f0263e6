//! Work that reads many files, on a thread where nobody waits for it.

use super::Engine;
use crate::domain::fault::{Fault, FaultCode};

impl Engine {
    /// Does `work` aside; `left` says what was not done when that ends too soon.
    pub(super) async fn aside<T: Send + 'static>(
        left: &str,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let ended = || {
            let why = "Proximity is just closing, or met a mistake of its own";
            Fault::lasting(FaultCode::Failed, left, why, "try it again")
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(ended()))
    }
}
