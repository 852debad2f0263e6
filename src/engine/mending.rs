//! From what an alert or a finding offers to a wish like any other.

use super::{BackupWish, Engine, Request};
use crate::domain::{
    care::Mend,
    fault::{Fault, FaultCode},
    ids::{AppId, GuestKey},
    plan::{change::Sizes, power::PowerWish},
};

impl Engine {
    /// What is asked for when somebody presses the key.
    pub(super) fn wish_of(&self, mend: &Mend) -> Result<Request, Fault> {
        let power = |app: &AppId, wish| Ok(Request::Power { guest: self.guest_of(app)?, wish });
        let resize = |app: &AppId, sizes| Ok(Request::Resize { app: app.clone(), sizes });
        match mend {
            Mend::Start(app) => power(app, PowerWish::Start),
            Mend::Restart(app) => power(app, PowerWish::Restart),
            Mend::Grow { app, gib } => resize(app, Sizes { disk: Some(*gib), ..Sizes::default() }),
            Mend::Memory { app, mib } => resize(app, Sizes { memory: Some(*mib), ..Sizes::default() }),
            Mend::Cores { app, cores } => resize(app, Sizes { cores: Some(*cores), ..Sizes::default() }),
            Mend::BackUp(app) => {
                let wish =
                    BackupWish { guest: self.guest_of(app)?, storage: None, how: Default::default(), note: None };
                Ok(Request::Backup(wish))
            }
            Mend::Update(app) => Ok(Request::Update(app.clone())),
            Mend::Resume(operation) => Ok(Request::Resume(*operation)),
            Mend::TakeBack(operation) => Ok(Request::Cancel(*operation)),
            Mend::Forget(app) => Ok(Request::Forget(app.clone())),
            Mend::Restore(_) | Mend::Adopt(_) | Mend::PutBack { .. } => Err(not_built()),
        }
    }

    fn guest_of(&self, app: &AppId) -> Result<GuestKey, Fault> {
        Ok(self.found(app)?.guest.key.clone())
    }
}

/// Goes with the last of what is not there yet.
pub(super) fn not_built() -> Fault {
    Fault::lasting(FaultCode::Refused, "nothing was done", "this has no plan yet", "look at the app on its deck")
}
