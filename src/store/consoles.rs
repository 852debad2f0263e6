//! Who is at the console of a guest, in whichever process. What must hold: one that died is gone when its time is up, and
//! each learns of all the others.

use rusqlite::{Connection, params};

use super::{Store, StoreError, error::Trouble, kept::text, thread::write_in_one};
use crate::domain::{ids::GuestKey, moment::Moment};

/// What somebody does at a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatRole {
    /// Looks and types.
    Person,
    /// Types for a script.
    Script,
    /// Carries a file, and nobody may type in between.
    Sending,
    /// Would, but makes way for a person.
    Waiting,
}

impl SeatRole {
    fn slug(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Script => "script",
            Self::Sending => "sending",
            Self::Waiting => "waiting",
        }
    }

    fn from_slug(slug: &str) -> Option<Self> {
        [Self::Person, Self::Script, Self::Sending, Self::Waiting].into_iter().find(|role| role.slug() == slug)
    }
}

impl Store {
    /// Says that we are there until then; who else is there now, and what for.
    pub async fn sit_at_console(
        &self,
        guest: &GuestKey,
        holder: &str,
        role: SeatRole,
        now: Moment,
        until: Moment,
    ) -> Result<Vec<(String, SeatRole)>, StoreError> {
        let (guest, holder) = (guest.clone(), holder.to_owned());
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                // Those of guests that nobody asks for again would stay for ever.
                transaction.execute("DELETE FROM console_seat WHERE until <= ?1", [now.0])?;
                transaction.execute(
                    "INSERT OR REPLACE INTO console_seat (host, vmid, holder, role, until) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![guest.host.as_str(), guest.vmid.0, holder, role.slug(), until.0],
                )?;
                others(transaction, &guest, &holder)
            })
        })
        .await
    }

    /// Whether a person sits there, in whichever process.
    pub async fn has_visitor(&self, guest: &GuestKey, now: Moment) -> Result<bool, StoreError> {
        let guest = guest.clone();
        self.run(move |connection| {
            let seat = params![guest.host.as_str(), guest.vmid.0, SeatRole::Person.slug(), now.0];
            let sits = "SELECT EXISTS (SELECT 1 FROM console_seat
                                       WHERE host = ?1 AND vmid = ?2 AND role = ?3 AND until > ?4)";
            Ok(connection.query_row(sits, seat, |row| row.get(0))?)
        })
        .await
    }

    pub async fn leave_console(&self, guest: &GuestKey, holder: &str) -> Result<(), StoreError> {
        let (guest, holder) = (guest.clone(), holder.to_owned());
        self.run(move |connection| {
            let seat = params![guest.host.as_str(), guest.vmid.0, holder];
            connection.execute("DELETE FROM console_seat WHERE host = ?1 AND vmid = ?2 AND holder = ?3", seat)?;
            Ok(())
        })
        .await
    }
}

fn others(connection: &Connection, guest: &GuestKey, holder: &str) -> Result<Vec<(String, SeatRole)>, Trouble> {
    let mut rows = connection.prepare_cached(
        "SELECT role, holder FROM console_seat WHERE host = ?1 AND vmid = ?2 AND holder <> ?3 ORDER BY holder",
    )?;
    let mut rows = rows.query(params![guest.host.as_str(), guest.vmid.0, holder])?;
    let mut roles = Vec::new();
    while let Some(row) = rows.next()? {
        // A role that a newer Proximity knows is none that we could heed.
        if let Some(role) = SeatRole::from_slug(text(row, 0)?) {
            roles.push((text(row, 1)?.to_owned(), role));
        }
    }
    Ok(roles)
}
