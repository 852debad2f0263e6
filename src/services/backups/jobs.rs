//! The backup jobs of a host, and the guests that none of them takes.

use crate::{
    domain::{
        backup::Job,
        fault::Fault,
        ids::{HostId, Vmid},
    },
    operations::read_job,
    proxmox::{
        Client,
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
        Ok(jobs.iter().cloned().map(|job| read_job(host, job)).collect())
    }
}
