//! Which of several processes looks after what runs by itself. What must hold: at any moment one at most; one that died
//! loses it when its time runs out.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};
use crate::domain::moment::Moment;

const CARE: &str = "care";

impl Store {
    /// Whether this holder leads until then.
    pub async fn take_lead(&self, holder: &str, now: Moment, until: Moment) -> Result<bool, StoreError> {
        let holder = holder.to_owned();
        self.run(move |connection| {
            let take = "INSERT INTO lead (what, holder, until) VALUES (?1, ?2, ?4)
                        ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, until = excluded.until
                        WHERE lead.holder = excluded.holder OR lead.until < ?3";
            Ok(connection.execute(take, params![CARE, holder, now.0, until.0])? > 0)
        })
        .await
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
            Ok(())
        })
        .await
    }
}
