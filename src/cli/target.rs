//! What a backup is made of: an app, or any guest as `HOST/VMID`, as it is now.

use super::{
    face::Face,
    guest::{known, no_guest},
    named::app_now,
};
use crate::domain::{app::App, fault::Fault, ids::GuestKey};

pub struct Target {
    pub guest: GuestKey,
    /// What a person calls it.
    pub name: String,
}

impl From<&App> for Target {
    fn from(app: &App) -> Self {
        Self { guest: app.guest.clone(), name: app.name.to_string() }
    }
}

pub async fn find(text: &str, face: Face<'_>) -> Result<Target, Fault> {
    if !text.contains('/') {
        return app_now(text, face).await.map(|app| Target::from(&app));
    }
    let guest = known(text, face.engine).await?;
    let fleet = face.engine.fleet().borrow().clone();
    let there = fleet.guest(&guest).ok_or_else(|| no_guest(&guest))?;
    let name = fleet.app_of(&guest).map_or(&there.name, |app| &app.name).to_string();
    Ok(Target { guest, name })
}
