//! The demo begins with ten nights behind it: its job, its archives and the logs of its tasks tell one story.

use std::collections::BTreeMap;

use serde_json::Value;

use super::house::{House, task_path};

const DAY: i64 = 86_400;

fn vzdumps(house: &House, node: &str) -> Vec<Value> {
    let rows = house.get(&format!("/nodes/{node}/tasks?source=archive&typefilter=vzdump&limit=500"));
    rows.as_array().unwrap().clone()
}

fn log(house: &House, row: &Value) -> Vec<String> {
    let path = task_path(row["upid"].as_str().unwrap());
    let rows = house.get(&format!("{path}/log?limit=0"));
    rows.as_array().unwrap().iter().map(|row| row["t"].as_str().unwrap().to_owned()).collect()
}

fn backups(house: &House, storage: &str) -> Vec<Value> {
    house.get(&format!("/nodes/pve1/storage/{storage}/content?content=backup")).as_array().unwrap().clone()
}

/// Days since the newest backup of each guest.
fn ages(house: &House) -> BTreeMap<u64, f64> {
    let now = house.handle().now().as_secs();
    let mut ages = BTreeMap::new();
    for row in backups(house, "backup") {
        let age = (now - row["ctime"].as_i64().unwrap()) as f64 / DAY as f64;
        let known = ages.entry(row["vmid"].as_u64().unwrap()).or_insert(age);
        *known = age.min(*known);
    }
    ages
}

#[test]
fn most_apps_are_fresh_and_some_are_not() {
    let house = House::demo();
    let ages = ages(&house);
    let (gitea, grafana) = (ages[&106], ages[&107]);
    assert!((9.0..11.0).contains(&gitea) && (2.0..4.0).contains(&grafana), "{ages:?}");
    assert!(!ages.contains_key(&113), "adguard never was saved");
    let fresh = ages.iter().filter(|(vmid, _)| ![106, 107].contains(*vmid));
    assert!(fresh.clone().count() == 10 && fresh.clone().all(|(_, age)| *age < 1.1), "{ages:?}");
}

#[test]
fn a_job_saves_the_pool_of_the_apps_and_is_due_tonight() {
    let house = House::demo();
    let jobs = house.get("/cluster/backup");
    let job = &jobs[0];
    assert_eq!((&job["pool"], &job["schedule"], &job["enabled"]), (&"selfhosted".into(), &"02:30".into(), &1.into()));
    let wait = job["next-run"].as_i64().unwrap() - house.handle().now().as_secs();
    assert!((0..=DAY).contains(&wait), "{wait}");
    let left = house.get("/cluster/backup-info/not-backed-up");
    let left: Vec<u64> = left.as_array().unwrap().iter().map(|row| row["vmid"].as_u64().unwrap()).collect();
    assert!(left.contains(&106) && left.contains(&113) && !left.contains(&101), "{left:?}");
}

#[test]
fn each_night_has_a_task_whose_log_says_what_lies_there() {
    let house = House::demo();
    let rows = vzdumps(&house, "pve1");
    assert_eq!(rows.len(), 11, "ten nights, and once by hand");
    let starts: Vec<i64> = rows.iter().map(|row| row["starttime"].as_i64().unwrap()).collect();
    assert!(starts.is_sorted_by(|a, b| a >= b), "{starts:?}");
    assert_eq!((&rows[0]["status"], &rows[9]["status"]), (&"job errors".into(), &"OK".into()));
    let last = log(&house, &rows[0]);
    for line in [
        "ERROR: Backup of VM 107 failed - CT is locked (snapshot)",
        "INFO: mode failure - some volumes do not support snapshots",
        "INFO: trying 'suspend' mode instead",
        "INFO: pruned 1 backup(s) not covered by keep-retention policy",
        "INFO: Backup job finished with errors",
        "TASK ERROR: job errors",
    ] {
        assert!(last.iter().any(|said| said == line), "no {line:?} in {last:#?}");
    }
    let there = backups(&house, "backup");
    let written = last.iter().filter_map(|line| line.split_once("/dump/")?.1.strip_suffix('\''));
    let written: Vec<&str> = written.filter(|name| name.ends_with(".zst")).collect();
    assert_eq!(written.len(), 5, "{written:?}");
    for name in written {
        assert!(there.iter().any(|row| row["volid"].as_str().unwrap().ends_with(name)), "{name} is missing");
    }
    let photos = "INFO: excluding volume mount point mp0 ('/mnt/photos') from backup (disabled)";
    assert!(log(&house, &vzdumps(&house, "pve2")[0]).iter().any(|line| line == photos));
}

#[test]
fn what_is_kept_grows_and_what_was_meant_to_stay_is_marked() {
    let house = House::demo();
    let there = backups(&house, "backup");
    let mut jellyfin: Vec<(i64, u64)> = there
        .iter()
        .filter(|row| row["vmid"] == 101)
        .map(|row| (row["ctime"].as_i64().unwrap(), row["size"].as_u64().unwrap()))
        .collect();
    jellyfin.sort_unstable();
    assert!(jellyfin.len() == 7 && jellyfin.is_sorted_by(|a, b| a.1 < b.1), "{jellyfin:?}");
    let bound: Vec<&Value> = there.iter().filter(|row| row["protected"] == 1).collect();
    assert_eq!(
        (bound.len(), &bound[0]["notes"], &bound[0]["vmid"]),
        (1, &"before the move to 2.0".into(), &112.into())
    );
    let states: Vec<Value> = backups(&house, "pbs").iter().map(|row| row["verification"]["state"].clone()).collect();
    for state in ["ok".into(), "failed".into(), Value::Null] {
        assert!(states.contains(&state), "{state} in {states:?}");
    }
    let now = house.handle().now().as_secs();
    let tree = house.get("/nodes/pve2/lxc/105/snapshot");
    let of = |name: &str| tree.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
    assert!(now - of("before_2024_11")["snaptime"].as_i64().unwrap() > 7 * DAY);
    assert_eq!((&of("zigbee_try")["parent"], &of("current")["parent"]), (&"before_2024_11".into(), &"settled".into()));
}
