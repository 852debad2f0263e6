//! Tasks that end in their middle: what they had begun is cleaned up as Proxmox does, and no lock is left where it
//! leaves none.

use std::time::Duration;

use proximity::sim::Damage;
use serde_json::{Value, json};

use super::{
    ground::{LXC, TEMPLATE, archive, break_off, config, house, is_there, make, set_lock},
    house::{House, task_path},
};

fn begin(house: &House, method: &str, path: &str, form: &[(&str, &str)], after_ms: u64) -> String {
    let upid = house.begin(method, path, form);
    house.handle().advance(Duration::from_millis(after_ms));
    assert_eq!(house.task(&upid)["status"], "running");
    upid
}

fn lock(house: &House, vmid: u32) -> Option<Value> {
    config(house, vmid).get("lock").cloned()
}

#[test]
fn of_what_was_being_made_nothing_stays() {
    let house = house();
    let form = [("vmid", "950"), ("ostemplate", TEMPLATE), ("rootfs", "local-lvm:1"), ("start", "1")];
    let upid = begin(&house, "POST", LXC, &form, 500);
    break_off(&house, &upid);
    assert!(!is_there(&house, 950));
    let upid = begin(&house, "POST", &format!("{LXC}/215/clone"), &[("newid", "951")], 300);
    break_off(&house, &upid);
    assert!(!is_there(&house, 951) && lock(&house, 215).is_none());
    assert_eq!(house.done("POST", &format!("{LXC}/215/clone"), &[("newid", "951")]), "OK", "and it can be done again");
}

#[test]
fn who_is_told_to_stop_says_so_in_its_own_words() {
    let house = house();
    let stop = |upid: &str| {
        house.call("DELETE", &task_path(upid), &[]);
        house.task(upid)["exitstatus"].clone()
    };
    let form = [("vmid", "950"), ("ostemplate", TEMPLATE), ("rootfs", "local-lvm:1")];
    let upid = begin(&house, "POST", LXC, &form, 500);
    assert_eq!(stop(&upid), "unable to create CT 950 - received interrupt");
    let upid = begin(&house, "POST", &format!("{LXC}/215/clone"), &[("newid", "951")], 300);
    assert_eq!(stop(&upid), "clone failed: interrupted by signal");
    let upid = begin(&house, "POST", &format!("{LXC}/215/migrate"), &[("target", "pve2")], 300);
    assert_eq!(stop(&upid), "migration aborted");
    assert!(!is_there(&house, 950) && !is_there(&house, 951) && lock(&house, 215).is_none());
}

#[test]
fn a_restore_loses_the_old_one_only_after_it_read_the_archive() {
    let house = house();
    make(&house, "950", "files");
    let before = config(&house, 950);
    let volume = archive(&house, 950, Damage::None);
    let form =
        [("vmid", "950"), ("ostemplate", volume.as_str()), ("restore", "1"), ("force", "1"), ("storage", "files")];
    let upid = begin(&house, "POST", LXC, &form, 100);
    break_off(&house, &upid);
    assert_eq!(config(&house, 950), before);
    let upid = begin(&house, "POST", LXC, &form, 500);
    break_off(&house, &upid);
    assert!(!is_there(&house, 950));
    let new = [("vmid", "951"), ("ostemplate", volume.as_str()), ("restore", "1"), ("storage", "files")];
    for after in [100, 500] {
        let upid = begin(&house, "POST", LXC, &new, after);
        break_off(&house, &upid);
        assert!(!is_there(&house, 951));
    }
}

#[test]
fn a_snapshot_that_was_not_taken_is_not_listed() {
    let house = house();
    let upid = begin(&house, "POST", &format!("{LXC}/103/snapshot"), &[("snapname", "one")], 100);
    assert_eq!(lock(&house, 103), Some(json!("snapshot")));
    break_off(&house, &upid);
    assert_eq!(lock(&house, 103), None);
    assert_eq!(house.get(&format!("{LXC}/103/snapshot")).as_array().unwrap().len(), 1);
    // One that waits for its turn has nothing to give back, least of all the lock of another.
    let first = begin(&house, "POST", &format!("{LXC}/104/snapshot"), &[("snapname", "one")], 100);
    house.done("POST", &format!("{LXC}/103/snapshot"), &[("snapname", "one")]);
    house.task(&first);
    house.begin("POST", &format!("{LXC}/103/status/reboot"), &[]);
    let waiting = begin(&house, "POST", &format!("{LXC}/103/snapshot"), &[("snapname", "two")], 10);
    set_lock(&house, 103, Some("snapshot"));
    break_off(&house, &waiting);
    assert_eq!(lock(&house, 103), Some(json!("snapshot")));
}

#[test]
fn a_broken_rollback_or_removal_leaves_its_lock() {
    let house = house();
    let path = format!("{LXC}/103/snapshot");
    house.done("POST", &path, &[("snapname", "one")]);
    let upid = begin(&house, "DELETE", &format!("{path}/one"), &[], 100);
    break_off(&house, &upid);
    assert_eq!(lock(&house, 103), Some(json!("snapshot-delete")));
    set_lock(&house, 103, None);
    let upid = begin(&house, "POST", &format!("{path}/one/rollback"), &[], 100);
    break_off(&house, &upid);
    assert_eq!(lock(&house, 103), Some(json!("rollback")));
    assert_eq!(house.get(&format!("{LXC}/103/status/current"))["status"], "stopped");
}

#[test]
fn a_migration_that_breaks_off_starts_it_again_where_it_was() {
    let house = house();
    let form = [("target", "pve2"), ("restart", "1")];
    let path = format!("{LXC}/103/migrate");
    let state = || house.get(&format!("{LXC}/103/status/current"));
    let upid = begin(&house, "POST", &path, &form, 1_000);
    break_off(&house, &upid);
    assert_eq!((&state()["status"], lock(&house, 103)), (&json!("running"), None), "it was not even off");
    let upid = begin(&house, "POST", &path, &form, 4_000);
    assert_eq!((&state()["status"], &state()["lock"]), (&json!("stopped"), &json!("migrate")));
    break_off(&house, &upid);
    assert_eq!((&state()["status"], lock(&house, 103)), (&json!("running"), None));
}

#[test]
fn a_move_that_breaks_off_leaves_the_volume_where_it_was() {
    let house = house();
    let before = config(&house, 215);
    let form = [("volume", "rootfs"), ("storage", "files"), ("delete", "1")];
    let upid = begin(&house, "POST", &format!("{LXC}/215/move_volume"), &form, 300);
    assert_eq!(lock(&house, 215), Some(json!("disk")));
    break_off(&house, &upid);
    assert_eq!(config(&house, 215), before);
}
