//! What a step has at hand: the operation it belongs to, the host it works on, the guest it is about, the values of its
//! app.

use std::{collections::BTreeMap, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    clock,
    hands::{Deed, Hands},
    task::Broken,
    world::{World, not_listed},
};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        fleet::Listing,
        ids::{AppId, GuestKey, HostId, NodeName, OperationId, Upid, Vmid},
        operation::Operation,
        plan::{
            Aim, Step,
            journal::{Output, output_of, reserved},
        },
    },
    exec::JobId,
    proxmox::{Client, Rhythm},
};

pub struct Desk<'a> {
    pub world: &'a World,
    pub hands: &'a dyn Hands,
    pub operation: &'a mut Operation,
    pub cancel: CancellationToken,
    /// Scripts that ended and are written down as such: their traces go on the next visit.
    pub litter: Vec<(GuestKey, JobId)>,
}

/// A guest, and where it is.
#[derive(Clone)]
pub struct Spot {
    pub client: Client,
    pub node: NodeName,
    pub key: GuestKey,
    /// How its tasks are awaited.
    pub rhythm: Rhythm,
}

impl Spot {
    pub fn vmid(&self) -> Vmid {
        self.key.vmid
    }
}

impl Desk<'_> {
    pub fn id(&self) -> OperationId {
        self.operation.id
    }

    pub fn client(&self, host: &HostId) -> Result<Client, Fault> {
        self.world.client(host)
    }

    /// The guest that is meant, by its key.
    pub fn key(&self, aim: &Aim) -> Result<GuestKey, Fault> {
        match aim {
            Aim::Known(key) => Ok(key.clone()),
            Aim::New { host, reserved_by, .. } => {
                let reservation =
                    reserved(&self.operation.journal, *reserved_by).ok_or_else(|| nothing_reserved(self.id()))?;
                Ok(GuestKey { host: host.clone(), vmid: reservation.vmid })
            }
        }
    }

    /// The guest that is meant, and the node it is on as far as is known.
    pub async fn spot(&self, aim: &Aim) -> Result<Spot, Fault> {
        let key = self.key(aim)?;
        let client = self.client(&key.host)?;
        let node = match (self.world.guest(&key), aim) {
            (Ok(guest), _) => guest.node.clone(),
            (Err(_), Aim::New { node, .. }) => node.clone(),
            (Err(_), Aim::Known(_)) => return self.spot_anew(aim).await,
        };
        Ok(Spot { client, node, key, rhythm: self.world.tempo.rhythm() })
    }

    /// The same after a look at the host: what was listed before may have moved, or be gone.
    pub async fn spot_anew(&self, aim: &Aim) -> Result<Spot, Fault> {
        let key = self.key(aim)?;
        let client = self.client(&key.host)?;
        let seen = client.observe(clock::now()).await?;
        let found = seen.guests.iter().find(|guest| guest.key == key).map(|guest| guest.node.clone());
        // A listing that saw less says nothing about what it did not see.
        let may_be_hidden = seen.listing != Listing::Complete;
        self.world.change(|fleet| fleet.observe(seen));
        let node = match (found, aim) {
            (Some(node), _) => node,
            (None, Aim::New { node, .. }) => node.clone(),
            (None, Aim::Known(_)) if may_be_hidden => self.world.guest(&key)?.node.clone(),
            (None, Aim::Known(_)) => return Err(not_listed(&key)),
        };
        Ok(Spot { client, node, key, rhythm: self.world.tempo.rhythm() })
    }

    pub async fn list_anew(&self, host: &HostId) -> Result<(), Fault> {
        let seen = self.client(host)?.observe(clock::now()).await?;
        self.world.change(|fleet| fleet.observe(seen));
        Ok(())
    }

    /// Shows what the step is doing in particular.
    pub fn note(&mut self, note: impl Into<Arc<str>>) {
        self.operation.note = Some(note.into());
        self.world.show(self.operation);
    }

    pub fn output(&self, step: usize) -> Option<&Output> {
        output_of(&self.operation.journal, step)
    }

    /// The app as this operation wants it, or as it was before where that is being taken back.
    pub async fn app(&self, id: &AppId) -> Result<App, Fault> {
        if let Some(before) = self.app_before(id) {
            return Ok(before);
        }
        let steps = self.operation.plan.steps.iter().rev();
        let wanted = steps.filter_map(|step| match step {
            Step::Record { app, .. } if app.id == *id => Some((**app).clone()),
            _ => None,
        });
        if let Some(app) = { wanted }.next() {
            return Ok(app);
        }
        self.world.store.app(id.clone()).await?.ok_or_else(|| no_such_app(id))
    }

    fn app_before(&self, id: &AppId) -> Option<App> {
        self.recorded_before(id).filter(|_| self.operation.turns_back()).cloned()
    }

    /// The app as it stood in the books when the plan was made.
    pub fn recorded_before(&self, id: &AppId) -> Option<&App> {
        self.operation.plan.steps.iter().find_map(|step| match step {
            Step::Record { app, before: Some(before), .. } if app.id == *id => Some(&**before),
            _ => None,
        })
    }

    /// All values of an app by their names: its settings, and its secrets out of the vault.
    pub async fn values(&self, id: &AppId) -> Result<BTreeMap<String, String>, Fault> {
        let Some(book) = self.app(id).await?.book else { return Ok(BTreeMap::new()) };
        let mut values = book.settings.clone();
        for name in &book.secrets {
            if let Some(secret) = super::secrets::now_or_before(self, id, name).await? {
                values.insert(name.clone(), secret.reveal().to_owned());
            }
        }
        Ok(values)
    }

    /// What is to be removed on a visit to a guest.
    pub fn sweep(&mut self, key: &GuestKey) -> Vec<Deed> {
        let (here, elsewhere) = std::mem::take(&mut self.litter).into_iter().partition(|(guest, _)| guest == key);
        self.litter = elsewhere;
        let here: Vec<(GuestKey, JobId)> = here;
        here.into_iter().map(|(_, job)| Deed::Clear(job)).collect()
    }

    /// Tasks that an operation has written down are accounted for: none of them is what a step began and did not write
    /// down. Another operation may have done the same to the same guest just before.
    pub async fn known_tasks(&self) -> Result<Vec<Upid>, Fault> {
        let since = self.operation.began.min(clock::now()) - RECENT;
        Ok(self.world.store.begun_tasks(since).await?)
    }

    pub fn stop_if_cancelled(&self) -> Result<(), Broken> {
        if self.cancel.is_cancelled() { Err(Broken::Cancelled) } else { Ok(()) }
    }
}

/// Nobody looks further back for a task than this before the beginning of an operation.
const RECENT: std::time::Duration = std::time::Duration::from_secs(120);

fn nothing_reserved(id: OperationId) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("operation {id} cannot go on"),
        "its journal does not say which id it reserved",
        "cancel it, and begin it anew",
    )
}

pub fn no_such_app(id: &AppId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no app {id}"),
        "it is not in our books",
        "look at `proximity app list`",
    )
}
