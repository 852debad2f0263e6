//! All that is known of backups, as part of the fleet. What must hold: a storage that could not be read keeps what it
//! showed last, and says so; one that was read shows exactly what it has.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Backup, BackupKey, Job, Proof, Run, ScheduleId};
use crate::domain::{
    fault::Fault,
    fleet::Usage,
    ids::{AppId, GuestKey, HostId, NodeName, StorageName, Vmid},
    moment::Moment,
};

/// So many runs are remembered.
pub const RUNS_KEPT: usize = 20_000;

/// What was asked for, and what came of it last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told<T> {
    /// As it was told last; nothing where it was never told.
    pub known: Option<T>,
    pub as_of: Option<Moment>,
    /// Why it could not be told since then.
    pub fault: Option<Fault>,
}

impl<T> Default for Told<T> {
    fn default() -> Self {
        Self { known: None, as_of: None, fault: None }
    }
}

impl<T> Told<T> {
    pub fn take(&mut self, told: Result<T, Fault>, at: Moment) {
        match told {
            Ok(known) => *self = Self { known: Some(known), as_of: Some(at), fault: None },
            Err(fault) => self.fault = Some(fault),
        }
    }
}

/// What one storage has, as one node sees it; a storage that all nodes share is seen once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    pub host: HostId,
    /// The node that was asked.
    pub node: NodeName,
    pub storage: StorageName,
    /// `dir`, `nfs`, `pbs`, …
    pub kind: Arc<str>,
    pub is_shared: bool,
    pub usage: Option<Usage>,
    pub content: Told<Vec<Arc<Backup>>>,
}

/// What is known of one host beside its storages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostBackups {
    pub host: HostId,
    pub jobs: Told<Vec<Job>>,
    /// The guests that no job of Proxmox takes with it.
    pub uncovered: Told<Vec<Vmid>>,
}

/// How full a storage was on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub host: HostId,
    /// Nothing of a storage that all nodes share.
    pub node: Option<NodeName>,
    pub storage: StorageName,
    /// Days since 1970 in UTC.
    pub day: i64,
    pub usage: Usage,
}

impl Fill {
    pub fn day_of(at: Moment) -> i64 {
        at.as_secs().div_euclid(86_400)
    }

    pub fn place(&self) -> (&HostId, &StorageName, &Option<NodeName>, i64) {
        (&self.host, &self.storage, &self.node, self.day)
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Backups {
    pub shelves: Vec<Arc<Shelf>>,
    pub hosts: Vec<HostBackups>,
    /// Jobs that `watch` runs.
    pub own_jobs: Vec<Job>,
    /// Newest first.
    pub runs: Vec<Arc<Run>>,
    /// Newest first.
    pub proofs: Vec<Proof>,
    /// By storage, oldest first.
    pub fills: Vec<Fill>,
    /// Newest first, of each guest.
    by_guest: HashMap<GuestKey, Vec<Arc<Backup>>>,
}

impl Backups {
    /// The shelves are as they are now; what each guest has is worked out anew.
    pub fn put_shelves(&mut self, shelves: Vec<Arc<Shelf>>) {
        let mut by_guest: HashMap<GuestKey, Vec<Arc<Backup>>> = HashMap::new();
        for backup in shelves.iter().flat_map(|shelf| shelf.content.known.iter().flatten()) {
            by_guest.entry(backup.guest.clone()).or_default().push(backup.clone());
        }
        for backups in by_guest.values_mut() {
            backups.sort_by(|one, other| (other.made, &one.key).cmp(&(one.made, &other.key)));
        }
        (self.shelves, self.by_guest) = (shelves, by_guest);
    }

    /// Runs that were read just now, and those that were known.
    pub fn put_runs(&mut self, runs: Vec<Arc<Run>>) {
        let is_new = |run: &Arc<Run>| !self.runs.iter().any(|known| known.task == run.task && known.guest == run.guest);
        let new: Vec<_> = runs.into_iter().filter(is_new).collect();
        self.runs.extend(new);
        self.runs.sort_by(|one, other| (other.began, &one.guest).cmp(&(one.began, &other.guest)));
        self.runs.truncate(RUNS_KEPT);
    }

    /// One that is known already is not there twice.
    pub fn add_proof(&mut self, proof: Proof) {
        self.proofs.retain(|known| (&known.app, known.at) != (&proof.app, proof.at));
        self.proofs.push(proof);
        self.proofs.sort_by_key(|proof| std::cmp::Reverse(proof.at));
    }

    /// One reading a day; the last one counts.
    pub fn put_fill(&mut self, fill: Fill) {
        match self.fills.binary_search_by(|known| known.place().cmp(&fill.place())) {
            Ok(at) => self.fills[at] = fill,
            Err(at) => self.fills.insert(at, fill),
        }
    }

    /// Nothing of a host that was removed is shown any more.
    pub fn forget(&mut self, host: &HostId) {
        self.put_shelves(self.shelves.iter().filter(|shelf| shelf.host != *host).cloned().collect());
        self.hosts.retain(|known| known.host != *host);
        self.own_jobs.retain(|job| job.id.host != *host);
        self.runs.retain(|run| run.guest.host != *host);
        self.proofs.retain(|proof| proof.backup.host != *host);
        self.fills.retain(|fill| fill.host != *host);
    }

    /// Newest first.
    pub fn of(&self, guest: &GuestKey) -> &[Arc<Backup>] {
        self.by_guest.get(guest).map_or(&[], Vec::as_slice)
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<Backup>> {
        self.shelves.iter().flat_map(|shelf| shelf.content.known.iter().flatten())
    }

    pub fn find(&self, key: &BackupKey) -> Option<&Arc<Backup>> {
        self.all().find(|backup| backup.key == *key)
    }

    /// Those of Proxmox and our own.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.hosts.iter().flat_map(|host| host.jobs.known.iter().flatten()).chain(&self.own_jobs)
    }

    pub fn job(&self, id: &ScheduleId) -> Option<&Job> {
        self.jobs().find(|job| job.id == *id)
    }

    pub fn host(&self, id: &HostId) -> Option<&HostBackups> {
        self.hosts.iter().find(|host| host.host == *id)
    }

    pub fn host_mut(&mut self, id: &HostId) -> &mut HostBackups {
        let at = self.hosts.iter().position(|host| host.host == *id).unwrap_or_else(|| {
            self.hosts.push(HostBackups { host: id.clone(), jobs: Told::default(), uncovered: Told::default() });
            self.hosts.len() - 1
        });
        &mut self.hosts[at]
    }

    /// The newest one of an app.
    pub fn proof_of(&self, app: &AppId) -> Option<&Proof> {
        self.proofs.iter().find(|proof| proof.app == *app)
    }

    /// The newest one of a guest.
    pub fn last_run(&self, guest: &GuestKey) -> Option<&Arc<Run>> {
        self.runs.iter().find(|run| run.guest == *guest)
    }
}
