//! Guests that the HA manager looks after: switching them only asks, and the manager does it.

use std::time::Duration;

use serde_json::{Value, json};

use super::house::House;

fn with_service(state: &str) -> House {
    let house = House::demo();
    let reply =
        house.call("POST", "/cluster/ha/resources", &[("sid", "ct:103"), ("state", state), ("comment", "mine")]);
    assert_eq!((reply.line(), reply.json()["data"].clone()), ((200, "OK"), Value::Null));
    house
}

fn status(house: &House) -> Value {
    house.get("/nodes/pve1/lxc/103/status/current")["status"].clone()
}

#[test]
fn a_stop_only_asks_and_the_manager_does_it_later() {
    let house = with_service("started");
    let upid = house.begin("POST", "/nodes/pve1/lxc/103/status/stop", &[]);
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(7)), (Some("hastop"), Some("proximity@pve!deck")));
    house.handle().settle();
    assert_eq!(house.log(&upid), ["Requesting HA stop for CT 103", "TASK OK"]);
    assert_eq!(status(&house), "running", "it was only asked for");
    house.handle().advance(Duration::from_secs(30));
    assert_eq!(status(&house), "stopped");
    let rows = house.get("/nodes/pve1/tasks?vmid=103&source=all&typefilter=vzshutdown");
    assert_eq!(rows[0]["user"], "root@pam");
    let upid = house.begin("POST", "/nodes/pve1/lxc/103/status/start", &[]);
    assert_eq!(upid.split(':').nth(5), Some("hastart"));
    house.handle().advance(Duration::from_secs(30));
    assert_eq!(status(&house), "running");
    let current = house.get("/nodes/pve1/lxc/103/status/current");
    assert_eq!(current["ha"], json!({ "managed": 1, "state": "started" }));
}

#[test]
fn the_manager_tells_how_it_and_its_guests_are() {
    let house = with_service("started");
    let rows = house.get("/cluster/ha/status/current");
    let row = |id: &str| {
        rows.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no {id}")).clone()
    };
    assert_eq!((&row("quorum")["status"], &row("quorum")["quorate"]), (&json!("OK"), &json!(1)));
    assert_eq!((&row("master")["node"], &row("fencing")["armed-state"]), (&json!("pve1"), &json!("armed")));
    assert_eq!(row("service:ct:103")["state"], "queued");
    house.handle().advance(Duration::from_secs(11));
    let rows = house.get("/cluster/ha/status/current");
    let service = rows.as_array().unwrap().iter().find(|row| row["type"] == "service").unwrap();
    assert_eq!((&service["state"], &service["status"]), (&json!("started"), &json!("ct:103 (pve1, started)")));
    let listed = house.get("/cluster/resources?type=vm");
    let guest = listed.as_array().unwrap().iter().find(|row| row["id"] == "lxc/103").unwrap();
    assert_eq!(guest["hastate"], "started");
    let one = house.get("/cluster/ha/resources/ct:103");
    assert_eq!((&one["type"], &one["state"], &one["comment"]), (&json!("ct"), &json!("started"), &json!("mine")));
}

#[test]
fn a_guest_is_moved_when_somebody_wants_it_elsewhere() {
    let house = with_service("started");
    let told = house.call("POST", "/cluster/ha/resources/ct:103/migrate", &[("node", "pve2")]);
    assert_eq!(told.json()["data"], json!({ "sid": "ct:103", "requested-node": "pve2" }));
    house.handle().advance(Duration::from_secs(60));
    assert_eq!(house.get("/nodes/pve2/lxc/103/status/current")["status"], "running");
}

#[test]
fn resources_and_rules_are_refused_in_the_words_of_the_real_one() {
    let house = with_service("stopped");
    let post = |path: &str, form: &[(&str, &str)]| house.call("POST", path, form);
    let again = post("/cluster/ha/resources", &[("sid", "103")]);
    assert_eq!(again.line(), (500, "create resource failed: resource ID 'ct:103' already defined"));
    let none = post("/cluster/ha/resources", &[("sid", "ct:777")]);
    assert_eq!(none.line(), (500, "resource 'ct:777' does not exist in cluster"));
    let machine = post("/cluster/ha/resources", &[("sid", "ct:300")]);
    assert_eq!(machine.line(), (500, "resource 'ct:300' - guest with ID 300 is not a container"));
    assert_eq!(
        house.call("GET", "/cluster/ha/groups", &[]).line(),
        (500, "cannot index groups: ha groups have been migrated to rules")
    );
    let rule =
        [("rule", "together"), ("type", "node-affinity"), ("resources", "ct:103,ct:104"), ("nodes", "pve1:2,pve2")];
    assert_eq!(
        post("/cluster/ha/rules", &rule).line(),
        (500, "create ha rule failed: cannot use unmanaged resource(s) ct:104.")
    );
    let rule = [
        ("rule", "together"),
        ("type", "node-affinity"),
        ("resources", "ct:103"),
        ("nodes", "pve1:2,pve2"),
        ("strict", "1"),
    ];
    assert_eq!(post("/cluster/ha/rules", &rule).status, 200);
    let rules = house.get("/cluster/ha/rules");
    assert_eq!(
        (&rules[0]["rule"], &rules[0]["nodes"], &rules[0]["strict"]),
        (&json!("together"), &json!("pve1:2,pve2"), &json!(1))
    );
    assert_eq!(house.call("DELETE", "/cluster/ha/resources/ct:103", &[]).status, 200);
    assert_eq!(house.get("/cluster/ha/rules"), json!([]), "a rule with nobody left is gone");
}

#[test]
fn metrics_tell_of_every_guest_at_every_time_of_the_last_half_hour() {
    let house = House::demo();
    let rows = house.get("/cluster/metrics/export")["data"].take();
    let rows = rows.as_array().unwrap();
    let of = |id: &str| {
        rows.iter().filter(|row| row["id"] == id).map(|row| row["metric"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of("lxc/103").len(), 11, "{:?}", of("lxc/103"));
    assert_eq!(of("lxc/108"), ["uptime", "cpu_max", "mem_total", "disk_total"], "one that is off");
    assert_eq!(of("node/nas").len(), 15);
    assert_eq!(of("storage/pve1/backup"), ["disk_total", "disk_used"]);
    let history = house.get("/cluster/metrics/export?history=1&local-only=1")["data"].take();
    let times: std::collections::BTreeSet<i64> =
        history.as_array().unwrap().iter().map(|row| row["timestamp"].as_i64().unwrap()).collect();
    assert_eq!((times.len(), times.last().unwrap() - times.first().unwrap()), (181, 1_800));
    assert!(history.as_array().unwrap().iter().all(|row| row["id"] != "node/pve2"));
    let unknown = house.call("GET", "/cluster/metrics/export", &[("node-list", "nope")]);
    assert_eq!(unknown.line(), (500, "Requested node-list contains unknown nodes - nope"));
}

#[test]
fn a_guest_that_fell_over_is_put_up_again() {
    let house = with_service("started");
    house.handle().advance(Duration::from_secs(60));
    house.handle().with(|datacenter| {
        let now = datacenter.now();
        datacenter.guests.get_mut(&103).unwrap().end_run(now);
    });
    assert_eq!(status(&house), "stopped");
    house.handle().advance(Duration::from_secs(30));
    assert_eq!(status(&house), "running");
    assert_eq!(house.call("DELETE", "/cluster/ha/resources/103", &[]).status, 200);
    house.begin("POST", "/nodes/pve1/lxc/103/status/stop", &[]);
    house.handle().advance(Duration::from_secs(60));
    assert_eq!(status(&house), "stopped", "nobody looks after it any more");
}

#[test]
fn the_rules_say_where_a_guest_may_not_go_and_who_goes_along() {
    let house = with_service("started");
    for sid in ["ct:102", "ct:104"] {
        assert_eq!(house.call("POST", "/cluster/ha/resources", &[("sid", sid)]).status, 200);
    }
    let asks = |target: &str| house.get(&format!("/nodes/pve1/lxc/103/migrate?target={target}"));
    assert_eq!(asks("pve2")["allowed-nodes"], json!(["pve2", "nas"]));
    let rule = |rule: &[(&str, &str)]| assert_eq!(house.call("POST", "/cluster/ha/rules", rule).status, 200);
    let kind = ("type", "resource-affinity");
    rule(&[("rule", "apart"), kind, ("resources", "ct:102,ct:103"), ("affinity", "negative")]);
    rule(&[("rule", "along"), kind, ("resources", "ct:103,ct:104"), ("affinity", "positive")]);
    let said = asks("pve2");
    assert_eq!(said["allowed-nodes"], json!(["nas"]), "ct:102 is on pve2");
    let blocked = json!([{ "sid": "ct:102", "cause": "resource-affinity" }]);
    assert_eq!(said["not-allowed-nodes"]["pve2"]["blocking-ha-resources"], blocked);
    assert_eq!(said["dependent-ha-resources"], json!(["ct:104"]));
    let nodes = ("nodes", "pve1,pve2");
    rule(&[("rule", "home"), ("type", "node-affinity"), ("resources", "ct:103"), nodes, ("strict", "1")]);
    assert_eq!(asks("nas")["not-allowed-nodes"]["nas"]["blocking-ha-resources"][0]["cause"], "node-affinity");
    assert_eq!(asks("nas")["allowed-nodes"], json!([]));
}
