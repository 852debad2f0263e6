//! Questions about backups and what makes them: places, schedules, retention, rights. What must hold: nothing is changed
//! here, and what a host does not tell is told as that.

use futures_util::future::join_all;

use super::{Answer, CoverageRow, CoveredVolume, Engine, MissingRight, PruneFate, PruneRow, StorageChoice};
use crate::{
    domain::{
        backup::{Backup, BackupKey, Calendar, Job, Retention, ScheduleId, Selection},
        fault::{Fault, FaultCode},
        fleet::{GuestKind, Reach},
        ids::{GuestKey, HostId, NodeName, StorageName, Vmid},
    },
    proxmox::{
        Client, Purpose,
        storage::{ContentKind, Mark, Marked, PruneScope, StorageNow, StorageSelection, VolumeId},
    },
    services::backups,
};

/// So many of a schedule's next times are shown.
const RUNS_SHOWN: u8 = 5;

impl Engine {
    /// Every storage of a host, or of all hosts, is looked at anew.
    pub(super) async fn look_at_backups(&self, host: Option<HostId>) -> Result<(), Fault> {
        let fleet = self.0.world.fleet();
        let meant = |known: &&crate::domain::fleet::Host| {
            host.as_ref().map_or(known.reach != Reach::Off, |host| known.id == *host)
        };
        let hosts: Vec<_> = fleet.hosts.iter().filter(meant).map(|known| known.id.clone()).collect();
        let looked = join_all(hosts.iter().map(|host| backups::survey(&self.0.world, host))).await;
        looked.into_iter().collect()
    }

    pub(super) async fn next_runs(&self, host: &HostId, schedule: &str) -> Result<Answer, Fault> {
        must_be_readable(schedule)?;
        Ok(Answer::Runs(self.0.world.client(host)?.next_runs(schedule, RUNS_SHOWN).await?))
    }

    pub(super) async fn backup_notes(&self, key: &BackupKey) -> Result<Answer, Fault> {
        let backup = self.backup(key)?;
        let detail = self.0.world.client(&key.host)?.volume(&backup.node, &volume_of(key)?).await?;
        Ok(Answer::Text(detail.notes.as_deref().unwrap_or_default().to_owned()))
    }

    pub(super) async fn backup_places(&self, guest: &GuestKey) -> Result<Answer, Fault> {
        let guest = self.0.world.guest(guest)?;
        let client = self.0.world.client(&guest.key.host)?;
        Ok(Answer::Places(places(&client, &guest.node, ContentKind::Backups).await?))
    }

    pub(super) async fn restore_places(&self, key: &BackupKey) -> Result<Answer, Fault> {
        let backup = self.backup(key)?;
        let client = self.0.world.client(&key.host)?;
        Ok(Answer::Places(places(&client, &self.node_for(&backup, None), ContentKind::Containers).await?))
    }

    pub(super) async fn job_coverage(&self, id: &ScheduleId) -> Result<Answer, Fault> {
        let covered = self.0.world.client(&id.host)?.job_coverage(&id.id).await?;
        let rows = covered.into_iter().map(|guest| CoverageRow {
            guest: GuestKey { host: id.host.clone(), vmid: guest.vmid },
            name: guest.name,
            volumes: guest
                .volumes
                .into_iter()
                .map(|volume| CoveredVolume {
                    slot: volume.slot,
                    volume: volume.volume,
                    is_included: volume.is_included,
                    why: volume.why,
                })
                .collect(),
        });
        Ok(Answer::Coverage(rows.collect()))
    }

    /// The lines that grant what is missing; none where nothing is.
    pub(super) async fn job_rights(&self, host: &HostId) -> Result<Answer, Fault> {
        Ok(Answer::Grants(missing_for_jobs(&self.0.world.client(host)?).await?))
    }

    pub(super) async fn prune_preview(&self, job: &Job) -> Result<Answer, Fault> {
        let host = &job.id.host;
        let client = self.0.world.client(host)?;
        let storage = job.storage.clone().ok_or_else(|| nothing_chosen("no storage was chosen"))?;
        let keeps = job.keeps.unwrap_or(Retention::ALL);
        let scope = PruneScope::All(GuestKind::Container);
        let mut rows = Vec::new();
        for node in self.nodes_with(host, &storage) {
            for marked in client.prune_preview(&node, &storage, Some(&keeps), scope).await? {
                rows.push(row(host, &marked));
            }
        }
        let guests = self.guests_of(job);
        rows.retain(|row| row.guest.as_ref().is_none_or(|guest| guests.contains(guest)));
        rows.dedup_by(|one, other| one.backup == other.backup);
        Ok(Answer::Pruning(rows))
    }

    /// Of a shared storage one node is enough.
    fn nodes_with(&self, host: &HostId, storage: &StorageName) -> Vec<NodeName> {
        let fleet = self.0.world.fleet();
        let shelves = fleet.backups.shelves.iter();
        shelves
            .filter(|shelf| shelf.host == *host && shelf.storage == *storage)
            .map(|shelf| shelf.node.clone())
            .collect()
    }

    /// The guests that a job takes with it as the fleet stands.
    fn guests_of(&self, job: &Job) -> Vec<GuestKey> {
        let fleet = self.0.world.fleet();
        let host = &job.id.host;
        let key = |vmid: &Vmid| GuestKey { host: host.clone(), vmid: *vmid };
        let guests = fleet.guests.iter().filter(|guest| guest.key.host == *host);
        match &job.of {
            Some(Selection::Guests(vmids)) => vmids.iter().map(key).collect(),
            Some(Selection::Pool(pool)) => {
                guests.filter(|guest| guest.pool.as_ref() == Some(pool)).map(|guest| guest.key.clone()).collect()
            }
            Some(Selection::AllBut(but)) => {
                guests.filter(|guest| !but.contains(&guest.key.vmid)).map(|guest| guest.key.clone()).collect()
            }
            Some(Selection::Apps) => {
                fleet.apps.iter().filter(|app| app.guest.host == *host).map(|app| app.guest.clone()).collect()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn backup(&self, key: &BackupKey) -> Result<Backup, Fault> {
        let fleet = self.0.world.fleet();
        fleet.backups.find(key).map(|backup| (**backup).clone()).ok_or_else(|| no_such_backup(key))
    }
}

pub(super) async fn missing_for_jobs(client: &Client) -> Result<Vec<MissingRight>, Fault> {
    let version = client.version().await?;
    let permissions = client.permissions_and_owner_s().await?;
    let allowance = permissions.allowances(&version).into_iter().find(|one| one.purpose == Purpose::Schedule);
    let Some(allowance) = allowance else { return Ok(Vec::new()) };
    let grants = allowance.grants.join("; ");
    let missing = allowance.missing.into_iter().map(|(privilege, path)| MissingRight {
        privilege: privilege.into(),
        path: path.into(),
        needed_for: Purpose::Schedule.words().into(),
        grant: grants.clone(),
    });
    Ok(missing.collect())
}

pub(super) fn volume_of(key: &BackupKey) -> Result<VolumeId, Fault> {
    key.volume.parse().map_err(|_| no_such_backup(key))
}

pub(super) async fn places(client: &Client, node: &NodeName, kind: ContentKind) -> Result<Vec<StorageChoice>, Fault> {
    let storages = client.storages(node, StorageSelection::EnabledFor(kind)).await?;
    let mut fit: Vec<StorageNow> = storages.into_iter().filter(|storage| storage.takes(kind)).collect();
    fit.sort_by(|one, other| (other.available, &one.name).cmp(&(one.available, &other.name)));
    let choice = |storage: StorageNow| StorageChoice {
        name: storage.name,
        kind: storage.kind.to_string(),
        is_shared: storage.is_shared,
        free: storage.available,
    };
    Ok(fit.into_iter().map(choice).collect())
}

fn row(host: &HostId, marked: &Marked) -> PruneRow {
    PruneRow {
        backup: BackupKey { host: host.clone(), volume: marked.id.to_string().into() },
        guest: marked.vmid.map(|vmid| GuestKey { host: host.clone(), vmid }),
        made: marked.made,
        fate: match marked.mark {
            Mark::Keep => PruneFate::Keep,
            Mark::Remove => PruneFate::Remove,
            Mark::Protected => PruneFate::Protected,
            Mark::Renamed => PruneFate::Renamed,
        },
    }
}

pub(super) fn no_such_backup(key: &BackupKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no backup {}", key.file()),
        format!("no storage of {} shows it any more", key.host),
        "look at what there is: `proximity backup list`, or deck 5",
    )
}

/// What is no schedule is not sent to anybody.
pub(super) fn must_be_readable(schedule: &str) -> Result<(), Fault> {
    Calendar::read(schedule).map(drop).map_err(|not| {
        let remedy = "write it as Proxmox does, such as `02:30`, `mon..fri 03:00`, `*/6:00` or `weekly`";
        Fault::lasting(FaultCode::Usage, format!("\"{schedule}\" is no schedule"), not.why, remedy)
    })
}

fn nothing_chosen(why: &str) -> Fault {
    Fault::lasting(FaultCode::Usage, "nothing can be told of this schedule", why, "choose it first")
}
