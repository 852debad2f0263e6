//! Which of several processes looks after what runs by itself. What must hold: at any moment one at most; one that died
//! loses it when its time runs out; and one that was held up meanwhile writes over nobody, but begins anew.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Store, StoreError, error::Trouble, thread::write_in_one};
use crate::domain::moment::Moment;

const CARE: &str = "care";
/// Of one that led, was held up, and has lost it.
const LATE: &str = "";

impl Store {
    /// Whether this holder leads until then. One that held itself to lead, and does not any more, leads at the next try at
    /// the earliest: until then whatever it knows is given up.
    pub async fn take_lead(&self, holder: &str, now: Moment, until: Moment) -> Result<bool, StoreError> {
        let holder = holder.to_owned();
        self.run(move |connection| write_in_one(connection, |transaction| take(transaction, &holder, now, until))).await
    }

    /// Until when somebody leads, if somebody does.
    pub async fn led_until(&self) -> Result<Option<Moment>, StoreError> {
        self.run(|connection| {
            let until = connection.query_row("SELECT until FROM lead WHERE what = ?1", [CARE], |row| row.get(0));
            Ok(until.optional()?.map(Moment))
        })
        .await
    }

    /// Lets another one lead.
    pub async fn leave_lead(&self, holder: &str) -> Result<(), StoreError> {
        let holder = holder.to_owned();
        self.run(move |connection| {
            connection.execute("DELETE FROM lead WHERE what = ?1 AND holder = ?2", params![CARE, holder])?;
            remember(connection, None)
        })
        .await
    }
}

/// Whether what only the leader writes is ours to write. It goes by who holds the lead and not by its time: nobody else
/// has written anything before he holds it. Where nobody ever led, there is nobody to write over.
pub(super) fn is_ours(connection: &Connection) -> Result<bool, Trouble> {
    let (leads, ours) = (leader(connection)?, remembered(connection)?);
    Ok(leads == ours)
}

fn take(transaction: &Transaction<'_>, holder: &str, now: Moment, until: Moment) -> Result<bool, Trouble> {
    let has_led = remembered(transaction)?.is_some_and(|ours| ours == holder);
    if has_led && leader(transaction)?.is_none_or(|leads| leads != holder) {
        remember(transaction, Some(LATE))?;
        return Ok(false);
    }
    // One that ends later than any term does was written before the clock stepped back.
    let never = until + until.since(now);
    let take = "INSERT INTO lead (what, holder, until) VALUES (?1, ?2, ?4)
                ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, until = excluded.until
                WHERE lead.holder = excluded.holder OR lead.until < ?3 OR lead.until > ?5";
    let is_taken = transaction.execute(take, params![CARE, holder, now.0, until.0, never.0])? > 0;
    if is_taken {
        remember(transaction, Some(holder))?;
    }
    Ok(is_taken)
}

fn leader(connection: &Connection) -> Result<Option<String>, Trouble> {
    let leader = connection.query_row("SELECT holder FROM lead WHERE what = ?1", [CARE], |row| row.get(0));
    Ok(leader.optional()?)
}

/// As whom this process leads, as far as it knows.
fn remembered(connection: &Connection) -> Result<Option<String>, Trouble> {
    make_memory(connection)?;
    Ok(connection.query_row("SELECT holder FROM temp.led", [], |row| row.get(0)).optional()?)
}

fn remember(connection: &Connection, holder: Option<&str>) -> Result<(), Trouble> {
    make_memory(connection)?;
    connection.execute("DELETE FROM temp.led", [])?;
    if let Some(holder) = holder {
        connection.execute("INSERT INTO temp.led (holder) VALUES (?1)", [holder])?;
    }
    Ok(())
}

/// It lies in no file, and is gone with the process.
fn make_memory(connection: &Connection) -> Result<(), Trouble> {
    Ok(connection.execute_batch("CREATE TEMP TABLE IF NOT EXISTS led (holder TEXT NOT NULL)")?)
}
