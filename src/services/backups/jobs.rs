//! The backup jobs of a host, and the guests that none of them takes.

use crate::{
    domain::{
        backup::{Job, JobState, Retention, Runner, ScheduleId, Selection},
        fault::Fault,
        ids::{HostId, Vmid},
    },
    proxmox::{
        Client,
        backup::{BackupOf, NotesTemplate, OldBackups},
        cluster::{self, BackupJob},
    },
};

pub struct Jobs {
    jobs: Result<Vec<BackupJob>, Fault>,
    pub uncovered: Result<Vec<Vmid>, Fault>,
}

pub async fn look(client: &Client) -> Jobs {
    let (jobs, uncovered) = tokio::join!(client.backup_jobs(), client.not_backed_up());
    let vmids = |guests: Vec<cluster::UncoveredGuest>| guests.into_iter().map(|guest| guest.vmid).collect();
    Jobs { jobs: jobs.map_err(Fault::from), uncovered: uncovered.map(vmids).map_err(Fault::from) }
}

impl Jobs {
    pub fn told(&self, host: &HostId) -> Result<Vec<Job>, Fault> {
        let jobs = self.jobs.as_ref().map_err(Fault::clone)?;
        Ok(jobs.iter().map(|job| ours(host, job)).collect())
    }
}

/// What Proxmox leaves open is as it does it then.
fn ours(host: &HostId, job: &BackupJob) -> Job {
    Job {
        id: ScheduleId { host: host.clone(), id: job.id.as_str().into() },
        runner: Runner::Proxmox,
        schedule: job.schedule.clone(),
        state: match job.state {
            cluster::JobState::Enabled => JobState::Enabled,
            cluster::JobState::Disabled => JobState::Disabled,
        },
        of: job.of.clone().map(|of| match of {
            BackupOf::Guests(vmids) => Selection::Guests(vmids),
            BackupOf::Pool(pool) => Selection::Pool(pool),
            BackupOf::AllBut(but) => Selection::AllBut(but),
        }),
        storage: job.storage.clone(),
        mode: job.mode.unwrap_or_default(),
        compression: job.compression.unwrap_or(crate::domain::backup::Compression::None),
        keeps: match job.old {
            OldBackups::AsConfigured => None,
            OldBackups::Stay => Some(Retention::ALL),
            OldBackups::Prune(retention) => Some(retention),
        },
        note: job.notes.as_ref().map(NotesTemplate::text),
        guarding: job.guarding,
        comment: job.comment.clone(),
        repeats_missed: job.repeats_missed,
        next_run: job.next_run,
    }
}
