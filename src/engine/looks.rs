//! Questions about apps and operations that change nothing.

use super::{Answer, Engine, Lease, SnapshotRow, Undoing};
use crate::domain::{
    fault::Fault,
    ids::{AppId, OperationId},
    plan::journal::Outcome,
};

/// So many of the newest operations are looked at for one that can be taken back.
const LOOKED_AT: u32 = 50;

impl Engine {
    pub(super) async fn snapshots(&self, app: &AppId) -> Result<Answer, Fault> {
        let found = self.found(app)?;
        let client = self.0.world.client(&found.guest.key.host)?;
        let taken = client.snapshots(&found.guest.node, found.guest.key.vmid).await?.taken;
        let rows = taken.into_iter().map(|snapshot| SnapshotRow {
            name: snapshot.name.to_string(),
            note: snapshot.description.unwrap_or_default().trim().to_owned(),
            taken: snapshot.taken,
            parent: snapshot.parent.map(|parent| parent.to_string()),
        });
        Ok(Answer::Snapshots(rows.collect()))
    }

    pub(super) async fn tell_way_out(&self, operation: OperationId) -> Result<Answer, Fault> {
        let way = self.way_out(operation).await?;
        Ok(Answer::WayOut(Some(Box::new(Undoing { operation, way }))))
    }

    /// The newest operation that can be taken back; one that was taken back already is not it.
    pub(super) async fn last_undoable(&self, app: Option<&AppId>) -> Result<Answer, Fault> {
        for operation in self.0.world.store.operations(LOOKED_AT).await? {
            let is_of_it = app.is_none_or(|app| {
                let guest = operation.plan.subject.guest();
                let fleet = self.0.world.fleet();
                operation.plan.subject.app() == Some(app)
                    || (guest.is_some() && fleet.app(app).map(|app| &app.guest) == guest)
            });
            if !is_of_it || !matches!(operation.outcome(), Some(Outcome::Done | Outcome::Partly)) {
                continue;
            }
            if let Ok(way) = self.way_out(operation.id).await {
                return Ok(Answer::WayOut(Some(Box::new(Undoing { operation: operation.id, way }))));
            }
        }
        Ok(Answer::WayOut(None))
    }

    pub(super) async fn ports(&self) -> Result<Answer, Fault> {
        let leases = self.0.world.store.port_leases().await?.into_iter();
        let rows = leases.map(|lease| Lease { host: lease.host, port: lease.port, app: lease.app, name: lease.name });
        Ok(Answer::Ports(rows.collect()))
    }
}
