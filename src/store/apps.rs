//! The apps that are known. What must hold: an app is never forgotten because nobody saw it.

use rusqlite::{Connection, params};

use super::{Store, StoreError, error::Trouble};
use crate::domain::{
    app::App,
    ids::{AppId, GuestKey, HostId, Vmid},
};

impl Store {
    pub async fn apps(&self) -> Result<Vec<App>, StoreError> {
        self.run(|connection| read(connection)).await
    }

    /// Adds apps and renews the ones that are known; those that are not named stay.
    pub async fn put_apps(&self, apps: Vec<App>) -> Result<(), StoreError> {
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            for app in &apps {
                write(&transaction, app)?;
            }
            Ok(transaction.commit()?)
        })
        .await
    }
}

pub(super) fn read(connection: &Connection) -> Result<Vec<App>, Trouble> {
    let mut rows =
        connection.prepare_cached("SELECT id, name, host, vmid, marker, address FROM app ORDER BY name, id")?;
    let mut rows = rows.query([])?;
    let mut apps = Vec::new();
    while let Some(row) = rows.next()? {
        apps.push(App {
            id: AppId::new(row.get::<_, String>(0)?),
            name: row.get(1)?,
            guest: GuestKey { host: HostId::new(row.get::<_, String>(2)?), vmid: Vmid(row.get(3)?) },
            marker: serde_json::from_str(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?,
            address: row.get(5)?,
        });
    }
    Ok(apps)
}

fn write(connection: &Connection, app: &App) -> Result<(), Trouble> {
    let marker = serde_json::to_string(&app.marker)?;
    connection
        .prepare_cached(
            "INSERT INTO app (id, name, host, vmid, marker, address) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET name = ?2, host = ?3, vmid = ?4, marker = ?5, address = ?6",
        )?
        .execute(params![
            app.id.as_str(),
            &*app.name,
            app.guest.host.as_str(),
            app.guest.vmid.0,
            marker,
            app.address.as_deref()
        ])?;
    Ok(())
}
