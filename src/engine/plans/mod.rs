//! From a wish to a plan: what has to be known is asked, what has to be decided is decided, and a pure function makes the
//! plan of it. What must hold: nothing is changed here.

mod adoption;
mod app;
mod backup;
mod chance;
mod deploy;
mod gateway;
mod moves;
mod restore;
mod room;
mod schedule;
mod source;
mod unfit;

pub(super) use app::card as card_now;

use std::sync::Arc;

use super::{Engine, RelocateWish, Request, Which};
use crate::{
    domain::{
        app::App,
        backup::Label,
        fault::{Fault, FaultCode},
        fleet::Guest,
        ids::{AppId, OperationId},
        placement::Judged,
        plan::{Plan, app::Ours, inverse},
    },
    operations::{clock::now, desk::no_such_app},
};

/// A plan, and where else it could have been carried out.
pub(super) struct Planned {
    pub plan: Plan,
    pub places: Vec<Judged>,
}

impl From<Plan> for Planned {
    fn from(plan: Plan) -> Self {
        Self { plan, places: Vec::new() }
    }
}

/// An app and its guest, as both are now.
pub(super) struct Found {
    pub app: App,
    pub guest: Arc<Guest>,
}

impl Found {
    pub fn ours(&self) -> Ours<'_> {
        Ours { app: &self.app, guest: &self.guest }
    }
}

impl Engine {
    pub(super) async fn plan(&self, request: &Request) -> Result<Planned, Fault> {
        match request {
            Request::Power { guest, wish } => self.plan_power(guest, *wish).map(Planned::from),
            Request::Deploy(wish) => self.plan_deploy(wish).await,
            Request::MakeGateway(wish) => self.plan_gateway(wish).await,
            Request::Publish(app) => self.plan_publishing(app).map(Planned::from),
            Request::Undo(id) => {
                let inverse = self.way_out(*id).await?.inverse;
                Box::pin(self.plan(&wish_for(inverse))).await
            }
            Request::Cancel(id) | Request::Retry(id) | Request::Resume(id) | Request::Answer { operation: id, .. } => {
                Ok(Planned::from((*self.operation(*id).await?.plan).clone()))
            }
            Request::Adopt(wish) => self.plan_adoption(wish).await.map(Planned::from),
            Request::Backup(wish) => self.plan_backup(wish).await.map(Planned::from),
            Request::RemoveBackup(key) => self.plan_backup_removal(key).map(Planned::from),
            Request::EditBackup { backup, note, guarding } => {
                let to = Label { note: note.clone(), guarding: *guarding };
                self.plan_backup_edit(backup, to).await.map(Planned::from)
            }
            Request::Prune { guest, storage, keeps } => self.plan_prune(guest, storage, keeps).map(Planned::from),
            Request::Restore(wish) => self.plan_restore(wish).await.map(Planned::from),
            Request::Prove { app, backup } => self.plan_proof(app, backup.as_ref()).await.map(Planned::from),
            Request::SwapBack { app, older } => self.plan_swap_back(app, older).await.map(Planned::from),
            Request::SaveJob(job) => self.plan_job(job).await.map(Planned::from),
            Request::RemoveJob(id) => self.plan_job_removal(id).await.map(Planned::from),
            Request::Move { app, to } => self.plan_move(app, to).await.map(Planned::from),
            Request::Mend(mend) => Box::pin(self.plan(&self.wish_of(mend).await?)).await,
            Request::TakeIn(guest) => self.plan_taking_in(guest).await.map(Planned::from),
            Request::Reclaim(sizes) => self.plan_reclaim(sizes).await.map(Planned::from),
            Request::Tidy(host) => self.plan_tidying(host).await.map(Planned::from),
            Request::Relocate(wish) => self.plan_relocation(wish).await.map(Planned::from),
            other => self.plan_for_app(other).await.map(Planned::from),
        }
    }

    /// What would take an operation back.
    pub(super) async fn way_out(&self, id: OperationId) -> Result<inverse::WayOut, Fault> {
        let operation = self.operation(id).await?;
        let way = inverse::of(&operation, &self.0.world.fleet())?;
        match way.until {
            Some(until) if until < now() => Err(Fault::lasting(
                FaultCode::Refused,
                format!("nothing of {} was taken back", operation.plan.name),
                "its time is over",
                "restore a backup, if there is one",
            )),
            _ => Ok(way),
        }
    }

    pub(super) fn found(&self, id: &AppId) -> Result<Found, Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).cloned().ok_or_else(|| no_such_app(id))?;
        self.at_home(&app)?;
        let guest = self.0.world.guest(&app.guest)?;
        Ok(Found { app, guest })
    }
}

/// The wish that takes something back.
pub(super) fn wish_for(inverse: inverse::Inverse) -> Request {
    use inverse::Inverse;
    match inverse {
        Inverse::Power(guest, wish) => Request::Power { guest, wish },
        Inverse::Bin(app) => Request::Bin(app),
        Inverse::Unbin(app) => Request::Unbin(app),
        Inverse::Forget(app) => Request::Forget(app),
        Inverse::RemoveSnapshot(app, snapshot) => Request::RemoveSnapshot { app, snapshot },
        Inverse::Rollback { app, snapshot, .. } => Request::Rollback { app, snapshot },
        Inverse::Resize(app, sizes) => Request::Resize { app, sizes },
        Inverse::PutBack(app, tweaks) => Request::PutBack { app, tweaks },
        Inverse::Edit(app, settings) => Request::Edit { app, settings, secrets: Default::default() },
        Inverse::Move(app, to) => Request::Move { app, to },
        Inverse::EditBackup(backup, Label { note, guarding }) => Request::EditBackup { backup, note, guarding },
        Inverse::SwapBack { app, older } => Request::SwapBack { app, older },
        Inverse::SaveJob(job) => Request::SaveJob(job),
        Inverse::RemoveJob(id) => Request::RemoveJob(id),
        Inverse::Reclaim(sizes) => Request::Reclaim(sizes),
        Inverse::Relocate(errand, moves) => Request::Relocate(RelocateWish { errand, which: Which::Chosen(moves) }),
    }
}

/// A free name: the wanted one, or with a number.
pub(in crate::engine) fn free_name(apps: &[App], wanted: &str) -> String {
    let is_free = |name: &str| apps.iter().all(|app| &*app.name != name);
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_else(|| wanted.to_owned())
}
