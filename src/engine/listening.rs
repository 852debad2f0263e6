//! A look inside a guest that is not an operation: who listens there. What must hold: nothing is started, changed or
//! written there but the files of a job that goes again, and whoever waits does not wait for ever.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Engine;
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
        listening::{self, Listener},
    },
    exec::{Arrival, JobId, Script},
    operations::hands::Deed,
};

/// A guest that has said nothing by then is left.
const PATIENCE: Duration = Duration::from_secs(30);
/// More of what a guest prints is not kept.
pub(super) const MOST: usize = 512 * 1024;

impl Engine {
    /// Who listens inside a guest that runs, over whichever road is open.
    pub async fn listening(&self, guest: &GuestKey) -> Result<Vec<Listener>, Fault> {
        Ok(listening::read(&self.printed_inside(guest, listening::SCRIPT).await?))
    }

    /// What a script that only looks prints inside a guest.
    pub(super) async fn printed_inside(&self, guest: &GuestKey, script: &str) -> Result<String, Fault> {
        let printed = Arc::new(Mutex::new(String::new()));
        let keep = printed.clone();
        let hear = Arc::new(move |text: &str| {
            let mut kept = keep.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() < MOST {
                kept.push_str(text);
            }
        });
        let (job, script) = (JobId::fresh(), Script::new(script));
        let deeds = vec![Deed::Run { job: job.clone(), script, hear }, Deed::Clear(job)];
        // A program at a console that is nobody's of ours is not interrupted for a look.
        let working = self.work_as(guest.clone(), deeds, Arrival::Quiet, CancellationToken::new());
        timeout(PATIENCE, working).await.unwrap_or_else(|_| Err(too_slow(guest)))?;
        let kept = std::mem::take(&mut *printed.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(kept)
    }
}

fn too_slow(guest: &GuestKey) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("nobody could look inside {guest}"),
        format!("it said nothing for {} seconds", PATIENCE.as_secs()),
        "look whether somebody sits at its console, and try it again",
    )
}
