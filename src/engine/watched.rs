//! Hosts are watched by pollers, one for each. What must hold: a host has one of them at most, and none outlives the engine.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Duty, Engine};
use crate::{services::poller, store::HostRecord};

impl Engine {
    pub(super) async fn watch(&self, record: &HostRecord, line: crate::operations::world::Line) {
        if self.0.duty == Duty::OneErrand {
            return;
        }
        let end = self.0.end.child_token();
        let (world, host) = (self.0.world.clone(), record.id.clone());
        let task = tokio::spawn(poller::poll(world, host, line, self.0.audience.subscribe(), end.clone()));
        let before = self.0.pollers.lock().await.insert(record.id.clone(), (end, task));
        stop(before).await;
    }
}

pub(super) async fn stop(poller: Option<(CancellationToken, JoinHandle<()>)>) {
    if let Some((end, task)) = poller {
        end.cancel();
        // One in the middle of a request is not waited for.
        task.abort();
        let _ = task.await;
    }
}
