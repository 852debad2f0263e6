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
    let house = House::unsaved();
    let count = || house.get("/nodes/pve2/storage/backup/content?vmid=110").as_array().unwrap().len();
    let before = count();
    house.handle().advance(Duration::from_secs(7 * 60 * 20));
    assert_eq!(count(), before + 20);
    house.handle().advance(Duration::from_secs(7 * 60 * 400));
    assert_eq!(count(), 100);
}

fn said(house: &House, form: &[(&str, &str)]) -> Vec<String> {
    let upid = house.begin("POST", "/nodes/pve1/vzdump", form);
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "OK", "{:#?}", house.log(&upid));
    house.log(&upid)
}

fn in_order(log: &[String], lines: &[&str]) {
    let mut at = 0;
    for line in lines {
        let found = log[at..].iter().position(|said| said.starts_with(line));
        at += 1 + found.unwrap_or_else(|| panic!("no {line:?} after line {at} of {log:#?}"));
    }
}

#[test]
fn a_backup_in_stop_mode_stops_its_guest_and_starts_it_again() {
    let house = House::demo();
    let form = [("vmid", "103"), ("storage", "backup"), ("mode", "stop"), ("compress", "gzip")];
    let uptime = || house.get("/nodes/pve1/lxc/103/status/current")["uptime"].as_u64().unwrap();
    let before = uptime();
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &form);
    house.handle().advance(Duration::from_millis(900));
    let state = house.get("/nodes/pve1/lxc/103/status/current");
    assert_eq!((&state["status"], &state["lock"]), (&json!("stopped"), &json!("backup")));
    house.handle().settle();
    assert!(uptime() < 60 && before > 60, "it ran for {before} s before, {} s now", uptime());
    in_order(
        &house.log(&upid),
        &[
            "INFO: starting new backup job: vzdump 103 --compress gzip --mode stop",
            "INFO: backup mode: stop",
            "INFO: ionice priority: 7",
            "INFO: CT Name: vaultwarden",
            "INFO: including mount point rootfs ('/') in backup",
            "INFO: stopping virtual guest",
            "INFO: creating vzdump archive '/mnt/pve/backup/dump/vzdump-lxc-103-",
            "INFO: Total bytes written: ",
            "INFO: archive file size: ",
            "INFO: restarting vm",
            "INFO: guest is online again after ",
            "INFO: Finished Backup of VM 103 (00:00:",
            "INFO: notified via target `mail-to-root`",
            "TASK OK",
        ],
    );
}

#[test]
fn a_backup_in_stop_mode_that_is_broken_off_starts_its_guest_again() {
    let house = House::demo();
    let form = [("vmid", "103"), ("storage", "backup"), ("mode", "stop"), ("bwlimit", "10")];
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &form);
    house.handle().advance(Duration::from_secs(5));
    house.call("DELETE", &task_path(&upid), &[]);
    assert_eq!(house.get("/nodes/pve1/lxc/103/status/current")["status"], "running");
    let log = house.log(&upid);
    in_order(
        &log,
        &[
            "INFO: restarting vm",
            "ERROR: Backup of VM 103 failed - command 'set -o pipefail",
            "INFO: Failed at",
            "TASK ERROR: job errors",
        ],
    );
    assert!(log.iter().any(|line| line.ends_with("failed: interrupted by signal")));
}

#[test]
fn what_makes_no_snapshots_is_suspended_instead() {
    let house = House::demo();
    house.handle().with(|datacenter| {
        let guest = datacenter.guests.get_mut(&103).unwrap();
        guest.config.insert("rootfs".into(), json!("local:103/vm-103-disk-0.raw,size=4G"));
    });
    in_order(
        &said(&house, &[("vmid", "103"), ("storage", "backup"), ("compress", "zstd")]),
        &[
            "INFO: CT Name: vaultwarden",
            "INFO: including mount point rootfs ('/') in backup",
            "INFO: mode failure - some volumes do not support snapshots",
            "INFO: trying 'suspend' mode instead",
            "INFO: backup mode: suspend",
            "INFO: CT Name: vaultwarden",
            "INFO: temporary directory is on NFS",
            "INFO: starting first sync /proc/",
            "INFO: first sync finished - transferred ",
            "INFO: suspending guest",
            "INFO: resuming guest",
            "INFO: guest is online again after <1 seconds",
            "INFO: creating vzdump archive",
        ],
    );
}

#[test]
fn a_backup_server_takes_backups_under_its_own_names() {
    let house = House::demo();
    let log =
        said(&house, &[("vmid", "103"), ("storage", "pbs"), ("notes-template", "{{cluster}}/{{node}}\\nno. {{vmid}}")]);
    in_order(
        &log,
        &[
            "INFO: creating Proxmox Backup Server archive 'ct/103/2026-11-20T12:00:00Z'",
            "INFO: root.pxar: had to backup ",
        ],
    );
    let rows = house.get("/nodes/pve1/storage/pbs/content?vmid=103");
    let row = &rows[0];
    assert_eq!(
        (&row["volid"], &row["format"], &row["notes"]),
        (&json!("pbs:backup/ct/103/2026-11-20T12:00:00Z"), &json!("pbs-ct"), &json!("homelab/pve1"))
    );
    let one = house.get("/nodes/pve1/storage/pbs/content/pbs:backup%2Fct%2F103%2F2026-11-20T12%3A00%3A00Z");
    assert_eq!(one["notes"], "homelab/pve1\nno. 103");
}

#[test]
fn guests_are_chosen_by_pool_or_all_but_some_or_twice() {
    let house = House::unsaved();
    house.call("POST", "/pools", &[("poolid", "apps")]);
    house.call("PUT", "/pools", &[("poolid", "apps"), ("vms", "103,104,105")]);
    let log = said(&house, &[("pool", "apps"), ("storage", "backup")]);
    in_order(
        &log,
        &[
            "INFO: skip external VMs: 105",
            "INFO: Starting Backup of VM 103 (lxc)",
            "INFO: Starting Backup of VM 104 (lxc)",
        ],
    );
    let twice = "/nodes/pve1/vzdump?vmid=103&vmid=104";
    let upid = house.begin("POST", twice, &[("storage", "backup")]);
    assert_eq!(upid.split(':').nth(6), Some(""), "both are taken");
    house.handle().settle();
    let excluded = (100..=1_000).filter(|vmid| *vmid != 103).map(|vmid| vmid.to_string()).collect::<Vec<_>>().join(",");
    let log = said(&house, &[("exclude", &excluded), ("storage", "backup")]);
    let turns: Vec<_> = log.iter().filter(|line| line.starts_with("INFO: Starting Backup")).collect();
    assert_eq!(turns, ["INFO: Starting Backup of VM 103 (lxc)"]);
}

#[test]
fn a_backup_is_refused_in_the_words_of_the_real_one() {
    let house = House::demo();
    let errors = |form: &[(&str, &str)]| house.call("POST", "/nodes/pve1/vzdump", form).json()["errors"].clone();
    assert_eq!(errors(&[("vmid", "103"), ("all", "1")])["all"], "option conflicts with option 'vmid'");
    assert_eq!(errors(&[("storage", "backup")])["vmid"], "property is missing");
    assert_eq!(errors(&[("vmid", "103"), ("tmpdir", "/tmp")])["tmpdir"], "Only root may set this option.");
    let notes = errors(&[("vmid", "103"), ("storage", "backup"), ("notes-template", "{{who}} \\x")]);
    assert_eq!(notes["notes-template"], "found unknown: escape sequence '\\x' at char 8, variable 'who' at char 4\n");
    house.handle().with(|datacenter| {
        datacenter.access.grant("/storage/backup", "guest@pve", "PVEDatastoreUser");
        datacenter.access.grant("/vms/103", "guest@pve", "PVEVMAdmin");
    });
    let login = house.ticket("guest@pve", "guest-sees-little");
    let knock = |form: &[(&str, &str)]| house.knock(&login, "POST", "/nodes/pve1/vzdump", form);
    let denied = knock(&[("vmid", "103"), ("storage", "backup"), ("prune-backups", "keep-last=1")]);
    assert_eq!(denied.line(), (403, "Permission check failed (/storage/backup, Datastore.Allocate)"));
    let denied = knock(&[("vmid", "103"), ("storage", "backup"), ("bwlimit", "10")]);
    assert_eq!(denied.line(), (403, "Permission check failed (/, Sys.Modify)"));
    let denied = knock(&[("vmid", "103"), ("storage", "local")]);
    assert_eq!(denied.line(), (403, "Permission check failed (/storage/local, Datastore.AllocateSpace)"));
    assert_eq!(knock(&[("vmid", "103"), ("storage", "backup"), ("protected", "1")]).status, 200);
}
