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
