//! The apps that are known. What must hold: an app is never forgotten because nobody saw it; it goes when the operator
//! says so, or with its host, when he removes that.

use rusqlite::{Connection, Row, params};

use super::{
    Store, StoreError,
    error::Trouble,
    kept::{Unread, text},
    thread::write_in_one,
};
use crate::domain::{
    app::App,
    book::Book,
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

    pub async fn app(&self, id: AppId) -> Result<Option<App>, StoreError> {
        Ok(self.apps().await?.into_iter().find(|app| app.id == id))
    }

    /// Takes an app out of the books; ports that are leased for it stay so.
    pub async fn unrecord_app(&self, id: AppId) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM app WHERE id = ?1", [id.as_str()])?;
            Ok(())
        })
        .await
    }

    /// Takes an app out of the books, with its ports.
    pub async fn forget_app(&self, id: AppId) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                transaction.execute("DELETE FROM port_lease WHERE app = ?1", [id.as_str()])?;
                transaction.execute("DELETE FROM app WHERE id = ?1", [id.as_str()])?;
                Ok(())
            })
        })
        .await
    }
}

pub(super) fn read(connection: &Connection, unread: &mut Unread) -> Result<Vec<App>, Trouble> {
    let mut rows =
        connection.prepare_cached("SELECT id, name, host, vmid, marker, address, book FROM app ORDER BY name, id")?;
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
        book: book_of(row)?,
    })
}

fn book_of(row: &Row<'_>) -> Result<Option<Box<Book>>, Trouble> {
    let book: Option<String> = row.get(6)?;
    Ok(book.as_deref().map(serde_json::from_str).transpose()?)
}

fn write(connection: &Connection, app: &App) -> Result<(), Trouble> {
    let (guest, marker) = (&app.guest, serde_json::to_string(&app.marker)?);
    let book = app.book.as_ref().map(serde_json::to_string).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO app (id, name, host, vmid, marker, address, book) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE
             SET name = ?2, host = ?3, vmid = ?4, marker = ?5, address = ?6, book = coalesce(?7, book)",
        )?
        .execute(params![app.id.as_str(), app.name, guest.host.as_str(), guest.vmid.0, marker, app.address, book])?;
    Ok(())
}
