//! Which apps are older than their recipes.

use super::{catalog::shelf, face::Face, named::fleet_known};
use crate::domain::{app::App, fault::Fault};

pub async fn apps(face: Face<'_>) -> Result<Vec<App>, Fault> {
    let ((shelf, _), fleet) = (shelf(face).await?, fleet_known(face).await);
    Ok(fleet.apps.iter().filter(|app| shelf.newer_than(app).is_some()).cloned().collect())
}
