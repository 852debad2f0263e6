//! Ids, names, ports and turns that belong to one operation or one app. What must hold: two operations never get the same
//! one, whichever processes they run in, and what was given out once is given out again to the same operation.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError, error::Trouble, thread::write_in_one};
use crate::domain::{
    fault::Fault,
    ids::{AppId, HostId, OperationId, Vmid},
    plan::{
        journal::Reservation,
        step::{PortWish, Reserve},
    },
    port::{self, PortRange},
};

/// What came of a wish for an id, a name and ports.
#[derive(Debug)]
pub enum Reserved {
    Yes(Reservation),
    /// Somebody else is about to use this id.
    IdTaken,
    /// Another app has this name, or is about to get it.
    NameTaken,
    NoPort(Box<Fault>),
}

/// A port in our books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortLease {
    pub host: HostId,
    pub port: u16,
    pub app: AppId,
    pub name: String,
}

impl Store {
    /// Takes the id and the ports for an operation; `busy` are ports that others listen on.
    pub async fn reserve(
        &self,
        id: OperationId,
        wish: Reserve,
        vmid: Vmid,
        busy: BTreeSet<u16>,
    ) -> Result<Reserved, StoreError> {
        self.run(move |connection| write_in_one(connection, |transaction| reserve(transaction, id, &wish, vmid, &busy)))
            .await
    }

    /// What an operation has reserved already.
    pub async fn reservation(&self, id: OperationId, app: AppId) -> Result<Option<Reservation>, StoreError> {
        self.run(move |connection| reservation(connection, id, &app)).await
    }

    /// Ports for an app whose lease was lost: those that it has stay, the others are leased as far as any are free.
    pub async fn lease_again(
        &self,
        host: HostId,
        app: AppId,
        wishes: Vec<PortWish>,
    ) -> Result<BTreeMap<String, u16>, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let mut ports = leased(transaction, &host, &app)?;
                let lost: Vec<_> = wishes.iter().filter(|wish| !ports.contains_key(&wish.name)).cloned().collect();
                // Where none is free it has none; nobody waits for it.
                let picked = pick(transaction, &host, &lost, &BTreeSet::new())?.unwrap_or_default();
                for (name, port) in &picked {
                    transaction.execute(
                        "INSERT INTO port_lease (host, port, app, name, operation) VALUES (?1, ?2, ?3, ?4, 0)",
                        params![host.as_str(), port, app.as_str(), name],
                    )?;
                }
                ports.extend(picked);
                Ok(ports)
            })
        })
        .await
    }

    /// Gives back what an operation reserved.
    pub async fn release_leases(&self, id: OperationId) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                transaction.execute("DELETE FROM id_lease WHERE operation = ?1", [id.0])?;
                transaction.execute("DELETE FROM port_lease WHERE operation = ?1", [id.0])?;
                Ok(())
            })
        })
        .await
    }

    /// Which ids of a host operations are about to use.
    pub async fn leased_ids(&self, host: HostId) -> Result<BTreeSet<u32>, StoreError> {
        self.run(move |connection| {
            let mut rows = connection.prepare_cached("SELECT vmid FROM id_lease WHERE host = ?1")?;
            let ids = rows.query_map([host.as_str()], |row| row.get(0))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// All ports in our books, by host and number.
    pub async fn port_leases(&self) -> Result<Vec<PortLease>, StoreError> {
        self.run(|connection| {
            let mut rows =
                connection.prepare_cached("SELECT host, port, app, name FROM port_lease ORDER BY host, port")?;
            let leases = rows.query_map([], |row| {
                let (host, app): (String, String) = (row.get(0)?, row.get(2)?);
                Ok(PortLease { host: HostId::new(host), port: row.get(1)?, app: AppId::new(app), name: row.get(3)? })
            })?;
            Ok(leases.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Gives back a port of an app that is in no book, and no operation's.
    pub async fn release_port(&self, host: HostId, port: u16) -> Result<bool, StoreError> {
        self.run(move |connection| {
            let gone = "DELETE FROM port_lease WHERE host = ?1 AND port = ?2
                            AND NOT EXISTS (SELECT 1 FROM app WHERE id = port_lease.app)
                            AND NOT EXISTS (SELECT 1 FROM id_lease WHERE operation = port_lease.operation)";
            Ok(connection.execute(gone, params![host.as_str(), port])? > 0)
        })
        .await
    }

    /// Whether it is this operation's turn on a node where `limit` may work at a time. Who asks stands in the queue.
    pub async fn take_turn(&self, id: OperationId, node: &str, urgency: u8, limit: u32) -> Result<bool, StoreError> {
        let node = node.to_owned();
        self.run(move |connection| {
            write_in_one(connection, |transaction| take_turn(transaction, id, &node, urgency, limit))
        })
        .await
    }

    /// Lets the next one work.
    pub async fn leave_turn(&self, id: OperationId) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM turn WHERE operation = ?1", [id.0])?;
            Ok(())
        })
        .await
    }
}

fn reserve(
    connection: &Connection,
    id: OperationId,
    wish: &Reserve,
    vmid: Vmid,
    busy: &BTreeSet<u16>,
) -> Result<Reserved, Trouble> {
    let host = &wish.node.host;
    let is_free = "SELECT NOT EXISTS (SELECT 1 FROM id_lease WHERE host = ?1 AND vmid = ?2)";
    if !connection.query_row(is_free, params![host.as_str(), vmid.0], |row| row.get(0))? {
        return Ok(Reserved::IdTaken);
    }
    if let Some(name) = &wish.name
        && is_named(connection, name, &wish.app)?
    {
        return Ok(Reserved::NameTaken);
    }
    let ports = match pick(connection, host, &wish.ports, busy)? {
        Ok(ports) => ports,
        Err(fault) => return Ok(Reserved::NoPort(Box::new(fault))),
    };
    connection.execute(
        "INSERT INTO id_lease (host, vmid, operation, name) VALUES (?1, ?2, ?3, ?4)",
        params![host.as_str(), vmid.0, id.0, wish.name],
    )?;
    for (name, port) in &ports {
        connection.execute(
            "INSERT INTO port_lease (host, port, app, name, operation) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![host.as_str(), port, wish.app.as_str(), name, id.0],
        )?;
    }
    Ok(Reserved::Yes(Reservation { vmid, ports }))
}

fn leased(connection: &Connection, host: &HostId, app: &AppId) -> Result<BTreeMap<String, u16>, Trouble> {
    let mut rows =
        connection.prepare_cached("SELECT name, port FROM port_lease WHERE host = ?1 AND app = ?2 AND name <> ?3")?;
    let ports =
        rows.query_map(params![host.as_str(), app.as_str(), AT_GATEWAY], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(ports.collect::<Result<_, _>>()?)
}

fn is_named(connection: &Connection, name: &str, app: &AppId) -> Result<bool, Trouble> {
    let named = "SELECT EXISTS (SELECT 1 FROM app WHERE name = ?1 AND id <> ?2)
                     OR EXISTS (SELECT 1 FROM id_lease WHERE name = ?1)";
    Ok(connection.query_row(named, params![name, app.as_str()], |row| row.get(0))?)
}

fn pick(
    connection: &Connection,
    host: &HostId,
    wishes: &[PortWish],
    busy: &BTreeSet<u16>,
) -> Result<Result<BTreeMap<String, u16>, Fault>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT port FROM port_lease WHERE host = ?1")?;
    let mut taken: BTreeSet<u16> = rows.query_map([host.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut picked = BTreeMap::new();
    for wish in wishes {
        let (first, last) = wish.range;
        let Some(range) = PortRange::new(first, last) else { continue };
        match port::pick(range, &taken, |port| busy.contains(&port), wish.wanted) {
            Ok(port) => {
                taken.insert(port);
                picked.insert(wish.name.clone(), port);
            }
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(picked))
}

/// By this name the port at the gateway is leased that the operator chose himself; no recipe's port is called so.
pub const AT_GATEWAY: &str = "@gateway";

/// Gives back what was leased before, unless the new one is another app's; a port that is the app's own anyway needs none.
pub(super) fn lease_at_gateway(
    connection: &Connection,
    host: &HostId,
    app: &AppId,
    port: Option<u16>,
) -> Result<Option<AppId>, Trouble> {
    let holds = |port: u16| -> Result<Option<String>, Trouble> {
        let held = "SELECT app FROM port_lease WHERE host = ?1 AND port = ?2 AND NOT (app = ?3 AND name = ?4)";
        Ok(connection
            .query_row(held, params![host.as_str(), port, app.as_str(), AT_GATEWAY], |row| row.get(0))
            .optional()?)
    };
    let holder = port.map(holds).transpose()?.flatten();
    if let Some(other) = holder.as_ref().filter(|holder| **holder != app.as_str()) {
        return Ok(Some(AppId::new(other.as_str())));
    }
    connection.execute("DELETE FROM port_lease WHERE app = ?1 AND name = ?2", params![app.as_str(), AT_GATEWAY])?;
    if let (Some(port), None) = (port, holder) {
        connection.execute(
            "INSERT INTO port_lease (host, port, app, name, operation) VALUES (?1, ?2, ?3, ?4, 0)",
            params![host.as_str(), port, app.as_str(), AT_GATEWAY],
        )?;
    }
    Ok(None)
}

fn reservation(connection: &Connection, id: OperationId, app: &AppId) -> Result<Option<Reservation>, Trouble> {
    let vmid: Option<u32> =
        connection.query_row("SELECT vmid FROM id_lease WHERE operation = ?1", [id.0], |row| row.get(0)).optional()?;
    let Some(vmid) = vmid else { return Ok(None) };
    let mut rows = connection.prepare_cached("SELECT name, port FROM port_lease WHERE operation = ?1 AND app = ?2")?;
    let ports = rows.query_map(params![id.0, app.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Some(Reservation { vmid: Vmid(vmid), ports: ports.collect::<Result<_, _>>()? }))
}

fn take_turn(connection: &Connection, id: OperationId, node: &str, urgency: u8, limit: u32) -> Result<bool, Trouble> {
    connection.execute(
        "INSERT INTO turn (operation, node, urgency, has_it) VALUES (?1, ?2, ?3, 0) ON CONFLICT (operation) DO NOTHING",
        params![id.0, node, urgency],
    )?;
    // Whoever stands before it: more urgent, or as urgent and older.
    let (has_it, working, before): (bool, u32, u32) = connection.query_row(
        "SELECT mine.has_it,
                (SELECT count(*) FROM turn WHERE node = mine.node AND has_it = 1),
                (SELECT count(*) FROM turn AS other WHERE other.node = mine.node AND other.has_it = 0
                  AND (other.urgency > mine.urgency
                       OR (other.urgency = mine.urgency AND other.operation < mine.operation)))
         FROM turn AS mine WHERE mine.operation = ?1",
        [id.0],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    if has_it {
        return Ok(true);
    }
    if working + before >= limit {
        return Ok(false);
    }
    connection.execute("UPDATE turn SET has_it = 1 WHERE operation = ?1", [id.0])?;
    Ok(true)
}
