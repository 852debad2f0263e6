//! The backup jobs of a host, and the guests that none of them takes.

use crate::{
    domain::{
        backup::Job,
        fault::Fault,
        ids::{HostId, Vmid},
        moment::Moment,
    },
    operations::read_job,
    proxmox::{Client, cluster::UncoveredGuest},
};

pub struct Jobs {
    pub jobs: Result<Vec<Job>, Fault>,
    pub uncovered: Result<Vec<Vmid>, Fault>,
}

pub async fn look(client: &Client, host: &HostId) -> Jobs {
    let (jobs, uncovered) = tokio::join!(client.backup_jobs(), client.not_backed_up());
    let vmids = |guests: Vec<UncoveredGuest>| guests.into_iter().map(|guest| guest.vmid).collect();
    let ours = |job| {
        let job = read_job(host, job);
        Job { next_run: job.next_run.map(|at| on_the_minute(client.on_our_clock(at))), ..job }
    };
    Jobs {
        jobs: jobs.map(|jobs| jobs.into_iter().map(ours).collect()).map_err(Fault::from),
        uncovered: uncovered.map(vmids).map_err(Fault::from),
    }
}

/// Jobs run on the minute, and clocks are compared to the second.
fn on_the_minute(at: Moment) -> Moment {
    Moment((at.0 + 30_000).div_euclid(60_000) * 60_000)
}
