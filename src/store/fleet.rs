//! The last picture of every host. What must hold: it is never older than the one it replaces, and a host that was not
//! reached keeps the picture it had.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Store, StoreError,
    error::Trouble,
    kept::text,
    rows::{Facts, GuestRow, NodeRow, StorageRow},
    thread::write_in_one,
};
use crate::domain::{
    fleet::{Fleet, Host},
    ids::HostId,
    moment::Moment,
};

impl Store {
    /// Keeps what the hosts last showed; hosts that showed nothing new since the last time cost nothing.
    pub async fn save_fleet(&self, fleet: Arc<Fleet>) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                fleet.hosts.iter().try_for_each(|host| save_host(transaction, &fleet, host))
            })
        })
        .await
    }
}

fn save_host(connection: &Connection, fleet: &Fleet, host: &Host) -> Result<(), Trouble> {
    let Some(as_of) = host.as_of else { return Ok(()) };
    if !wants_picture(connection, &host.id, as_of)? {
        return Ok(());
    }
    let facts = Facts { cluster: host.cluster.clone(), version: host.version.clone(), listing: host.listing.clone() };
    let nodes: Vec<NodeRow> = fleet.nodes_of(&host.id).map(Into::into).collect();
    let guests = fleet.guests.iter().filter(|guest| guest.key.host == host.id);
    let guests: Vec<GuestRow> = guests.map(|guest| (&**guest).into()).collect();
    let storages = fleet.storages.iter().filter(|storage| storage.host == host.id);
    let storages: Vec<StorageRow> = storages.map(Into::into).collect();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO snapshot (host, as_of, facts, nodes, guests, storages)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            host.id.as_str(),
            as_of.0,
            serde_json::to_string(&facts)?,
            serde_json::to_string(&nodes)?,
            serde_json::to_string(&guests)?,
            serde_json::to_string(&storages)?
        ])?;
    Ok(())
}

/// A host that was removed meanwhile gets none, and an older picture never replaces a newer one of another process.
fn wants_picture(connection: &Connection, host: &HostId, as_of: Moment) -> Result<bool, Trouble> {
    let kept: Option<Option<i64>> = connection
        .prepare_cached("SELECT as_of FROM host LEFT JOIN snapshot ON host = id WHERE id = ?1")?
        .query_row([host.as_str()], |row| row.get(0))
        .optional()?;
    Ok(kept.is_some_and(|kept| kept.is_none_or(|kept| kept < as_of.0)))
}

/// Lays a host's last picture into a fleet.
pub(super) fn recall(connection: &Connection, fleet: &mut Fleet, host: &mut Host) -> Result<(), Trouble> {
    let mut rows =
        connection.prepare_cached("SELECT as_of, facts, nodes, guests, storages FROM snapshot WHERE host = ?1")?;
    let mut rows = rows.query([host.id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    let as_of = Moment(row.get(0)?);
    let facts: Facts = serde_json::from_str(text(row, 1)?)?;
    let nodes: Vec<NodeRow> = serde_json::from_str(text(row, 2)?)?;
    let guests: Vec<GuestRow> = serde_json::from_str(text(row, 3)?)?;
    let storages: Vec<StorageRow> = serde_json::from_str(text(row, 4)?)?;
    (host.cluster, host.version, host.listing) = (facts.cluster, facts.version, facts.listing);
    host.as_of = Some(as_of);
    fleet.as_of = fleet.as_of.max(as_of);
    fleet.nodes.extend(nodes.into_iter().map(|node| node.of(&host.id)));
    fleet.guests.extend(guests.into_iter().map(|guest| Arc::new(guest.of(&host.id))));
    fleet.storages.extend(storages.into_iter().map(|storage| storage.of(&host.id)));
    Ok(())
}
