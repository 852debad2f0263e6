//! The shelf of recipes behind the door. What must hold: reading it holds up nobody else.

use std::{path::PathBuf, sync::Arc};

use super::{Answer, Engine};
use crate::{
    catalog::{self, Places, Shelf},
    domain::{
        app::App,
        catalog::{Recipe, RecipeId},
        fault::Fault,
    },
};

const UNREAD: &str = "the recipes could not be read";

impl Engine {
    pub(super) async fn tell_shelf(&self) -> Result<Answer, Fault> {
        let (shelf, favourites) = tokio::join!(self.shelf(), self.0.world.store.favourites());
        Ok(Answer::Shelf(shelf?, favourites?))
    }

    pub(super) async fn shelf(&self) -> Result<Arc<Shelf>, Fault> {
        let (shelves, own, sources) = (self.0.shelves.clone(), self.0.recipes.clone(), self.0.sources.clone());
        let stores = move || sources.map(|at| at.stores()).unwrap_or_default();
        Self::aside(UNREAD, move || Ok(shelves.look(&Places { own, stores: stores() }))).await
    }

    pub(super) async fn check_recipes(&self, paths: Vec<PathBuf>) -> Result<Answer, Fault> {
        Self::aside(UNREAD, move || Ok(catalog::check(&paths))).await.map(Answer::Checked)
    }

    /// The recipe an app was made of, as it is on the shelf today.
    pub(super) async fn recipe_of(&self, app: &App) -> Result<Option<Arc<Recipe>>, Fault> {
        let by_book = app.book.as_ref().and_then(|book| book.recipe.as_ref()).map(|id| id.as_str().to_owned());
        let Some(id) = by_book.or_else(|| app.marker.recipe.as_deref().map(str::to_owned)) else { return Ok(None) };
        Ok(self.shelf().await?.find(&RecipeId::new(id)).map(|found| found.recipe.clone()))
    }
}
