//! How a backup goes, read from its log; logs of a real Proxmox VE are read in `recorded`.

use std::time::Duration;

use proximity::{
    domain::ids::Vmid,
    proxmox::backup::{BackupEnd, BackupMode, BackupPhase, BackupProgress, Weakened, read_backup_log},
};

const SUSPENDED: [&str; 26] = [
    "INFO: trying to get global lock - waiting...",
    "INFO: got global lock",
    "INFO: starting new backup job: vzdump 341 --storage bak --mode snapshot --prune-backups 'keep-last=1'",
    "INFO: Starting Backup of VM 341 (lxc)",
    "INFO: Backup started at 2026-11-20 11:04:02",
    "INFO: status = running",
    "INFO: CT Name: bk341",
    "INFO: including mount point rootfs ('/') in backup",
    "INFO: excluding volume mount point mp0 ('/data') from backup (disabled)",
    "INFO: mode failure - some volumes do not support snapshots",
    "INFO: trying 'suspend' mode instead",
    "INFO: backup mode: suspend",
    "INFO: CT Name: bk341",
    "INFO: including mount point rootfs ('/') in backup",
    "INFO: excluding volume mount point mp0 ('/data') from backup (disabled)",
    "INFO: starting first sync /proc/22646/root/ to /mnt/backup/dump/vzdump-lxc-341-2026_11_20-11_04_02.tmp",
    "INFO: suspending guest",
    "INFO: starting final sync /proc/22646/root/ to /mnt/backup/dump/vzdump-lxc-341-2026_11_20-11_04_02.tmp",
    "INFO: guest is online again after <1 seconds",
    "INFO: creating vzdump archive '/mnt/backup/dump/vzdump-lxc-341-2026_11_20-11_04_02.tar.gz'",
    "INFO: Total bytes written: 2508800 (2.4MiB, 18MiB/s)",
    "INFO: archive file size: 1.5GB",
    "INFO: prune older backups with retention: keep-last=1",
    "INFO: Finished Backup of VM 341 (01:00:42)",
    "INFO: Backup job finished successfully",
    "TASK OK",
];

fn after(lines: usize) -> BackupProgress {
    read_backup_log(&SUSPENDED[..lines])
}

#[test]
fn a_backup_is_followed_step_by_step() {
    assert!(after(1).is_waiting && !after(2).is_waiting);
    let phases: Vec<_> = [4, 16, 17, 18, 20, 22, 24].map(|lines| after(lines).guests[0].phase.clone()).into();
    assert_eq!(
        phases,
        [
            BackupPhase::Preparing,
            BackupPhase::Copying,
            BackupPhase::Suspended,
            BackupPhase::Suspended,
            BackupPhase::Writing,
            BackupPhase::Finishing,
            BackupPhase::Done
        ]
    );
    assert_eq!((after(24).end, after(25).end), (None, Some(BackupEnd::Good)));
}

#[test]
fn a_weaker_mode_is_told_with_its_reason() {
    assert_eq!(after(9).guests[0].weakened, None);
    let progress = after(26);
    let guest = &progress.guests[0];
    let why = "some volumes do not support snapshots".into();
    assert_eq!(guest.weakened, Some(Weakened { to: Some(BackupMode::Suspend), why }));
    assert_eq!(guest.mode, Some(BackupMode::Suspend));
    assert_eq!(guest.left_out.iter().map(|path| &**path).collect::<Vec<_>>(), ["/data"], "told twice, counted once");
    assert_eq!(guest.name.as_deref(), Some("bk341"));
    assert_eq!((guest.written, guest.size), (Some(2_508_800), Some(3 << 29)));
    assert_eq!(guest.took, Some(Duration::from_secs(3642)));
    let volume = guest.volume.as_ref().unwrap().to_string();
    assert_eq!(volume, "bak:backup/vzdump-lxc-341-2026_11_20-11_04_02.tar.gz");
}

#[test]
fn an_archive_of_a_backup_server_is_found_by_its_name() {
    let log = [
        "INFO: starting new backup job: vzdump 100 --storage pbs",
        "INFO: Starting Backup of VM 100 (lxc)",
        "INFO: creating Proxmox Backup Server archive 'ct/100/2026-01-01T00:00:00Z'",
    ];
    let progress = read_backup_log(&log);
    let volume = progress.guests[0].volume.as_ref().unwrap();
    assert_eq!(volume.to_string(), "pbs:backup/ct/100/2026-01-01T00:00:00Z");
    assert_eq!(progress.guests[0].phase, BackupPhase::Writing);
}

#[test]
fn a_failure_of_one_guest_is_no_failure_of_the_next() {
    let log = [
        "INFO: starting new backup job: vzdump 101 102 --storage bak",
        "INFO: Starting Backup of VM 101 (lxc)",
        "INFO: creating vzdump archive '/x/vzdump-lxc-101-a.tar.gz'",
        "ERROR: Backup of VM 101 failed - command 'tar' failed: exit code 2",
        "INFO: Failed at 2026-11-20 10:04:42",
        "INFO: Finished Backup of VM 101 (00:00:01)",
        "INFO: Starting Backup of VM 102 (lxc)",
        "INFO: Finished Backup of VM 102 (00:00:01)",
        "ERROR: Backup of VM 999 failed - unable to find VM '999'",
        "INFO: Backup job finished with errors",
        "TASK ERROR: job errors",
    ];
    let progress = read_backup_log(&log);
    let told: Vec<_> = progress.guests.iter().map(|guest| (guest.vmid, guest.phase.clone())).collect();
    let failed = |why: &str| BackupPhase::Failed(why.into());
    assert_eq!(
        told,
        [
            (Vmid(101), failed("command 'tar' failed: exit code 2")),
            (Vmid(102), BackupPhase::Done),
            (Vmid(999), failed("unable to find VM '999'"))
        ]
    );
    assert_eq!(progress.end, Some(BackupEnd::WithErrors));
}

#[test]
fn a_failure_as_a_whole_keeps_its_reason() {
    let log = ["TASK ERROR: could not get storage information for 'btr': wrong content type"];
    let why = "could not get storage information for 'btr': wrong content type".into();
    assert_eq!(read_backup_log(&log).end, Some(BackupEnd::Failed(why)));
}

#[test]
fn odd_lines_are_taken_in_good_part() {
    let odd = [
        "INFO: creating 'x",
        "INFO: Starting Backup of VM x (lxc)",
        "INFO: archive file size: 9e99EB",
        "ERROR: Backup of VM",
        "INFO: Finished Backup of VM 5 (99999999999999999999:1:1)",
        "INFO: excluding ('",
        "",
        "TASK WARNINGS: 2",
    ];
    let progress = read_backup_log(&odd);
    assert!(progress.guests.is_empty() && progress.end == Some(BackupEnd::Good));
}
