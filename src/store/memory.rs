//! What the deck remembers from one time to the next. What must hold: what one deck writes under a name takes nothing
//! from what another one wrote under another.

use std::collections::BTreeMap;

use super::{Store, StoreError};

impl Store {
    pub async fn memory(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.run(|connection| {
            let mut rows = connection.prepare_cached("SELECT name, value FROM memory")?;
            let all = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(all.collect::<Result<_, _>>()?)
        })
        .await
    }

    pub async fn remember(&self, name: String, value: String) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("INSERT OR REPLACE INTO memory (name, value) VALUES (?1, ?2)", [name, value])?;
            Ok(())
        })
        .await
    }
}
