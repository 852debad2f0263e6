//! Recipes that the operator marked.

use std::collections::BTreeSet;

use super::{Store, StoreError};
use crate::domain::catalog::RecipeId;

impl Store {
    pub async fn favourites(&self) -> Result<BTreeSet<RecipeId>, StoreError> {
        self.run(|connection| {
            let mut rows = connection.prepare_cached("SELECT recipe FROM favourite")?;
            let ids = rows.query_map([], |row| Ok(RecipeId::new(row.get::<_, String>(0)?)))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
        .await
    }

    pub async fn mark_favourite(&self, recipe: RecipeId) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("INSERT OR IGNORE INTO favourite (recipe) VALUES (?1)", [recipe.as_str()])?;
            Ok(())
        })
        .await
    }

    pub async fn unmark_favourite(&self, recipe: RecipeId) -> Result<(), StoreError> {
        self.run(move |connection| {
            connection.execute("DELETE FROM favourite WHERE recipe = ?1", [recipe.as_str()])?;
            Ok(())
        })
        .await
    }
}
