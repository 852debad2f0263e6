//! What became of each guest in a backup task that has ended. What must hold: a guest whose backup was not told to be whole
//! is failed, and says why.

use std::{sync::Arc, time::Duration};

use super::{BackupEnd, BackupPhase, BackupProgress, GuestBackup, read_backup_log};
use crate::{
    domain::{
        backup::{Run, RunEnd},
        ids::{GuestKey, HostId, Vmid},
        moment::Moment,
    },
    proxmox::{Exit, FoundTask, TaskName, TaskStatus},
};

/// Every guest of a task, in the order in which they were backed up; none of one that still runs.
pub fn runs_of(host: &HostId, task: &FoundTask, log: &[impl AsRef<str>]) -> Vec<Run> {
    let TaskStatus::Ended(exit) = &task.status else { return Vec::new() };
    let mut progress = read_backup_log(log);
    let why = why_not(&progress, exit);
    if progress.guests.is_empty() {
        // It failed before it came to its guest, which only its name tells then.
        let named = TaskName::read(&task.upid).and_then(|name| name.id.parse().ok()).map(Vmid);
        let run = named.zip(why).map(|(vmid, why)| failed(host, task, vmid, why));
        return run.into_iter().collect();
    }
    let mut began = task.began;
    let mut runs = Vec::new();
    for guest in std::mem::take(&mut progress.guests) {
        let took = guest.took.unwrap_or_default();
        runs.push(run(host, task, guest, (began, why.clone())));
        began = began + took;
    }
    runs
}

/// Why a guest that is in the middle of its backup never came to its end; nothing where all went well.
fn why_not(progress: &BackupProgress, exit: &Exit) -> Option<Arc<str>> {
    match (&progress.end, exit) {
        (_, Exit::Ok | Exit::Warnings(_)) => None,
        (Some(BackupEnd::Failed(why)), _) => Some(why.clone()),
        (_, Exit::Failed(text)) if text == "unexpected status" => {
            Some("its task was killed before it was whole".into())
        }
        (_, Exit::Failed(text)) => Some(text.as_str().into()),
    }
}

fn run(host: &HostId, task: &FoundTask, guest: GuestBackup, (began, why): (Moment, Option<Arc<str>>)) -> Run {
    let end = match (guest.phase, why) {
        (BackupPhase::Failed(why), _) => RunEnd::Failed(why),
        (BackupPhase::Done, _) | (_, None) => RunEnd::Good,
        (_, Some(why)) => RunEnd::Failed(why),
    };
    // What a failed backup wrote is removed again.
    let is_good = end == RunEnd::Good;
    Run {
        task: task.upid.clone(),
        guest: GuestKey { host: host.clone(), vmid: guest.vmid },
        began,
        took: guest.took,
        mode: guest.mode,
        weakened: guest.weakened.map(|weakened| weakened.why),
        end,
        volume: guest.volume.filter(|_| is_good).map(|volume| volume.to_string().into()),
        size: guest.size.filter(|_| is_good),
        left_out: guest.left_out,
    }
}

fn failed(host: &HostId, task: &FoundTask, vmid: Vmid, why: Arc<str>) -> Run {
    Run {
        task: task.upid.clone(),
        guest: GuestKey { host: host.clone(), vmid },
        began: task.began,
        took: None::<Duration>,
        mode: None,
        weakened: None,
        end: RunEnd::Failed(why),
        volume: None,
        size: None,
        left_out: Vec::new(),
    }
}
