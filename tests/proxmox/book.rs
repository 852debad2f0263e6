//! The error book. What must hold: the operator reads what happened, why, and what to do, whatever Proxmox said.

use proptest::prelude::*;
use proximity::{
    domain::fault::{Fault, FaultCode, FaultKind},
    proxmox::{Call, ClientError, Method, explain_task},
};

use super::host::Host;

fn call() -> Call {
    Call { method: Method::Post, path: "/nodes/pve1/lxc/100/status/start".into() }
}

fn refused(text: &str) -> Fault {
    ClientError::Refused { call: call(), status: 500, text: text.into(), errors: Vec::new() }.into()
}

fn task(exit: &str, log: &[&str]) -> Fault {
    explain_task(exit, log, "jellyfin")
}

#[test]
fn a_missing_bridge_is_named_wherever_it_stands() {
    let direct = task("bridge 'vmbr77' does not exist", &[]);
    let log = [
        "lxc_init: 843 Failed to run lxc.hook.pre-start",
        "bridge 'vmbr77' does not exist",
        "TASK ERROR: startup for container '201' failed",
    ];
    let in_log = task("startup for container '201' failed", &log);
    for fault in [direct, in_log] {
        assert!(fault.why.contains("vmbr77") && fault.remedy.contains("vmbr77"), "{fault}");
        assert!(fault.what.contains("jellyfin"));
    }
}

#[test]
fn a_container_that_breaks_off_without_a_reason_says_where_to_look() {
    let fault = task("startup for container '380' failed", &["sync_wait: 34 An error occurred in another process"]);
    assert!(fault.remedy.contains("pct start 380 --debug"), "{fault}");
    let ended = task("unable to get PID for CT 380 (not running?)", &[]);
    assert!(ended.why.contains("ended at once"), "{ended}");
}

#[test]
fn a_lock_is_named_and_may_pass() {
    let fault = task("CT is locked (backup)", &[]);
    assert_eq!((fault.code, fault.kind), (FaultCode::Busy, FaultKind::Passing));
    assert!(fault.why.contains("backup") && fault.remedy.contains("pct unlock"));
    let file = refused("can't lock file '/run/lock/lxc/pve-config-200.lock' - got timeout");
    assert_eq!((file.code, file.kind), (FaultCode::Busy, FaultKind::Passing));
}

#[test]
fn a_cluster_without_quorum_is_told() {
    let fault = refused("cluster not ready - no quorum?");
    assert!(fault.why.contains("quorum") && fault.remedy.contains("pvecm expected 1"), "{fault}");
}

#[test]
fn a_missing_privilege_comes_with_its_command() {
    let error = |who: &str, text: &str| -> Fault {
        ClientError::Forbidden { call: call(), who: who.into(), text: text.into() }.into()
    };
    let text = "Permission check failed (/vms/100, VM.PowerMgmt)";
    let fault = error("ops@pve", text);
    assert_eq!(fault.code, FaultCode::Refused);
    assert!(fault.remedy.ends_with("pveum acl modify /vms/100 --users 'ops@pve' --roles PVEVMUser"), "{fault}");
    let of_token = error("ops@pve!deck", text);
    assert!(of_token.remedy.contains("--users 'ops@pve' --tokens 'ops@pve!deck'"), "{of_token}");
    let of_root = error("root@pam!deck", text);
    assert!(!of_root.remedy.contains("--users") && of_root.remedy.contains("--tokens 'root@pam!deck'"), "{of_root}");
    let several = error("ops@pve", "Permission check failed (/vms/100, VM.Config.Disk|VM.Config.CPU)");
    assert!(several.why.contains("VM.Config.Disk or VM.Config.CPU") && several.remedy.contains("PVEVMAdmin"));
    let unusual = error("ops@pve", "Permission check failed (/, Sys.Modify)");
    assert!(unusual.remedy.contains("pveum role add Proximity-Sys-Modify --privs Sys.Modify"), "{unusual}");
    let unnamed = error("ops@pve!deck", "Permission check failed");
    assert!(unnamed.why.contains("twice"), "{unnamed}");
    let root_only = error("ops@pve", "Permission check failed (mount point type bind is only allowed for root@pam)");
    assert!(root_only.why.contains("root@pam alone"), "{root_only}");
}

/// A privilege may also be missing inside a task, which was taken all the same.
#[tokio::test]
async fn a_task_that_lacks_a_privilege_names_our_login() {
    let host = Host::saying(super::host::Reply::Cut).await;
    let exit = "403 Permission check failed (/vms/320, VM.Backup)";
    let fault = host.client().explain_task(exit, &[] as &[&str], "jellyfin");
    assert!(fault.remedy.contains("'admin@pve!deck'") && fault.remedy.contains("/vms/320"), "{fault}");
}

#[test]
fn a_guest_that_runs_already_is_told_so() {
    assert!(refused("CT 200 already running").why.contains("running already"));
    assert!(refused("VM 200 not running").why.contains("not running"));
    assert!(refused("you can't start a CT if it's a template").remedy.contains("clone"));
}

#[test]
fn a_killed_task_says_to_look_first() {
    let fault = task("unexpected status", &[]);
    assert!(fault.why.contains("killed") && fault.remedy.contains("look"), "{fault}");
}

#[test]
fn where_the_exit_says_nothing_the_log_speaks() {
    let log = [
        "INFO: Starting Backup of VM 101 (lxc)",
        "ERROR: Backup of VM 101 failed - odd thing",
        "INFO: Failed at 10:04",
        "TASK ERROR: job errors",
    ];
    assert_eq!(task("job errors", &log).why, "Backup of VM 101 failed - odd thing");
}

/// A log tells much by the way; what the task itself ended with counts more.
#[test]
fn the_exit_counts_more_than_the_log() {
    let fault = task("CT is locked (backup)", &["bridge 'vmbr9' does not exist", "TASK ERROR: CT is locked (backup)"]);
    assert!(fault.why.contains("backup"), "{fault}");
}

/// What Proxmox is known to say, and a word that the remedy must have.
const KNOWN: [(&str, &str); 56] = [
    ("Permission check failed (/vms/100, VM.Allocate)", "pveum"),
    ("Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)", "pct set"),
    ("Permission check failed (mount point type bind is only allowed for root@pam)", "pct set"),
    ("Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.", "volume"),
    ("Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)", "PVESDNUser"),
    ("CT 100 already exists on node 'pve1'", "next free"),
    ("unable to create CT 370 - CT 370 already exists on node 'pve1'", "next free"),
    ("VM 100 already exists on node 'pve1'", "next free"),
    ("CT is locked (snapshot)", "pct unlock"),
    ("can't lock file '/run/lock/lxc/pve-config-100.lock' - got timeout", "ten seconds"),
    ("cluster not ready - no quorum?", "pvecm expected 1"),
    ("storage 'nas' is not online", "nas"),
    ("storage 'nas' is disabled", "enable nas"),
    ("storage 'nas' is not available on node 'pve2'", "pve2"),
    ("storage 'nas' does not support container directories", "Container"),
    ("content type 'rootdir' is not available on storage 'nas'", "Container"),
    ("write failed: No space left on device", "free space"),
    ("insufficient free space", "free space"),
    ("Thin pool pve-data-tpool (253:4) transaction_id is 5, while expected 6", "lvs"),
    ("Cannot create new thin volume, free space in thin pool pve/data reached threshold.", "lvs"),
    ("unsupported debian version '13.1'", "up to date"),
    ("unsupported Ubuntu version '26.04'", "up to date"),
    ("startup for container '100' failed", "pct start 100 --debug"),
    ("bridge 'vmbr1' does not exist", "vmbr1"),
    ("snapshot feature is not available", "backup"),
    ("can't rollback, 'old' is not most recent snapshot on 'vm-100-disk-0'", "newer"),
    ("can't migrate running container without --online or --restart", "restart"),
    ("lxc live migration is currently not implemented", "restart"),
    ("can't migrate local volume 'local-lvm:vm-100-disk-0': no such storage", "storage"),
    ("cannot migrate local bind mount point 'mp0'", "shared"),
    ("can't migrate 'zfs:subvol-100' as it's a clone of 'base-9-disk-0'", "full clone"),
    ("non-migratable snapshot exists", "snapshots"),
    ("mode failure - some volumes do not support snapshots", "lvmthin"),
    ("There is a max backup limit of 3 enforced by the target storage or the vzdump parameters.", "old backup"),
    ("checksum mismatch: got 'a' != expect 'b'", "again"),
    ("download failed: exit code 4", "DNS"),
    ("download failed: exit code 5", "clock"),
    ("download failed: exit code 8", "address"),
    ("refusing to override existing file 'nginx.tar'", "delete"),
    ("can't remove CT 100 - protection mode enabled", "protection"),
    ("unable to remove CT 100 - used in HA resources and purge parameter not set.", "ha-manager remove"),
    ("open sysctl net.ipv4.ip_unprivileged_port_start file: reopen fd 8: permission denied", "lxc-pve"),
    ("unexpected status", "look"),
    ("detected modified configuration - file changed by other user? Try again.", "again"),
    ("unable to detect OS distribution", "unmanaged"),
    ("Install 'skopeo' to pull images", "apt install skopeo"),
    ("URI '/access/ticket' not available with API token, need proper ticket.", "password"),
    ("Configuration file 'nodes/pve1/lxc/100.conf' does not exist", "refresh"),
    ("can't overwrite running container", "new number"),
    ("hostname lookup 'nope' failed - failed to get address info", "refresh"),
    ("unable to clone mountpoint 'mp1' (type bind)", "mp1"),
    ("Storage does not support moving of this disk to another container", "storage of another type"),
    ("unable to find VM '999'", "refresh"),
    ("container did not stop", "console"),
    ("cannot remove protected volume 'backup/x.tar.zst' on 'bak'", "protection"),
    ("Failed to obtain guest migration lock - replication running?", "again"),
];

#[test]
fn the_book_knows_what_proxmox_is_known_to_say() {
    for (text, word) in KNOWN {
        for fault in [refused(text), task(text, &[])] {
            assert!(fault.remedy.contains(word), "{text}: {fault}");
            assert!(!fault.why.contains('{') && !fault.remedy.contains("{0}"), "{text}: {fault}");
        }
    }
}

/// The reason behind the proxy is told as well.
#[test]
fn a_node_whose_certificate_its_host_does_not_trust_is_told() {
    let error = ClientError::Behind { call: call(), status: 596, reason: "certificate verify failed".into() };
    assert!(Fault::from(error).why.contains("pvecm updatecerts"));
}

/// A value that was refused is named, whatever it is.
#[test]
fn a_refused_value_is_told_in_proxmox_s_words() {
    let error = |name: &str, complaint: &str| -> Fault {
        let errors = vec![(name.to_owned(), complaint.to_owned())];
        ClientError::Refused { call: call(), status: 400, text: "Parameter verification failed.".into(), errors }.into()
    };
    let odd = error("cores", "value must have a maximum value of 8192");
    assert!(odd.why.contains("cores: value must have") && odd.remedy.contains("another value"), "{odd}");
    let unknown = error("env", "property is not defined in schema and the schema does not allow additional properties");
    assert!(unknown.why.contains("does not know the option env") && unknown.remedy.contains("up to date"), "{unknown}");
    let schedule = error("schedule", "invalid format - invalid calendar event 'every day'");
    assert!(schedule.why.contains("every day") && schedule.remedy.contains("mon..fri"), "{schedule}");
}

#[test]
fn what_the_book_does_not_know_is_told_in_proxmox_s_words() {
    assert_eq!(task("some new trouble 42", &["TASK ERROR: some new trouble 42"]).why, "some new trouble 42");
    assert_eq!(refused("some new trouble 42").why, "some new trouble 42");
    assert_eq!(refused("").why, "it gave no reason");
}

proptest! {
    #[test]
    fn every_failure_has_all_three_parts(exit in ".{0,60}", log in proptest::collection::vec(".{0,60}", 0..4), status in 0u16..999) {
        let error = ClientError::Refused { call: call(), status, text: exit.clone(), errors: vec![(exit.clone(), exit.clone())] };
        for fault in [explain_task(&exit, &log, "x"), error.into()] {
            prop_assert!(!fault.what.is_empty() && !fault.why.trim().is_empty() && !fault.remedy.is_empty(), "{fault:?}");
        }
    }
}
