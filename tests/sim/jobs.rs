//! Backup jobs: kept as they were told, and run by themselves when their time has come.

use std::time::Duration;

use serde_json::{Value, json};

use super::house::House;

const NIGHTLY: &[(&str, &str)] = &[
    ("id", "nightly"),
    ("schedule", "mon..fri 02:30"),
    ("vmid", "103,104,105"),
    ("storage", "backup"),
    ("mode", "snapshot"),
    ("compress", "zstd"),
    ("prune-backups", "keep-last=2"),
    ("notes-template", "{{guestname}} of {{cluster}}"),
];

fn with_job(form: &[(&str, &str)]) -> House {
    let house = House::unsaved();
    let reply = house.call("POST", "/cluster/backup", form);
    assert_eq!(reply.line(), (200, "OK"), "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(reply.json()["data"], Value::Null);
    house
}

fn run_of(house: &House, node: &str) -> Vec<Value> {
    let rows = house.get(&format!("/nodes/{node}/tasks?typefilter=vzdump&source=all&userfilter=root@pam"));
    let is_quick = |row: &&Value| row["id"] != "110";
    rows.as_array().unwrap().iter().filter(is_quick).cloned().collect()
}

#[test]
fn a_job_is_kept_as_it_was_told() {
    let house = with_job(NIGHTLY);
    let job = house.get("/cluster/backup/nightly");
    let expected = json!({
        "id": "nightly", "type": "vzdump", "schedule": "mon..fri 02:30", "vmid": "103,104,105", "storage": "backup", "mode": "snapshot",
        "compress": "zstd", "prune-backups": { "keep-last": "2" }, "notes-template": "{{guestname}} of {{cluster}}", "enabled": 1,
    });
    assert_eq!(job, expected);
    let listed = house.get("/cluster/backup");
    // Noon of a Friday: the next working day is Monday.
    assert_eq!(listed[0]["next-run"], 1_795_401_000, "{}", house.handle().now().as_secs());
    house.call(
        "PUT",
        "/cluster/backup/nightly",
        &[("enabled", "0"), ("delete", "prune-backups,comment"), ("all", "1")],
    );
    let job = house.get("/cluster/backup/nightly");
    assert_eq!(
        (&job["enabled"], &job["all"], job.get("vmid"), job.get("prune-backups")),
        (&json!(0), &json!(1), None, None)
    );
    assert_eq!(house.call("DELETE", "/cluster/backup/nightly", &[]).line(), (200, "OK"));
    assert_eq!(house.get("/cluster/backup"), json!([]));
    let gone = house.call("GET", "/cluster/backup/nightly", &[]);
    assert_eq!(gone.json()["errors"]["id"], "No such job 'nightly'");
}

#[test]
fn jobs_are_refused_in_the_words_of_the_real_one() {
    let house = with_job(NIGHTLY);
    let post = |form: &[(&str, &str)]| house.call("POST", "/cluster/backup", form);
    assert_eq!(post(NIGHTLY).line(), (500, "Job 'nightly' already exists"));
    let bad = post(&[("id", "bad"), ("schedule", "every day"), ("vmid", "103"), ("storage", "backup")]);
    let why = "invalid format - invalid calendar event 'every day' - unable to parse calendar event at 'every' - Context(\"weekday\")\n\n";
    assert_eq!(bad.json()["errors"]["schedule"], why);
    let none = post(&[("id", "bad"), ("schedule", "02:30"), ("storage", "backup")]);
    assert_eq!(none.line(), (500, "400 Parameter verification failed."));
    assert_eq!(none.json()["message"], "400 Parameter verification failed.\nvmid: property is missing\n");
    let pool = post(&[("id", "bad"), ("schedule", "02:30"), ("storage", "backup"), ("pool", "nopool")]);
    assert_eq!(pool.line(), (403, "Permission check failed (pool 'nopool' does not exist)"));
    let never = post(&[("id", "bad"), ("storage", "backup"), ("vmid", "103")]);
    assert_eq!(never.json()["errors"]["schedule"], "neither 'starttime' nor 'schedule' were set");
    assert_eq!(house.call("PUT", "/cluster/backup/nightly", &[]).line(), (500, "no options specified"));
    let login = house.ticket("auditor@pve", "auditor-only-looks");
    let denied = house.knock(&login, "POST", "/cluster/backup", NIGHTLY);
    assert_eq!(denied.line(), (403, "Permission check failed (/, Sys.Modify)"));
}

#[test]
fn a_job_runs_at_its_time_on_every_node_that_has_a_guest_of_it() {
    let house = with_job(NIGHTLY);
    let until = 1_795_401_000 - house.handle().now().as_secs();
    house.handle().advance(Duration::from_secs(until as u64 - 1));
    assert_eq!(run_of(&house, "pve1").len(), 0, "a second before it is due");
    house.handle().advance(Duration::from_secs(1));
    let (first, second) = (run_of(&house, "pve1"), run_of(&house, "pve2"));
    assert_eq!((first.len(), second.len(), run_of(&house, "nas").len()), (1, 1, 0));
    assert_eq!(
        (&first[0]["id"], &second[0]["id"]),
        (&json!(""), &json!("105")),
        "several guests are one task without id"
    );
    assert_eq!((&first[0]["user"], &first[0]["starttime"]), (&json!("root@pam"), &json!(1_795_401_000)));
    house.handle().settle();
    let log = house.log(first[0]["upid"].as_str().unwrap());
    assert!(log[0].starts_with("INFO: starting new backup job: vzdump 103 104 105 "), "{}", log[0]);
    assert!(
        log[0].contains(" --notes-template '{{guestname}} of {{cluster}}' --prune-backups 'keep-last=2' --quiet 1 "),
        "{}",
        log[0]
    );
    assert_eq!(log[1], "INFO: skip external VMs: 105");
    let rows = house.get("/nodes/pve1/storage/backup/content?vmid=103");
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 2, "two nights were there, one came and one went");
    assert!(rows.iter().any(|row| row["notes"] == "vaultwarden of homelab"), "{rows:?}");
    assert_eq!(house.get("/cluster/backup")[0]["next-run"], 1_795_487_400);
}

#[test]
fn a_job_that_is_off_does_not_run() {
    let mut form = NIGHTLY.to_vec();
    form.push(("enabled", "0"));
    let house = with_job(&form);
    house.handle().advance(Duration::from_secs(4 * 86_400));
    assert_eq!(run_of(&house, "pve1").len(), 0);
}

#[test]
fn a_guest_that_is_gone_fails_visibly_until_it_is_forgotten() {
    let house = with_job(&[
        ("id", "tens"),
        ("schedule", "*:0/10"),
        ("vmid", "103,777"),
        ("storage", "backup"),
        ("node", "pve1"),
    ]);
    house.handle().advance(Duration::from_secs(660));
    let rows = run_of(&house, "pve1");
    assert_eq!(rows[0]["status"], "job errors");
    assert_eq!(run_of(&house, "pve2").len(), 0, "it is bound to one node");
    house.handle().with(|datacenter| datacenter.forget_in_jobs(777));
    assert_eq!(house.get("/cluster/backup/tens")["vmid"], "103");
    house.handle().with(|datacenter| datacenter.forget_in_jobs(103));
    assert_eq!(house.get("/cluster/backup"), json!([]), "a job with nobody left is no job");
}

#[test]
fn what_a_job_takes_and_what_no_job_takes_can_be_seen() {
    let house = with_job(NIGHTLY);
    house.handle().with(|datacenter| {
        let guest = datacenter.guests.get_mut(&103).unwrap();
        guest.config.insert("mp0".into(), json!("local-lvm:vm-103-disk-1,mp=/data,size=8G"));
        guest.config.insert("mp1".into(), json!("local-lvm:vm-103-disk-2,mp=/kept,backup=1,size=8G"));
        guest.config.insert("mp2".into(), json!("/srv/media,mp=/media"));
    });
    let tree = house.get("/cluster/backup/nightly/included_volumes");
    let volumes = tree["children"][0]["children"].as_array().unwrap();
    let told: Vec<_> = volumes
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["included"].as_i64().unwrap(), row["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("103:rootfs", 1, "rootfs"),
            ("103:mp0", 0, "disabled"),
            ("103:mp1", 1, "enabled"),
            ("103:mp2", 0, "not a volume")
        ]
    );
    let rest = house.get("/cluster/backup-info/not-backed-up");
    let vmids: Vec<i64> = rest.as_array().unwrap().iter().map(|row| row["vmid"].as_i64().unwrap()).collect();
    assert_eq!((vmids.len(), vmids.contains(&103), vmids.contains(&101)), (37, false, true));
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &[("vmid", "103"), ("storage", "backup")]);
    house.handle().settle();
    let log = house.log(&upid);
    for line in [
        "INFO: excluding volume mount point mp0 ('/data') from backup (disabled)",
        "INFO: including mount point mp1 ('/kept') in backup",
        "INFO: excluding bind mount point mp2 ('/media') from backup (not a volume)",
        "INFO: suspend vm to make snapshot",
    ] {
        assert!(log.iter().any(|said| said == line), "no {line:?} in {log:#?}");
    }
}

#[test]
fn a_schedule_can_be_tried_out() {
    let house = House::demo();
    let rows = house.get("/cluster/jobs/schedule-analyze?schedule=mon..fri+02%3A30&iterations=3&starttime=1795172400");
    let expected = json!([
        { "timestamp": 1_795_401_000, "utc": "Mon Nov 23 02:30:00 2026" },
        { "timestamp": 1_795_487_400, "utc": "Tue Nov 24 02:30:00 2026" },
        { "timestamp": 1_795_573_800, "utc": "Wed Nov 25 02:30:00 2026" },
    ]);
    assert_eq!(rows, expected);
}
