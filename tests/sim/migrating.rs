//! To another node: offline, with a restart, and not at all.

use std::time::Duration;

use proximity::sim::Condition;
use serde_json::json;

use super::{
    ground::{LXC, assert_died, config, cut_power, house, make, set_condition},
    house::House,
};

fn migrate(house: &House, vmid: u32, form: &[(&str, &str)]) -> (String, Vec<String>) {
    let upid = house.begin("POST", &format!("{LXC}/{vmid}/migrate"), form);
    assert_eq!(upid.split(':').nth(5), Some("vzmigrate"));
    house.handle().settle();
    (house.task(&upid)["exitstatus"].as_str().unwrap().to_owned(), house.log(&upid))
}

/// What is written behind the time.
fn said(log: &[String], text: &str) -> bool {
    log.iter().any(|line| line.get(20..).is_some_and(|rest| rest.contains(text)))
}

const TO_PVE2: &[(&str, &str)] = &[("target", "pve2")];

#[test]
fn a_stopped_one_goes_with_its_disks() {
    let house = house();
    make(&house, "950", "local-lvm");
    let (exit, log) = migrate(&house, 950, TO_PVE2);
    assert_eq!(exit, "OK");
    for text in [
        "starting migration of CT 950 to node 'pve2' (127.77.0.12)",
        "found local volume 'local-lvm:vm-950-disk-1' (in current VM config)",
        "volume 'local-lvm:vm-950-disk-0' is 'local-lvm:vm-950-disk-0' on the target",
        "start final cleanup",
        "migration finished successfully (duration 00:00:",
    ] {
        assert!(said(&log, text), "no {text:?} in {log:#?}");
    }
    let gone = "Configuration file 'nodes/pve1/lxc/950.conf' does not exist";
    assert_died(&house, "GET", &format!("{LXC}/950/config"), &[], gone);
    assert!(house.get("/nodes/pve2/lxc/950/config").get("lock").is_none());
}

#[test]
fn a_running_one_is_shut_down_and_started_there() {
    let house = house();
    let form = [("target", "pve2"), ("restart", "1")];
    let upid = house.begin("POST", &format!("{LXC}/103/migrate"), &form);
    let mut seen = Vec::new();
    for _ in 0..400 {
        house.handle().advance(Duration::from_millis(100));
        let rows = house.get("/cluster/resources?type=vm");
        let row = rows.as_array().unwrap().iter().find(|row| row["vmid"] == 103).unwrap().clone();
        seen.push((row["node"].clone(), row["status"].clone(), row.get("lock").is_some()));
    }
    seen.dedup();
    let step = |node: &str, status: &str, locked: bool| (json!(node), json!(status), locked);
    let way = [step("pve1", "running", false), step("pve1", "stopped", true), step("pve2", "running", false)];
    assert_eq!(seen, way);
    let log = house.log(&upid);
    assert!(said(&log, "shutdown CT 103") && said(&log, "start container on target node"), "{log:#?}");
    assert_eq!(house.task(&upid)["exitstatus"], "OK");
}

#[test]
fn what_speaks_against_it_at_once() {
    let house = house();
    let path = format!("{LXC}/103/migrate");
    let local = house.call("POST", &path, &[("target", "pve1")]).json()["errors"].take();
    assert_eq!(local, json!({ "target": "target is local node." }));
    assert_died(&house, "POST", &path, &[("target", "x")], "no such cluster node 'x'");
    assert_died(&house, "POST", &path, TO_PVE2, "can't migrate running container without --online or --restart");
    let form = [("target", "nas"), ("target-storage", "local-lvm"), ("restart", "1")];
    assert_died(&house, "POST", &path, &form, "storage 'local-lvm' is not available on node 'nas'");
    let form = [("target", "pve2"), ("target-storage", "backup"), ("restart", "1")];
    assert_died(&house, "POST", &path, &form, "storage 'backup' does not support CT rootdirs");
}

#[test]
fn what_speaks_against_it_in_the_task_leaves_it_running() {
    let house = house();
    let aborted = |vmid: u32, form: &[(&str, &str)], why: &str| {
        let (exit, log) = migrate(&house, vmid, form);
        assert_eq!(exit, "migration aborted", "{log:#?}");
        assert!(said(&log, "ERROR: migration aborted (duration 00:00:0"), "{log:#?}");
        assert!(said(&log, why), "no {why:?} in {log:#?}");
        assert!(config(&house, vmid).get("lock").is_none());
    };
    aborted(103, &[("target", "pve2"), ("online", "1")], "lxc live migration is currently not implemented");
    let not_there = "storage 'local-lvm' is not available on node 'nas'";
    aborted(103, &[("target", "nas"), ("restart", "1")], not_there);
    let mapped = [("target", "nas"), ("restart", "1"), ("target-storage", "tank")];
    aborted(103, &mapped, "cannot migrate from storage type 'lvmthin' to 'zfspool'");
    assert_eq!(house.get(&format!("{LXC}/103/status/current"))["status"], "running", "started again");
    house.done("POST", &format!("{LXC}/103/snapshot"), &[("snapname", "one")]);
    let restart = [("target", "pve2"), ("restart", "1")];
    aborted(103, &restart, "can't migrate local volume 'local-lvm:vm-103-disk-0': non-migratable snapshot exists");
    house.done("DELETE", &format!("{LXC}/103/snapshot/one"), &[]);
    let bind = |text: &'static str| {
        house.handle().with(|datacenter| {
            datacenter.guests.get_mut(&215).unwrap().config.insert("mp0".into(), json!(text));
        });
    };
    bind("/srv,mp=/srv");
    aborted(215, TO_PVE2, "cannot migrate local bind mount point 'mp0'");
    bind("/srv,mp=/srv,shared=1");
    assert_eq!(migrate(&house, 215, TO_PVE2).0, "OK");
    assert_eq!(migrate(&house, 216, TO_PVE2).1.last().unwrap(), "TASK ERROR: migration aborted");
    cut_power(&house, "pve2");
    aborted(104, &restart, "Can't connect to destination address using public key");
}

#[test]
fn a_deaf_one_does_not_leave_and_a_full_target_sends_it_back() {
    let house = house();
    let form = [("target", "pve1"), ("restart", "1"), ("timeout", "5"), ("target-storage", "files")];
    let upid = house.begin("POST", "/nodes/nas/lxc/209/migrate", &form);
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "migration aborted");
    assert!(said(&house.log(&upid), "container did not stop"));
    assert_eq!(house.get("/nodes/nas/lxc/209/status/current")["status"], "running");
    set_condition(&house, "files", Condition::Full);
    let full = [("target", "pve2"), ("restart", "1"), ("target-storage", "local-lvm:files")];
    let (exit, log) = migrate(&house, 103, &full);
    assert_eq!(exit, "migration aborted");
    assert!(said(&log, "No space left on device") && said(&log, "start container on source node"), "{log:#?}");
    assert_eq!(house.get(&format!("{LXC}/103/status/current"))["status"], "running");
}

#[test]
fn a_client_may_ask_before() {
    let house = house();
    let answer = json!({ "running": 1, "allowed-nodes": ["pve2", "nas"], "not-allowed-nodes": {} });
    assert_eq!(house.get(&format!("{LXC}/103/migrate")), answer);
    assert_died(&house, "GET", &format!("{LXC}/216/migrate"), &[], "CT is locked (backup)");
}
