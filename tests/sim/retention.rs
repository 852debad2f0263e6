//! Which backups a retention keeps, against days worked out by hand.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::house::House;

/// Puts backups of 103 on the empty `backup` storage, made at these UTC times.
fn with_backups(house: &House, times: &[&str]) {
    house.handle().with(|datacenter| {
        let storage = datacenter.storages.iter_mut().find(|storage| storage.name == "backup").unwrap();
        let mut like = storage.volumes[0].clone();
        storage.volumes.clear();
        for time in times {
            let at: jiff::Timestamp = format!("{time}:00Z").parse().unwrap();
            like.vmid = Some(103);
            like.made = at.as_second();
            like.path = format!("backup/vzdump-lxc-103-{}.tar.zst", at.strftime("%Y_%m_%d-%H_%M_%S"));
            storage.volumes.push(like.clone());
        }
    });
}

fn preview(house: &House, keep: &str) -> Vec<Value> {
    let keep = utf8_percent_encode(keep, NON_ALPHANUMERIC);
    let path = format!("/nodes/pve1/storage/backup/prunebackups?vmid=103&prune-backups={keep}");
    house.get(&path).as_array().unwrap().clone()
}

/// The days and hours that are kept.
fn kept(house: &House, keep: &str) -> Vec<String> {
    let rows = preview(house, keep).into_iter().filter(|row| row["mark"] == "keep");
    let time = |row: Value| {
        jiff::Timestamp::from_second(row["ctime"].as_i64().unwrap()).unwrap().strftime("%m-%d %H").to_string()
    };
    rows.map(time).collect()
}

/// Twice a day for three days, then weekly, then monthly, over the end of a year.
const TIMES: &[&str] = &[
    "2025-06-15T02:00",
    "2025-12-28T02:00",
    "2026-01-01T02:00",
    "2026-01-04T02:00",
    "2026-01-05T02:00",
    "2026-01-06T02:00",
    "2026-01-06T14:00",
    "2026-01-07T02:00",
    "2026-01-07T14:00",
];

#[test]
fn each_rule_keeps_the_newest_of_its_spans() {
    let house = House::demo();
    with_backups(&house, TIMES);
    for (keep, expected) in [
        ("keep-last=2", vec!["01-07 02", "01-07 14"]),
        ("keep-daily=2", vec!["01-06 14", "01-07 14"]),
        ("keep-hourly=3", vec!["01-06 14", "01-07 02", "01-07 14"]),
        // The week of the 5th, that of the 29th of December to the 4th, and the one before.
        ("keep-weekly=3", vec!["12-28 02", "01-04 02", "01-07 14"]),
        ("keep-monthly=3", vec!["06-15 02", "12-28 02", "01-07 14"]),
        ("keep-yearly=9", vec!["12-28 02", "01-07 14"]),
        // What the first rule kept counts for none of the later ones: the next day is kept besides.
        ("keep-last=1,keep-daily=2", vec!["01-05 02", "01-06 14", "01-07 14"]),
        (
            "keep-last=2,keep-daily=1,keep-weekly=1,keep-yearly=1",
            vec!["12-28 02", "01-04 02", "01-06 14", "01-07 02", "01-07 14"],
        ),
    ] {
        assert_eq!(kept(&house, keep), expected, "{keep}");
    }
    assert_eq!(kept(&house, "keep-all=1").len(), TIMES.len());
    assert_eq!(kept(&house, "keep-last=0").len(), TIMES.len(), "nothing asked for is everything kept");
}

#[test]
fn protected_and_renamed_ones_are_told_and_stay() {
    let house = House::demo();
    with_backups(&house, TIMES);
    house.handle().with(|datacenter| {
        let storage = datacenter.storages.iter_mut().find(|storage| storage.name == "backup").unwrap();
        storage.volumes[8].is_protected = true;
        storage.volumes[0].path = "backup/vzdump-lxc-103-before-the-move.tar.zst".into();
    });
    let marks: Vec<_> =
        preview(&house, "keep-last=1").into_iter().map(|row| row["mark"].as_str().unwrap().to_owned()).collect();
    let mut expected = vec!["remove"; 9];
    (expected[0], expected[7], expected[8]) = ("renamed", "keep", "protected");
    assert_eq!(marks, expected);
    let upid = house.begin(
        "DELETE",
        "/nodes/pve1/storage/backup/prunebackups",
        &[("vmid", "103"), ("prune-backups", "keep-last=1")],
    );
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(6)), (Some("prunebackups"), Some("103@backup")));
    house.handle().settle();
    assert_eq!(
        house
            .log(&upid)
            .iter()
            .filter(|line| line.starts_with("removing backup 'backup:backup/vzdump-lxc-103-"))
            .count(),
        6
    );
    assert_eq!(house.get("/nodes/pve1/storage/backup/content").as_array().unwrap().len(), 3);
}

#[test]
fn a_storage_without_a_retention_wants_one() {
    let house = House::demo();
    let reply = house.call("GET", "/nodes/pve1/storage/backup/prunebackups", &[]);
    assert_eq!(reply.line(), (500, "no prune-backups options configured for storage 'backup'"));
    let reply = house.call("GET", "/nodes/pve1/storage/local-lvm/prunebackups", &[]);
    assert_eq!(reply.line(), (500, "storage 'local-lvm' does not support backups"));
    let reply = house.call("GET", "/nodes/pve1/storage/backup/prunebackups", &[("prune-backups", "keep-some=1")]);
    assert_eq!(reply.status, 400);
}

#[test]
fn a_backup_prunes_after_itself_and_says_so() {
    let house = House::demo();
    with_backups(&house, TIMES);
    let form = [("vmid", "103"), ("storage", "backup"), ("prune-backups", "keep-last=2"), ("compress", "zstd")];
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &form);
    house.handle().settle();
    let log = house.log(&upid);
    let at = |text: &str| {
        log.iter().position(|line| line.starts_with(text)).unwrap_or_else(|| panic!("no {text:?} in {log:#?}"))
    };
    let begins = at("INFO: prune older backups with retention: keep-last=2");
    assert!(begins < at("INFO: removing backup 'backup:backup/vzdump-lxc-103-2025_06_15"));
    assert!(
        at("INFO: pruned 8 backup(s) not covered by keep-retention policy")
            < at("INFO: cleanup temporary 'vzdump' snapshot")
    );
    assert_eq!(house.get("/nodes/pve1/storage/backup/content").as_array().unwrap().len(), 2);
    let form = [("vmid", "103"), ("storage", "backup"), ("prune-backups", "keep-last=2"), ("remove", "0")];
    let upid = house.begin("POST", "/nodes/pve1/vzdump", &form);
    house.handle().settle();
    let limit = "ERROR: Backup of VM 103 failed - There is a max backup limit of 2 enforced by the target storage or the vzdump parameters. Either increase the limit or delete old backups.";
    assert!(house.log(&upid).iter().any(|line| line == limit), "{:#?}", house.log(&upid));
}
