//! What is worth an alert, and who is told.

use super::{Answer, Engine};
use crate::domain::{care::AlertId, fault::Fault, moment::Moment};

impl Engine {
    pub(super) async fn keep_alert(&self) {
        while self.leads().await {
            self.0.end.cancelled().await;
        }
    }

    pub(super) async fn acknowledge(&self, _alert: AlertId) -> Result<(), Fault> {
        Err(super::mending::not_built())
    }

    pub(super) async fn snooze(&self, _alert: AlertId, _until: Moment) -> Result<(), Fault> {
        Err(super::mending::not_built())
    }

    pub(super) async fn past_alerts(&self, _most: u32) -> Result<Answer, Fault> {
        Err(super::mending::not_built())
    }
}
