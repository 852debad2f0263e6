//! Looks how the apps are.

use super::Engine;

impl Engine {
    pub(super) async fn keep_probing(&self) {
        while self.leads().await {
            self.0.end.cancelled().await;
        }
    }
}
