//! The secrets of an app, for the operator who asks to see them. What must hold: they leave the vault only when they are
//! asked for by name of the app, and nothing but the answer holds them.

use super::{Answer, Engine};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::AppId,
    },
    operations::secrets,
};

impl Engine {
    pub(super) async fn reveal(&self, id: &AppId) -> Result<Answer, Fault> {
        let app = self.0.world.fleet().app(id).cloned().ok_or_else(|| unknown(id))?;
        let names = app.book.as_ref().map(|book| book.secrets.clone()).unwrap_or_default();
        let mut known = Vec::new();
        for name in names {
            if let Some(secret) = self.0.vault.get(&secrets::name_of(id, &name)).await? {
                known.push((name, secret));
            }
        }
        Ok(Answer::Secrets(known))
    }
}

fn unknown(id: &AppId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("the secrets of {id} were not read"),
        "our books know no such app",
        "look at the apps there are: proximity app list",
    )
}
