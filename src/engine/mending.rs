//! From what an alert or a finding offers to a wish like any other.

use super::{AdoptWish, Answer, BackupWish, Engine, OldOne, Request, RestoreTo, RestoreWish};
use crate::domain::{
    backup::backups_of,
    care::{Drift, FindingId, Mend},
    drift,
    fault::{Fault, FaultCode},
    ids::{AppId, GuestKey},
    plan::{change::Sizes, power::PowerWish},
};

impl Engine {
    /// What is asked for when somebody presses the key.
    pub(super) async fn wish_of(&self, mend: &Mend) -> Result<Request, Fault> {
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
            Mend::Restore(app) => self.newest_back(app),
            Mend::Adopt(guest) => self.as_proposed(guest).await,
            Mend::TakeIn(guest) => Ok(Request::TakeIn(guest.clone())),
            Mend::PutBack { app, finding } => self.as_it_was(app, *finding).await,
        }
    }

    fn guest_of(&self, app: &AppId) -> Result<GuestKey, Fault> {
        Ok(self.found(app)?.guest.key.clone())
    }

    fn newest_back(&self, app: &AppId) -> Result<Request, Fault> {
        let fleet = self.0.world.fleet();
        let known = fleet.app(app).ok_or_else(|| crate::operations::desk::no_such_app(app))?;
        let newest = backups_of(&fleet, known).into_iter().next().ok_or_else(|| {
            Fault::lasting(
                FaultCode::NotFound,
                format!("{} was not restored", known.name),
                "no backup of it was seen on any storage",
                "look for backups with `proximity backup list`, or forget it",
            )
        })?;
        let to = RestoreTo::Place { app: app.clone(), old: OldOne::Bin };
        Ok(Request::Restore(RestoreWish { backup: newest.key.clone(), to, storage: None, after: Vec::new() }))
    }

    /// By what a look inside proposes, which changes nothing.
    async fn as_proposed(&self, guest: &GuestKey) -> Result<Request, Fault> {
        let Answer::Candidates(found) = self.candidates(std::slice::from_ref(guest)).await? else {
            return Ok(Request::Adopt(AdoptWish::of(guest.clone())));
        };
        let wish = found.first().map_or_else(|| AdoptWish::of(guest.clone()), AdoptWish::proposed);
        Ok(Request::Adopt(wish))
    }

    async fn as_it_was(&self, app: &AppId, id: FindingId) -> Result<Request, Fault> {
        let finding = self.finding(id).await?;
        let known = self.found(app)?.app;
        let Drift::Changed(differences) = &finding.drift else {
            return Err(nothing_to_put_back(&known.name, "it is no change of options that was found"));
        };
        if finding.app.as_ref() != Some(app) {
            return Err(nothing_to_put_back(&known.name, "the finding is about another app"));
        }
        let fleet = self.0.world.fleet();
        let login = fleet.host(&finding.guest.host).map_or("", |host| host.login.as_str());
        let back = drift::put_back(&known, differences, login);
        if back.tweaks.is_empty() {
            let whys: Vec<_> = back.refused.iter().map(|(option, why)| format!("{option}: {why}")).collect();
            return Err(nothing_to_put_back(&known.name, &whys.join("; ")));
        }
        Ok(Request::PutBack { app: app.clone(), tweaks: back.tweaks })
    }
}

fn nothing_to_put_back(name: &str, why: &str) -> Fault {
    let what = format!("{name} was not put back as it was");
    Fault::lasting(FaultCode::Refused, what, why, "take it as it is now: `proximity inbox accept`")
}

/// Goes with the last of what is not there yet.
pub(super) fn not_built() -> Fault {
    Fault::lasting(FaultCode::Refused, "nothing was done", "this has no plan yet", "look at the app on its deck")
}
