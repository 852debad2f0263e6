//! Clears away what operations left over.

use super::Engine;
use crate::domain::{fault::Fault, ids::HostId, plan::Plan};

impl Engine {
    pub(super) async fn keep_tidy(&self) {
        while self.leads().await {
            self.0.end.cancelled().await;
        }
    }

    pub(super) async fn plan_tidying(&self, _host: &HostId) -> Result<Plan, Fault> {
        Err(super::mending::not_built())
    }
}
