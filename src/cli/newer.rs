//! Which apps are older than their recipes.

use super::{catalog::shelf, face::Face, named::fleet_known};
use crate::{
    domain::{app::App, catalog::RecipeId, fault::Fault},
    engine::Shelf,
};

pub async fn apps(face: Face<'_>) -> Result<Vec<App>, Fault> {
    let ((shelf, _), fleet) = (shelf(face).await?, fleet_known(face).await);
    Ok(fleet.apps.iter().filter(|app| is_behind(app, &shelf)).cloned().collect())
}

/// What waits in the recycle bin is left alone, and so is what we did not make or what its recipe makes otherwise now.
fn is_behind(app: &App, shelf: &Shelf) -> bool {
    if app.is_adopted() || app.binned_until().is_some() {
        return false;
    }
    let recipe = app.marker.recipe.as_deref().map(RecipeId::new);
    let recipe = recipe.and_then(|recipe| shelf.find(&recipe)).map(|shelved| &shelved.recipe);
    let own = app.book.as_ref().and_then(|book| book.version.as_deref()).or(app.marker.version.as_deref());
    match (recipe, own, app.method()) {
        (Some(recipe), Some(own), Some(method)) => recipe.version != own && recipe.methods_offered().contains(&method),
        _ => false,
    }
}
