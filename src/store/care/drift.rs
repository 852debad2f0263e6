//! What is remembered of a host between two looks: suspicions, baselines, whom it showed. What must hold: one look is
//! written whole or not at all, and a baseline is marked in the moment in which an operation that changed the guest ends.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::findings;
use crate::{
    domain::{
        care::{Finding, FindingId},
        drift::{Baseline, Books, Freshness, Looked, Options, Suspicion},
        ids::{AppId, GuestKey, HostId, NodeName, OperationId, Vmid},
        moment::Moment,
        plan::Plan,
    },
    store::{Store, StoreError, error::Trouble, kept::text, thread::write_in_one},
};

/// One thing that a look brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// A finding without a number yet.
    Open(Finding),
    Write(Finding),
    /// It still is so; what the operator said of it meanwhile stays.
    Seen(FindingId, Moment),
    Suspect(GuestKey, Suspicion),
    /// It was seen.
    Clear(GuestKey),
    Base(GuestKey, Box<(Baseline, Options)>),
    /// Its node alone.
    Moved(GuestKey, NodeName),
    Looked(HostId, Looked),
}

impl Store {
    /// What is remembered of a host; the options of the baselines are asked for one by one.
    pub async fn drift_books(&self, host: HostId) -> Result<Books, StoreError> {
        self.run(move |connection| books(connection, &host)).await
    }

    /// The options of these guests as they are to be.
    pub async fn baselines(&self, guests: BTreeSet<GuestKey>) -> Result<BTreeMap<GuestKey, Options>, StoreError> {
        self.run(move |connection| {
            let mut known = BTreeMap::new();
            for guest in guests {
                if let Some(options) = options(connection, &guest)? {
                    known.insert(guest, options);
                }
            }
            Ok(known)
        })
        .await
    }

    /// All of a look; those that it opened come back with their numbers.
    pub async fn note_drift(&self, notes: Vec<Note>) -> Result<Vec<Finding>, StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let mut opened = Vec::new();
                for one in &notes {
                    opened.extend(note(transaction, one)?);
                }
                Ok(opened)
            })
        })
        .await
    }
}

fn books(connection: &Connection, host: &HostId) -> Result<Books, Trouble> {
    let looked: Option<String> = connection
        .prepare_cached("SELECT looked FROM looked WHERE host = ?1")?
        .query_row([host.as_str()], |row| row.get(0))
        .optional()?;
    let mut books = Books { findings: findings::alive(connection, host)?, ..Books::default() };
    // What cannot be read is begun anew.
    books.looked = looked.and_then(|text| serde_json::from_str(&text).ok());
    let mut rows = connection.prepare_cached("SELECT vmid, misses, listed FROM suspicion WHERE host = ?1")?;
    let mut rows = rows.query([host.as_str()])?;
    while let Some(row) = rows.next()? {
        books.suspicions.insert(Vmid(row.get(0)?), Suspicion { misses: row.get(1)?, listed: Moment(row.get(2)?) });
    }
    let mut rows = connection.prepare_cached("SELECT vmid, app, node, overtaken, at FROM baseline WHERE host = ?1")?;
    let mut rows = rows.query([host.as_str()])?;
    while let Some(row) = rows.next()? {
        let state = if row.get(3)? { Freshness::Overtaken } else { Freshness::Fresh };
        let (app, node) = (AppId::new(text(row, 1)?), NodeName::new(text(row, 2)?));
        books.baselines.insert(Vmid(row.get(0)?), Baseline { app, node, state, at: Moment(row.get(4)?) });
    }
    Ok(books)
}

fn options(connection: &Connection, guest: &GuestKey) -> Result<Option<Options>, Trouble> {
    let mut row = connection.prepare_cached("SELECT config FROM baseline WHERE host = ?1 AND vmid = ?2")?;
    let config: Option<String> =
        row.query_row(params![guest.host.as_str(), guest.vmid.0], |row| row.get(0)).optional()?;
    Ok(config.and_then(|config| serde_json::from_str(&config).ok()))
}

fn note(connection: &Connection, note: &Note) -> Result<Option<Finding>, Trouble> {
    match note {
        Note::Open(finding) => return findings::open(connection, finding),
        Note::Write(finding) => findings::write(connection, finding)?,
        Note::Seen(id, at) => put(
            connection,
            "UPDATE finding SET seen = ?2, finding = json_set(finding, '$.seen', ?2) WHERE id = ?1",
            params![id.0, at.0],
        )?,
        Note::Suspect(guest, suspicion) => put(
            connection,
            "INSERT INTO suspicion (host, vmid, misses, listed)
             SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM host WHERE id = ?1)
             ON CONFLICT (host, vmid) DO UPDATE SET misses = ?3, listed = ?4",
            params![guest.host.as_str(), guest.vmid.0, suspicion.misses, suspicion.listed.0],
        )?,
        Note::Clear(guest) => put(
            connection,
            "DELETE FROM suspicion WHERE host = ?1 AND vmid = ?2",
            params![guest.host.as_str(), guest.vmid.0],
        )?,
        Note::Base(guest, base) => {
            let (Baseline { app, node, state, at }, options) = &**base;
            let config = serde_json::to_string(options)?;
            put(
                connection,
                "INSERT INTO baseline (host, vmid, app, node, config, overtaken, at)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM host WHERE id = ?1)
                 ON CONFLICT (host, vmid) DO UPDATE
                 SET app = ?3, node = ?4, config = ?5, overtaken = ?6, at = ?7",
                params![
                    guest.host.as_str(),
                    guest.vmid.0,
                    app.as_str(),
                    node.as_str(),
                    config,
                    *state == Freshness::Overtaken,
                    at.0
                ],
            )?;
        }
        Note::Moved(guest, node) => put(
            connection,
            "UPDATE baseline SET node = ?3 WHERE host = ?1 AND vmid = ?2",
            params![guest.host.as_str(), guest.vmid.0, node.as_str()],
        )?,
        Note::Looked(host, looked) => put(
            connection,
            "INSERT INTO looked (host, looked) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM host WHERE id = ?1)
             ON CONFLICT (host) DO UPDATE SET looked = ?2",
            params![host.as_str(), serde_json::to_string(looked)?],
        )?,
    }
    Ok(None)
}

fn put(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<(), Trouble> {
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Called in the moment in which an operation ends: what it changed is looked at anew, and what it made was never seen.
pub(in crate::store) fn overtake(connection: &Connection, id: OperationId) -> Result<(), Trouble> {
    put(
        connection,
        "DELETE FROM baseline WHERE EXISTS
             (SELECT 1 FROM id_lease AS made WHERE made.operation = ?1 AND made.host = baseline.host AND made.vmid = baseline.vmid)",
        params![id.0],
    )?;
    let plan: String = connection.query_row("SELECT plan FROM operation WHERE id = ?1", [id.0], |row| row.get(0))?;
    // A plan that cannot be read is told by whoever reads the operation.
    let Ok(plan) = serde_json::from_str::<Plan>(&plan) else { return Ok(()) };
    for guest in plan.changed() {
        put(
            connection,
            "UPDATE baseline SET overtaken = 1 WHERE host = ?1 AND vmid = ?2",
            params![guest.host.as_str(), guest.vmid.0],
        )?;
    }
    Ok(())
}
