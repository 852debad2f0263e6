//! Who types into a guest's console. What must hold: at any moment one holder at most has it; one that died loses it when
//! its lease runs out, and whoever is refused learns what the other one does with it.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError, thread::write_in_one};
use crate::domain::{ids::GuestKey, moment::Moment};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsoleClaim {
    /// It is the asker's until the moment that he named.
    Yours,
    Taken(ConsoleHold),
}

/// Who has a console, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleHold {
    pub holder: String,
    /// Such as `a script of jellyfin`.
    pub purpose: String,
    pub until: Moment,
}

impl Store {
    /// Takes a console that nobody has any more, or one's own again.
    pub async fn claim_console(
        &self,
        guest: &GuestKey,
        holder: &str,
        purpose: &str,
        now: Moment,
        until: Moment,
    ) -> Result<ConsoleClaim, StoreError> {
        let (guest, holder, purpose) = (guest.clone(), holder.to_owned(), purpose.to_owned());
        self.run(move |connection| {
            write_in_one(connection, |transaction| {
                // Those of guests that nobody asks for again would stay for ever.
                transaction.execute("DELETE FROM console_lease WHERE until <= ?1", [now.0])?;
                let taken = transaction
                    .query_row(
                        "SELECT holder, purpose, until FROM console_lease WHERE host = ?1 AND vmid = ?2 AND holder <> ?3",
                        params![guest.host.as_str(), guest.vmid.0, holder],
                        |row| Ok(ConsoleHold { holder: row.get(0)?, purpose: row.get(1)?, until: Moment(row.get(2)?) }),
                    )
                    .optional()?;
                if let Some(hold) = taken {
                    return Ok(ConsoleClaim::Taken(hold));
                }
                transaction.execute(
                    "INSERT OR REPLACE INTO console_lease (host, vmid, holder, purpose, until) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![guest.host.as_str(), guest.vmid.0, holder, purpose, until.0],
                )?;
                Ok(ConsoleClaim::Yours)
            })
        })
        .await
    }

    /// Holds on to a console. False means that another one has it by now, or may: let go of it.
    pub async fn renew_console(&self, guest: &GuestKey, holder: &str, until: Moment) -> Result<bool, StoreError> {
        let (guest, holder) = (guest.clone(), holder.to_owned());
        self.run(move |connection| {
            let held = connection.execute(
                "UPDATE console_lease SET until = ?4 WHERE host = ?1 AND vmid = ?2 AND holder = ?3",
                params![guest.host.as_str(), guest.vmid.0, holder, until.0],
            )?;
            Ok(held > 0)
        })
        .await
    }

    /// Gives a console back. Whether it was the holder's.
    pub async fn release_console(&self, guest: &GuestKey, holder: &str) -> Result<bool, StoreError> {
        let (guest, holder) = (guest.clone(), holder.to_owned());
        self.run(move |connection| {
            let held = connection.execute(
                "DELETE FROM console_lease WHERE host = ?1 AND vmid = ?2 AND holder = ?3",
                params![guest.host.as_str(), guest.vmid.0, holder],
            )?;
            Ok(held > 0)
        })
        .await
    }
}
