//! What became of each guest in a backup task: every recorded one of a real Proxmox VE, and those that end in a way of their
//! own.

use percent_encoding::percent_decode_str;
use proximity::{
    domain::{
        backup::{BackupMode, Run, RunEnd},
        ids::{HostId, Upid, Vmid},
    },
    proxmox::{Exit, FoundTask, TaskName, TaskStatus, backup::runs_of},
};

use crate::proxmox::recorded::all;

const TASK: &str = "UPID:pve1:00001D3D:00056CEC:6B001AAB:vzdump:200:admin@pve!full:";

fn task(upid: &str, status: TaskStatus) -> FoundTask {
    let upid = Upid::new(upid);
    FoundTask { began: TaskName::read(&upid).unwrap().started, upid, status }
}

fn failed(why: &str) -> TaskStatus {
    TaskStatus::Ended(Exit::Failed(why.into()))
}

fn runs(status: TaskStatus, log: &[&str]) -> Vec<Run> {
    runs_of(&HostId::new("home"), &task(TASK, status), log)
}

fn told(runs: &[Run]) -> Vec<(u32, Option<&str>)> {
    let why = |run: &Run| match &run.end {
        RunEnd::Good => None,
        RunEnd::Failed(why) => Some(why.to_string().leak() as &str),
    };
    runs.iter().map(|run| (run.guest.vmid.0, why(run))).collect()
}

/// Each recording by its name, with what it must come to.
const EXPECTED: [(&str, &[(u32, bool)]); 12] = [
    ("vzdump-task-log", &[(200, true)]),
    ("vzdump-all-modes-stop-task-log", &[(110, true), (200, true)]),
    ("task-log-default-limit", &[(110, true), (200, true)]),
    ("vzdump-unknown-vmid-task-log", &[(999, false)]),
    ("vzdump-storage-without-backup-task-log", &[(200, false)]),
    ("task-abort-log", &[(101, false)]),
    ("vzdump-after-stop-during-backup-log", &[(101, true)]),
    ("oci-backup-task-log", &[(330, true)]),
    ("backup-job-run-task-log", &[(340, true), (341, true)]),
    ("vzdump-queued-log", &[]),
    ("vzdump-queued-task-log", &[(341, true)]),
    ("minimal-token-backup-task-log", &[(350, true)]),
];

#[test]
fn every_recorded_backup_becomes_the_runs_that_it_was() {
    let recordings = all();
    let logs: Vec<_> =
        recordings.iter().filter(|it| it.path.ends_with("/log") && it.path.contains("%3Avzdump%3A")).collect();
    for recorded in &logs {
        let name = recorded.name.as_str();
        let (_, expected) =
            EXPECTED.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} is new"));
        let rows = recorded.data();
        let log: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["t"].as_str().unwrap()).collect();
        let upid = recorded.path.split('/').find(|part| part.starts_with("UPID")).unwrap();
        let upid = percent_decode_str(upid).decode_utf8().unwrap();
        let status = match log.last().unwrap() {
            &"TASK OK" => TaskStatus::Ended(Exit::Ok),
            last => last.strip_prefix("TASK ERROR: ").map_or(TaskStatus::Running, failed),
        };
        let found = task(&upid, status);
        let runs = runs_of(&HostId::new("home"), &found, &log);
        let ends: Vec<_> = runs.iter().map(|run| (run.guest.vmid.0, run.end == RunEnd::Good)).collect();
        assert_eq!(ends, *expected, "{name}");
        for run in &runs {
            let is_good = run.end == RunEnd::Good;
            assert_eq!((run.volume.is_some(), run.size.is_some()), (is_good, is_good), "{name}");
            assert!(run.mode.is_some() || !is_good, "{name}");
            assert!(run.began >= found.began, "{name}");
        }
    }
    assert!(recordings.is_empty() || logs.len() == EXPECTED.len(), "{}", logs.len());
}

#[test]
fn a_weaker_way_what_was_left_out_and_every_guest_of_a_task_are_told() {
    let log = [
        "INFO: starting new backup job: vzdump 101 102 --storage bak",
        "INFO: Starting Backup of VM 101 (lxc)",
        "INFO: excluding volume mount point mp0 ('/data') from backup (disabled)",
        "INFO: mode failure - some volumes do not support snapshots",
        "INFO: trying 'suspend' mode instead",
        "INFO: backup mode: suspend",
        "INFO: excluding volume mount point mp0 ('/data') from backup (disabled)",
        "INFO: creating vzdump archive '/x/vzdump-lxc-101-a.tar.gz'",
        "INFO: archive file size: 2MB",
        "INFO: Finished Backup of VM 101 (00:01:00)",
        "INFO: Starting Backup of VM 102 (lxc)",
        "INFO: creating vzdump archive '/x/vzdump-lxc-102-a.tar.gz'",
        "ERROR: Backup of VM 102 failed - no room",
        "INFO: Backup job finished with errors",
        "TASK ERROR: job errors",
    ];
    let runs = runs(failed("job errors"), &log);
    assert_eq!(told(&runs), [(101, None), (102, Some("no room"))]);
    let [weak, broken] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!(
        (weak.mode, weak.weakened.as_deref()),
        (Some(BackupMode::Suspend), Some("some volumes do not support snapshots"))
    );
    assert_eq!(weak.left_out, ["/data".into()]);
    assert_eq!((weak.volume.as_deref(), weak.size), (Some("bak:backup/vzdump-lxc-101-a.tar.gz"), Some(2 << 20)));
    assert_eq!((broken.volume.as_deref(), broken.guest.vmid), (None, Vmid(102)), "what a failed one wrote is gone");
    assert_eq!(broken.began.since(weak.began).as_secs(), 60, "one after the other");
}

#[test]
fn a_guest_that_was_in_the_middle_is_failed_whatever_ended_its_task() {
    let begun = ["INFO: starting new backup job: vzdump 200 --storage bak", "INFO: Starting Backup of VM 200 (lxc)"];
    let killed = runs(failed("unexpected status"), &begun);
    assert_eq!(told(&killed), [(200, Some("its task was killed before it was whole"))]);
    let interrupted = [begun[0], begun[1], "TASK ERROR: interrupted by signal"];
    assert_eq!(told(&runs(failed("interrupted by signal"), &interrupted)), [(200, Some("interrupted by signal"))]);
    let waiting = ["INFO: trying to get global lock - waiting...", "TASK ERROR: interrupted by signal"];
    assert_eq!(told(&runs(failed("interrupted by signal"), &waiting)), [(200, Some("interrupted by signal"))]);
    assert_eq!(told(&runs(failed("unexpected status"), &[])), [(200, Some("its task was killed before it was whole"))]);
    assert_eq!(told(&runs(TaskStatus::Running, &begun)), [], "what still runs has become nothing yet");
}
