//! The apps that are known. What must hold: an app is never forgotten because nobody saw it;
//! it goes with its host, when the operator removes that.

use rusqlite::{Connection, Row, params};

use super::{
    Store, StoreError,
    error::Trouble,
    kept::{Unread, text},
    thread::write_in_one,
};
use crate::domain::{
    app::App,
    ids::{AppId, GuestKey, HostId, Vmid},
};

impl Store {
    /// All that can be read, by name.
    pub async fn apps(&self) -> Result<Vec<App>, StoreError> {
        self.run(|connection| read(connection, &mut Unread::default())).await
    }

    /// Adds apps and renews the ones that are known; those that are not named stay.
    pub async fn put_apps(&self, apps: Vec<App>) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| apps.iter().try_for_each(|app| write(transaction, app)))
        })
        .await
    }
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<App>, Trouble> {
    let mut rows =
        connection.prepare_cached("SELECT id, name, host, vmid, marker, address FROM app ORDER BY name, id")?;
    let mut rows = rows.query([])?;
    let mut apps = Vec::new();
    while let Some(row) = rows.next()? {
        apps.extend(unread.pass_over("an app", read_row(row))?);
    }
    Ok(apps)
}

fn read_row(row: &Row<'_>) -> Result<App, Trouble> {
    Ok(App {
        id: AppId::new(text(row, 0)?),
        name: row.get(1)?,
        guest: GuestKey { host: HostId::new(text(row, 2)?), vmid: Vmid(row.get(3)?) },
        marker: serde_json::from_str(text(row, 4)?)?,
        address: row.get(5)?,
    })
}

fn write(connection: &Connection, app: &App) -> Result<(), Trouble> {
    let (guest, marker) = (&app.guest, serde_json::to_string(&app.marker)?);
    connection
        .prepare_cached(
            "INSERT INTO app (id, name, host, vmid, marker, address) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET name = ?2, host = ?3, vmid = ?4, marker = ?5, address = ?6",
        )?
        .execute(params![app.id.as_str(), app.name, guest.host.as_str(), guest.vmid.0, marker, app.address])?;
    Ok(())
}
