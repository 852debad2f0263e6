//! Backups: one on a node at a time, each guest locked while it is its turn.

use std::time::Duration;

use serde_json::json;

use super::house::{House, task_path};

fn lock(house: &House, vmid: u32) -> Option<serde_json::Value> {
    house.get(&format!("/nodes/pve1/lxc/{vmid}/status/current")).get("lock").cloned()
}

#[test]
fn a_backup_locks_its_guest_and_leaves_an_archive() {
    let house = House::demo();
    let form = [
        ("vmid", "103"),
        ("storage", "backup"),
        ("compress", "zstd"),
        ("notes-template", "{{guestname}}"),
        ("protected", "1"),
    ];
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &form);
    assert_eq!(lock(&house, 103), Some(json!("backup")));
    assert_eq!(
        house.call("PUT", "/nodes/pve1/lxc/103/config", &[("cores", "2")]).line(),
        (500, "CT is locked (backup)")
    );
    house.handle().settle();
    assert_eq!((house.task(&upid)["exitstatus"].clone(), lock(&house, 103)), (json!("OK"), None));
    let log = house.log(&upid);
    for line in [
        "INFO: Starting Backup of VM 103 (lxc)",
        "INFO: status = running",
        "INFO: CT Name: vaultwarden",
        "INFO: Backup job finished successfully",
    ] {
        assert!(log.iter().any(|said| said == line), "no {line:?} in {log:#?}");
    }
    let archive =
        log.iter().find_map(|line| line.strip_prefix("INFO: creating vzdump archive '/mnt/pve/backup/dump/")).unwrap();
    let volume = format!("backup:backup/{}", archive.trim_end_matches('\''));
    let rows = house.get("/nodes/pve1/storage/backup/content?content=backup&vmid=103");
    let row = rows.as_array().unwrap().iter().find(|row| row["volid"] == json!(volume)).unwrap();
    assert_eq!(
        (&row["notes"], &row["protected"], &row["format"]),
        (&json!("vaultwarden"), &json!(1), &json!("tar.zst"))
    );
}

#[test]
fn the_second_backup_of_a_node_waits_for_the_first() {
    let house = House::demo();
    house.begin("POST", "/nodes/pve1/vzdump", &[("vmid", "101"), ("storage", "backup")]);
    let second = house.begin("POST", "/nodes/pve1/vzdump", &[("vmid", "103"), ("storage", "backup")]);
    assert_eq!(house.log(&second), ["INFO: trying to get global lock - waiting..."]);
    assert_eq!((lock(&house, 101), lock(&house, 103)), (Some(json!("backup")), None));
    house.handle().settle();
    assert_eq!(house.task(&second)["exitstatus"], "OK");
    assert_eq!(house.log(&second)[1], "INFO: got global lock");
}

#[test]
fn several_guests_are_one_task_that_tells_which_failed() {
    let house = House::demo();
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &[("vmid", "103,216,777"), ("storage", "backup")]);
    assert_eq!(upid.split(':').nth(6), Some(""), "no id of its own");
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "job errors");
    let log = house.log(&upid);
    for line in [
        "ERROR: Backup of VM 216 failed - CT is locked (backup)",
        "ERROR: Backup of VM 777 failed - unable to find VM '777'",
    ] {
        assert!(log.iter().any(|said| said == line), "no {line:?} in {log:#?}");
    }
    assert_eq!(lock(&house, 216), Some(json!("backup")), "a lock of somebody else stays");
    assert_eq!(lock(&house, 103), None);
}

#[test]
fn an_aborted_backup_gives_the_lock_back_and_keeps_nothing() {
    let house = House::demo();
    let before = house.get("/nodes/pve1/storage/backup/content");
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &[("vmid", "103"), ("storage", "backup"), ("bwlimit", "10")]);
    house.handle().advance(Duration::from_secs(5));
    assert_eq!(lock(&house, 103), Some(json!("backup")));
    house.call("DELETE", &task_path(&upid), &[]);
    assert_eq!(house.task(&upid)["exitstatus"], "job errors");
    assert_eq!(house.log(&upid).last().unwrap(), "TASK ERROR: job errors");
    assert_eq!(lock(&house, 103), None);
    assert_eq!(house.get("/nodes/pve1/storage/backup/content"), before);
}

#[test]
fn a_storage_without_backups_shows_in_the_task() {
    let house = House::demo();
    let why = "could not get storage information for 'local-lvm': can't use storage 'local-lvm' for backups - wrong content type";
    assert_eq!(house.done("POST", "/nodes/pve1/vzdump", &[("vmid", "103"), ("storage", "local-lvm")]), why);
    let elsewhere = house.call("POST", "/nodes/pve1/vzdump", &[("vmid", "109"), ("storage", "backup")]);
    assert_eq!(elsewhere.json()["data"], "OK", "no guest of this node, no task");
}

#[test]
fn archives_do_not_pile_up_forever() {
    let house = House::demo();
    let count = || house.get("/nodes/pve2/storage/backup/content?vmid=106").as_array().unwrap().len();
    let before = count();
    house.handle().advance(Duration::from_secs(7 * 60 * 20));
    assert_eq!(count(), before + 20);
    house.handle().advance(Duration::from_secs(7 * 60 * 400));
    assert_eq!(count(), 100);
}
