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
    care::Watch,
    gateway::Publishing,
    ids::{AppId, GuestKey, HostId, Vmid},
};

impl Store {
    /// All that can be read, by name.
    pub async fn apps(&self) -> Result<Vec<App>, StoreError> {
        self.run(|connection| read(connection, &mut Unread::default())).await
    }

    /// All of them, where another process has written since the file was as old as this; with how old it is now.
    pub async fn apps_written_elsewhere(&self, seen: Option<i64>) -> Result<Option<(i64, Vec<App>)>, StoreError> {
        self.written_elsewhere(seen, read).await
    }

    /// Adds apps and renews the ones that are known; those that are not named stay. What the operator wants at the gateway,
    /// and how he wants it watched, is said by himself alone, and stays as well.
    pub async fn put_apps(&self, apps: Vec<App>) -> Result<(), StoreError> {
        self.run(move |connection| {
            write_in_one(connection, |transaction| apps.iter().try_for_each(|app| write(transaction, app)))
        })
        .await
    }

    /// What the operator wants for an app at the gateway of its host. The port is leased for it in the same moment; whose it
    /// is already comes back where that is another app's.
    pub async fn publish(&self, app: &App, publishing: Publishing) -> Result<Option<AppId>, StoreError> {
        let (id, host) = (app.id.clone(), app.guest.host.clone());
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                let taken = super::leases::lease_at_gateway(transaction, &host, &id, publishing.port)?;
                if taken.is_none() {
                    let text = serde_json::to_string(&publishing)?;
                    transaction.execute(
                        "UPDATE app SET book = json_set(book, '$.publishing', json(?2)) WHERE id = ?1 AND book IS NOT NULL",
                        params![id.as_str(), text],
                    )?;
                }
                Ok(taken)
            })
        })
        .await
    }

    /// How the operator wants an app to be watched; nothing is as the rules have it.
    pub async fn watch(&self, app: AppId, watch: Option<Watch>) -> Result<(), StoreError> {
        self.run(move |connection| {
            let text = serde_json::to_string(&watch)?;
            connection.execute(
                "UPDATE app SET book = json_set(book, '$.watch', json(?2)) WHERE id = ?1 AND book IS NOT NULL",
                params![app.as_str(), text],
            )?;
            Ok(())
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
            "INSERT INTO app (id, name, host, vmid, marker, address, book)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM host WHERE id = ?3)
             ON CONFLICT (id) DO UPDATE
             SET name = ?2, host = ?3, vmid = ?4, marker = ?5, address = ?6,
                 book = CASE WHEN ?7 IS NULL OR book IS NULL
                             THEN coalesce(?7, book)
                             ELSE json_set(CASE WHEN json_type(book, '$.publishing') IS NULL THEN ?7
                                                ELSE json_set(?7, '$.publishing', json_extract(book, '$.publishing'))
                                           END, '$.watch', json_extract(book, '$.watch')) END",
        )?
        .execute(params![app.id.as_str(), app.name, guest.host.as_str(), guest.vmid.0, marker, app.address, book])?;
    Ok(())
}
