//! Snapshots: who is whose parent, what comes back, and which storages have none.

use std::time::Duration;

use proximity::sim::Condition;
use serde_json::json;

use super::{
    ground::{LXC, assert_died, config, house, make, set_condition},
    house::House,
};

const PATH: &str = "/nodes/pve1/lxc/950/snapshot";

fn take(house: &House, name: &str) -> String {
    house.done("POST", PATH, &[("snapname", name), ("description", "why")])
}

fn parents(house: &House) -> Vec<(String, Option<String>)> {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let rows = house.get(PATH);
    rows.as_array().unwrap().iter().map(|row| (text(&row["name"]).unwrap(), text(&row["parent"]))).collect()
}

fn owned(pairs: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
    pairs.iter().map(|(name, parent)| ((*name).to_owned(), parent.map(str::to_owned))).collect()
}

#[test]
fn each_is_the_parent_of_the_next_and_children_of_a_removed_one_go_to_its_parent() {
    let house = house();
    make(&house, "950", "local-lvm");
    for name in ["one", "two", "three"] {
        assert_eq!(take(&house, name), "OK");
    }
    let all = [("one", None), ("two", Some("one")), ("three", Some("two")), ("current", Some("three"))];
    assert_eq!(parents(&house), owned(&all));
    assert_eq!(house.done("DELETE", &format!("{PATH}/two"), &[]), "OK");
    assert_eq!(parents(&house), owned(&[("one", None), ("three", Some("one")), ("current", Some("three"))]));
    assert_eq!(house.done("POST", &format!("{PATH}/one/rollback"), &[]), "OK");
    assert_eq!(parents(&house), owned(&[("one", None), ("three", Some("one")), ("current", Some("one"))]));
    assert_eq!(house.done("DELETE", &format!("{PATH}/one"), &[]), "OK");
    assert_eq!(parents(&house), owned(&[("three", None), ("current", None)]));
}

#[test]
fn a_snapshot_has_its_own_description_which_may_change() {
    let house = house();
    make(&house, "950", "local-lvm");
    take(&house, "one");
    let row = house.get(PATH)[0].clone();
    assert_eq!((&row["description"], row["snaptime"].is_u64()), (&json!("why\n"), true));
    let saved = house.get(&format!("{PATH}/one/config"));
    assert_eq!((&saved["description"], &saved["hostname"]), (&json!("why\n"), &json!("CT950")));
    assert!(saved.get("digest").is_none() && saved.get("lock").is_none(), "{saved}");
    let put = |form: &[(&str, &str)]| house.call("PUT", &format!("{PATH}/one/config"), form).json();
    assert_eq!(put(&[("description", "new")]), json!({ "data": null }));
    assert_eq!(house.get("/nodes/pve1/lxc/950/config?snapshot=one")["description"], "new\n");
    assert_eq!(house.get(&format!("{PATH}/one")), json!([{ "cmd": "rollback" }, { "cmd": "config" }]));
    assert_died(&house, "GET", &format!("{PATH}/nope/config"), &[], "snapshot 'nope' does not exist");
    assert_died(
        &house,
        "PUT",
        &format!("{PATH}/nope/config"),
        &[("description", "x")],
        "snapshot 'nope' does not exist",
    );
    let both = house.call("GET", "/nodes/pve1/lxc/950/config", &[("snapshot", "one"), ("current", "1")]);
    let text = "cannot use 'snapshot' parameter with 'current'";
    assert_eq!(both.json()["errors"], json!({ "snapshot": text, "current": text }));
}

#[test]
fn a_rollback_stops_a_running_one_and_may_start_it_again() {
    let house = house();
    make(&house, "950", "local-lvm");
    house.done("POST", &format!("{LXC}/950/status/start"), &[]);
    take(&house, "one");
    house.call("PUT", &format!("{LXC}/950/config"), &[("memory", "999"), ("mp1", "local-lvm:3,mp=/more")]);
    let later = config(&house, 950)["mp1"].as_str().unwrap().split(',').next().unwrap().to_owned();
    let upid = house.begin("POST", &format!("{PATH}/one/rollback"), &[]);
    house.handle().advance(Duration::from_millis(10));
    let now = house.get(&format!("{LXC}/950/status/current"));
    assert_eq!((&now["status"], &now["lock"]), (&json!("stopped"), &json!("rollback")));
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "OK");
    let now = config(&house, 950);
    assert_eq!((&now["memory"], &now["unused0"], now.get("mp1")), (&json!(512), &json!(later), None));
    assert_eq!(house.done("POST", &format!("{PATH}/one/rollback"), &[("start", "1")]), "OK");
    house.handle().settle();
    assert_eq!(house.get(&format!("{LXC}/950/status/current"))["status"], "running");
    assert_eq!(house.get("/nodes/pve1/tasks?vmid=950&limit=1")[0]["type"], "vzstart");
}

#[test]
fn zfs_goes_back_only_to_the_newest() {
    let house = house();
    let path = "/nodes/nas/lxc/206/snapshot";
    for name in ["one", "two"] {
        assert_eq!(house.done("POST", path, &[("snapname", name)]), "OK");
    }
    let text = "can't rollback, 'one' is not most recent snapshot on 'tank:subvol-206-disk-0'";
    assert_eq!(house.done("POST", &format!("{path}/one/rollback"), &[]), text);
    assert_eq!(house.get("/nodes/nas/lxc/206/status/current")["status"], "running", "it was not touched");
    assert_eq!(house.done("POST", &format!("{path}/two/rollback"), &[]), "OK");
    assert_eq!(house.done("DELETE", &format!("{path}/two"), &[]), "OK");
    assert_eq!(house.done("POST", &format!("{path}/one/rollback"), &[]), "OK");
}

#[test]
fn what_has_no_snapshots_says_so_in_the_task() {
    let house = house();
    let none = "snapshot feature is not available";
    make(&house, "950", "files");
    assert_eq!(take(&house, "one"), none);
    assert_eq!(house.get(&format!("{LXC}/950/feature?feature=snapshot")), json!({ "hasFeature": 0 }));
    make(&house, "951", "local-lvm");
    house.handle().with(|datacenter| {
        let guest = datacenter.guests.get_mut(&951).unwrap();
        guest.config.insert("mp1".into(), json!("/srv,mp=/srv"));
    });
    assert_eq!(house.done("POST", &format!("{LXC}/951/snapshot"), &[("snapname", "one")]), none);
    let template = "you can't take a snapshot if it's a template";
    assert_eq!(house.done("POST", &format!("{LXC}/900/snapshot"), &[("snapname", "one")]), template);
    assert_eq!(house.done("POST", &format!("{LXC}/216/snapshot"), &[("snapname", "one")]), "CT is locked (backup)");
    set_condition(&house, "local-lvm", Condition::Offline);
    let offline = "no such volume group 'pve'";
    assert_eq!(house.done("POST", &format!("{LXC}/103/snapshot"), &[("snapname", "one")]), offline);
    assert_eq!(house.done("DELETE", &format!("{LXC}/103/snapshot/nope"), &[]), "snapshot 'nope' does not exist");
    assert_died(
        &house,
        "POST",
        PATH,
        &[("snapname", "vzdump")],
        "unable to use snapshot name 'vzdump' (reserved name)",
    );
}

#[test]
fn while_one_is_taken_the_guest_is_locked() {
    let house = house();
    make(&house, "950", "btr");
    let upid = house.begin("POST", PATH, &[("snapname", "one")]);
    house.handle().advance(Duration::from_millis(10));
    assert_eq!(config(&house, 950)["lock"], "snapshot");
    assert_died(&house, "PUT", &format!("{LXC}/950/config"), &[("cores", "2")], "CT is locked (snapshot)");
    let second = house.begin("POST", PATH, &[("snapname", "two")]);
    house.handle().settle();
    assert_eq!(house.task(&second)["exitstatus"], "CT is locked (snapshot)");
    assert_eq!((house.task(&upid)["exitstatus"].clone(), house.log(&upid)), (json!("OK"), vec!["TASK OK".into()]));
    assert!(config(&house, 950).get("lock").is_none());
}
