//! Compares the books with the hosts.

use super::{Answer, Engine};
use crate::domain::{care::FindingId, fault::Fault, ids::HostId};

impl Engine {
    pub(super) async fn keep_reconciling(&self) {
        while self.leads().await {
            self.0.end.cancelled().await;
        }
    }

    pub(super) async fn reconcile(&self, _host: Option<&HostId>) -> Result<(), Fault> {
        Err(super::mending::not_built())
    }

    pub(super) async fn dismiss(&self, _finding: FindingId) -> Result<(), Fault> {
        Err(super::mending::not_built())
    }

    pub(super) async fn accept(&self, _finding: FindingId) -> Result<(), Fault> {
        Err(super::mending::not_built())
    }

    pub(super) async fn past_findings(&self, _most: u32) -> Result<Answer, Fault> {
        Err(super::mending::not_built())
    }
}
