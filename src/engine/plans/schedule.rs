//! What makes backups by itself: jobs that are saved and removed, and the one that covers new apps. What must hold: nobody
//! is covered twice, and what the operator switched off stays off.

use std::collections::BTreeMap;

use crate::{
    domain::{
        backup::{Guarding, Job, JobState, Runner, ScheduleId, Selection},
        defaults::Backups,
        fault::{Fault, FaultCode},
        fleet::Guest,
        ids::{HostId, NodeName, StorageName, Vmid},
        plan::{
            Plan,
            backup::{self, Joining},
            deploy::Nights,
        },
    },
    engine::{
        Answer, DefaultJob, Engine,
        backups::{missing_for_jobs, must_be_readable, places},
        found,
        plans::deploy::our_pool,
    },
    operations::{clock::now, read_job},
    proxmox::{Client, ClientError, storage::ContentKind},
};

/// The job that covers new apps, where none does yet.
const NIGHTLY: &str = "proximity-nightly";
/// The pool that it goes by, where our apps are in none.
const POOL: &str = "proximity";
/// When, by the host's clock.
const AT_NIGHT: &str = "02:30";

impl Engine {
    pub(super) async fn plan_job(&self, wished: &Job) -> Result<Plan, Fault> {
        let host = wished.id.host.clone();
        let client = self.0.world.client(&host)?;
        must_be_readable(&wished.schedule)?;
        // Proxmox reads schedules, whoever runs by them.
        client.next_runs(&wished.schedule, 1).await?;
        let storage = match &wished.storage {
            Some(storage) => storage.clone(),
            None if self.defaults_of(&host).backups.is_some() => {
                StorageName::new(self.defaults_of(&host).backups.unwrap_or_default())
            }
            None => self.roomiest(&client, &host).await?.ok_or_else(|| no_storage(&wished.id))?,
        };
        let job = Job { storage: Some(storage), next_run: None, ..wished.clone() };
        let before = self.stands(&client, &job).await?;
        let joining = match &job.of {
            Some(Selection::Pool(pool)) if job.runner == Runner::Proxmox && **pool == *self.pool_of_apps(&host) => {
                self.joining(&client, &host, pool).await?
            }
            _ => None,
        };
        Ok(backup::save_job(job, before, joining))
    }

    pub(super) async fn plan_job_removal(&self, id: &ScheduleId) -> Result<Plan, Fault> {
        let own = self.own_jobs(&id.host).into_iter().find(|job| job.id == *id);
        let found = match own {
            Some(own) => Some(own),
            None => self.jobs(&self.0.world.client(&id.host)?, &id.host).await?.into_iter().find(|job| job.id == *id),
        };
        found.map(backup::remove_job).ok_or_else(|| no_such_job(id))
    }

    /// As it is now, not as it was listed last.
    async fn stands(&self, client: &Client, job: &Job) -> Result<Option<Job>, Fault> {
        let all = match job.runner {
            Runner::Watch => self.own_jobs(&job.id.host),
            Runner::Proxmox => self.jobs(client, &job.id.host).await?,
        };
        Ok(all.into_iter().find(|known| known.id == job.id))
    }

    fn own_jobs(&self, host: &HostId) -> Vec<Job> {
        let fleet = self.0.world.fleet();
        fleet.backups.own_jobs.iter().filter(|job| job.id.host == *host).cloned().collect()
    }

    async fn jobs(&self, client: &Client, host: &HostId) -> Result<Vec<Job>, ClientError> {
        Ok(client.backup_jobs().await?.into_iter().map(|job| read_job(host, job)).collect())
    }

    /// The pool that most of our apps on a host are in.
    pub(super) fn pool_of_apps(&self, host: &HostId) -> String {
        let fleet = self.0.world.fleet();
        let ours = fleet.apps.iter().filter(|app| app.guest.host == *host && !app.is_adopted());
        let mut pools: BTreeMap<String, usize> = BTreeMap::new();
        for pool in ours.filter_map(|app| fleet.guest(&app.guest)?.pool.clone()) {
            *pools.entry(pool.to_string()).or_default() += 1;
        }
        let most = pools.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(name.clone())));
        most.map_or_else(|| POOL.to_owned(), |(name, _)| name)
    }

    /// Apps that the pool does not have yet; adopted ones are asked first, by whoever asks.
    async fn joining(&self, client: &Client, host: &HostId, pool: &str) -> Result<Option<Joining>, Fault> {
        let is_new = !client.pools().await?.iter().any(|known| known.name == pool);
        let fleet = self.0.world.fleet();
        let ours = fleet.apps.iter().filter(|app| {
            app.guest.host == *host && !app.is_adopted() && app.binned_until().is_none() && app.book.is_some()
        });
        let is_out = |guest: &&std::sync::Arc<Guest>| guest.pool.is_none();
        let guests: Vec<Vmid> =
            ours.filter_map(|app| fleet.guest(&app.guest)).filter(is_out).map(|guest| guest.key.vmid).collect();
        Ok((is_new || !guests.is_empty()).then(|| Joining { pool: pool.to_owned(), guests, is_new }))
    }

    async fn roomiest(&self, client: &Client, host: &HostId) -> Result<Option<StorageName>, Fault> {
        let fleet = self.0.world.fleet();
        let online = |node: &&crate::domain::fleet::Node| node.status == crate::domain::fleet::NodeStatus::Online;
        let nodes: Vec<NodeName> = fleet.nodes_of(host).filter(online).map(|node| node.key.node.clone()).collect();
        let nodes = if nodes.is_empty() { found::online(&client.observe(now()).await?.nodes) } else { nodes };
        for node in nodes {
            let found = places(client, &node, ContentKind::Backups).await?;
            // What all nodes see serves all apps.
            let best = found.iter().find(|place| place.is_shared).or(found.first());
            if let Some(best) = best {
                return Ok(Some(best.name.clone()));
            }
        }
        Ok(None)
    }

    pub(in crate::engine) async fn default_job(&self, host: &HostId) -> Result<Answer, Fault> {
        let client = self.0.world.client(host)?;
        Ok(Answer::DefaultJob(self.covers_new_ones(&client, host, None).await?))
    }

    /// What covers new apps of a host, or would.
    pub(in crate::engine) async fn covers_new_ones(
        &self,
        client: &Client,
        host: &HostId,
        pool: Option<&str>,
    ) -> Result<DefaultJob, Fault> {
        let confined = our_pool(client).await?;
        let pool = pool.map(str::to_owned).or(confined).unwrap_or_else(|| self.pool_of_apps(host));
        let is_on = |job: &Job| job.state == JobState::Enabled;
        let own = self.own_jobs(host).into_iter().filter(|job| job.of == Some(Selection::Apps));
        let (own, mut off): (Vec<_>, Vec<_>) = own.partition(is_on);
        if let Some(own) = own.into_iter().next() {
            return Ok(DefaultJob::ThereIs(Box::new(own)));
        }
        match self.jobs(client, host).await {
            Ok(jobs) => {
                let covers = |job: &Job| match &job.of {
                    Some(Selection::Pool(known)) => **known == *pool,
                    Some(Selection::AllBut(_)) => job.state == JobState::Enabled,
                    _ => *job.id.id == *NIGHTLY,
                };
                let (on, others): (Vec<_>, Vec<_>) = jobs.into_iter().filter(covers).partition(is_on);
                if let Some(there) = on.into_iter().next() {
                    return Ok(DefaultJob::ThereIs(Box::new(there)));
                }
                off.extend(others);
            }
            Err(ClientError::Forbidden { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(off) = off.first() {
            return Ok(DefaultJob::Cannot(is_off(&off.id)));
        }
        let id = ScheduleId { host: host.clone(), id: NIGHTLY.into() };
        let wanted = self.defaults_of(host).backups.map(StorageName::new);
        let found = if wanted.is_some() { wanted } else { self.roomiest(client, host).await? };
        let Some(storage) = found else { return Ok(DefaultJob::Cannot(no_storage(&id))) };
        let may_join =
            client.permissions().await.is_ok_and(|held| held.allows("Pool.Allocate", &format!("/pool/{pool}")));
        let may_edit = may_join && missing_for_jobs(client).await?.is_empty();
        let (runner, of) = match may_edit {
            true => (Runner::Proxmox, Selection::Pool(pool.into())),
            false => (Runner::Watch, Selection::Apps),
        };
        Ok(DefaultJob::Would(Box::new(nightly(id, runner, of, storage, &self.defaults().backups))))
    }

    /// The pool that a new app joins, and what is made with it so that it is covered from the first night on.
    pub(super) async fn nights(
        &self,
        client: &Client,
        host: &HostId,
        pool: Option<&String>,
    ) -> Result<(Option<String>, Option<Nights>), Fault> {
        let confined = match pool {
            Some(pool) => Some(pool.clone()),
            None => our_pool(client).await?,
        };
        let plain = |nights| Ok((confined.clone(), nights));
        match self.covers_new_ones(client, host, pool.map(String::as_str)).await {
            Ok(DefaultJob::ThereIs(job)) => match job.of {
                Some(Selection::Pool(pool)) => Ok((Some(pool.to_string()), None)),
                _ => plain(None),
            },
            Ok(DefaultJob::Would(job)) => match job.of.clone() {
                Some(Selection::Pool(pool)) => {
                    let joining = self.joining(client, host, &pool).await?;
                    Ok((Some(pool.to_string()), Some(Nights { job: *job, joining })))
                }
                _ => plain(Some(Nights { job: *job, joining: None })),
            },
            // An app without backups is better than none; the board says that nothing covers it.
            Ok(DefaultJob::Cannot(_)) => plain(None),
            Err(fault) if fault.code == FaultCode::Refused => plain(None),
            Err(fault) => Err(fault),
        }
    }
}

fn nightly(id: ScheduleId, runner: Runner, of: Selection, storage: StorageName, usual: &Backups) -> Job {
    Job {
        id,
        runner,
        schedule: AT_NIGHT.into(),
        state: JobState::Enabled,
        of: Some(of),
        storage: Some(storage),
        mode: usual.mode,
        compression: usual.compression,
        keeps: Some(usual.keeps()),
        note: Some("{{guestname}}, nightly".into()),
        guarding: Guarding::Free,
        comment: Some("apps of Proximity, every night".into()),
        repeats_missed: true,
        next_run: None,
    }
}

fn no_storage(id: &ScheduleId) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("the backup job {} was not made", id.id),
        format!("no storage of {} takes backups", id.host),
        "allow the content \"Backup\" on one of its storages, or add one",
    )
}

fn no_such_job(id: &ScheduleId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no backup job {}", id.id),
        format!("{} does not have it; somebody may have removed it", id.host),
        "look at `proximity schedule list`",
    )
}

/// Whoever switched it off meant it; a second one beside it would undo that.
fn is_off(id: &ScheduleId) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        "no backup job was made for new apps",
        format!("there is one, {}, but it is off", id.id),
        "switch it on",
    )
}
