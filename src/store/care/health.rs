//! How the apps are, and were. What must hold: what several processes count in the same hour is added up, and nothing is
//! written for an app that is not in the books, nor over what whoever leads by now has written.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::{
    domain::{
        care::{AppHealth, Hour, SPANS, Tally},
        ids::AppId,
    },
    store::{
        Store, StoreError,
        error::Trouble,
        kept::{Unread, text},
        lead,
        thread::write_in_one,
    },
};

/// What was seen of apps since it was written last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    pub health: Vec<(AppId, AppHealth)>,
    pub hours: Vec<(AppId, Hour, Tally)>,
}

/// What was counted of each app in the day, the week and the month that end with an hour.
pub type Counted = BTreeMap<AppId, [Tally; 3]>;

impl Store {
    pub async fn health(&self) -> Result<BTreeMap<AppId, AppHealth>, StoreError> {
        self.run(|connection| read(connection, &mut Unread::default())).await
    }

    /// All of it in one transaction. How apps are is the leader's to say: from anybody else only what was counted is taken,
    /// and he is told so.
    pub async fn write_health(&self, seen: Seen) -> Result<(), StoreError> {
        self.run(move |connection| {
            let is_ours = write_in_one(connection, |transaction| {
                let is_ours = seen.health.is_empty() || lead::is_ours(transaction)?;
                if is_ours {
                    seen.health.iter().try_for_each(|(app, health)| write(transaction, app, health))?;
                }
                seen.hours.iter().try_for_each(|(app, hour, tally)| add(transaction, app, *hour, *tally))?;
                Ok(is_ours)
            })?;
            is_ours.then_some(()).ok_or_else(|| Trouble::Other("another process looks after the apps by now".into()))
        })
        .await
    }

    /// What was counted until this hour; what is too old to count, or of an app that is no more, goes.
    pub async fn counted_until(&self, hour: Hour) -> Result<Counted, StoreError> {
        self.run(move |connection| {
            let [.., longest] = SPANS;
            write_in_one(connection, |transaction| {
                let old = "DELETE FROM health_hour WHERE hour < ?1 OR app NOT IN (SELECT id FROM app)";
                transaction.execute(old, [hour.first_of(longest).0])?;
                transaction.execute("DELETE FROM health WHERE app NOT IN (SELECT id FROM app)", [])?;
                Ok(())
            })?;
            sums(connection, hour)
        })
        .await
    }
}

fn sums(connection: &Connection, hour: Hour) -> Result<Counted, Trouble> {
    let mut sums = Counted::new();
    let mut rows = connection.prepare_cached(
        "SELECT app, sum(looks), sum(good) FROM health_hour WHERE hour >= ?1 AND hour <= ?2 GROUP BY app",
    )?;
    for (i, span) in SPANS.into_iter().enumerate() {
        let mut rows = rows.query(params![hour.first_of(span).0, hour.0])?;
        while let Some(row) = rows.next()? {
            sums.entry(AppId::new(text(row, 0)?)).or_default()[i] = Tally { looks: row.get(1)?, good: row.get(2)? };
        }
    }
    Ok(sums)
}

fn write(connection: &Connection, app: &AppId, health: &AppHealth) -> Result<(), Trouble> {
    connection
        .prepare_cached(
            "INSERT INTO health (app, health) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM app WHERE id = ?1)
             ON CONFLICT (app) DO UPDATE SET health = ?2",
        )?
        .execute(params![app.as_str(), serde_json::to_string(health)?])?;
    Ok(())
}

fn add(connection: &Connection, app: &AppId, hour: Hour, tally: Tally) -> Result<(), Trouble> {
    connection
        .prepare_cached(
            "INSERT INTO health_hour (app, hour, looks, good)
             SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM app WHERE id = ?1)
             ON CONFLICT (app, hour) DO UPDATE SET looks = looks + ?3, good = good + ?4",
        )?
        .execute(params![app.as_str(), hour.0, tally.looks, tally.good])?;
    Ok(())
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<BTreeMap<AppId, AppHealth>, Trouble> {
    let mut rows = connection.prepare_cached("SELECT app, health FROM health")?;
    let mut rows = rows.query([])?;
    let mut known = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let read = serde_json::from_str(text(row, 1)?).map_err(Trouble::from);
        if let Some(health) = unread.pass_over("how an app is", read)? {
            known.insert(AppId::new(text(row, 0)?), health);
        }
    }
    Ok(known)
}
