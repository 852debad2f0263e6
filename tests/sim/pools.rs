//! Pools: made, filled, emptied, and what their members gain by them.

use serde_json::{Value, json};

use super::house::House;

fn members(house: &House, pool: &str) -> Vec<String> {
    let rows = house.get(&format!("/pools?poolid={pool}"));
    rows[0]["members"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_pool_takes_guests_and_storages_in_both_ways_of_calling() {
    let house = House::unsaved();
    let done = |method: &str, path: &str, form: &[(&str, &str)]| {
        let reply = house.call(method, path, form);
        assert_eq!((reply.line(), reply.json()["data"].clone()), ((200, "OK"), Value::Null), "{method} {path}");
    };
    done("POST", "/pools", &[("poolid", "apps"), ("comment", "ours")]);
    done("PUT", "/pools", &[("poolid", "apps"), ("vms", "103,104"), ("storage", "backup")]);
    assert_eq!(members(&house, "apps"), ["lxc/103", "lxc/104", "storage/pve1/backup"]);
    assert_eq!(house.get("/pools"), json!([{ "poolid": "apps", "comment": "ours" }]));
    done("PUT", "/pools/apps", &[("vms", "104"), ("delete", "1")]);
    let one = house.get("/pools/apps?type=lxc");
    assert_eq!((one["members"].as_array().unwrap().len(), &one["members"][0]["pool"]), (1, &json!("apps")));
    let held = house.call("DELETE", "/pools/apps", &[]);
    assert_eq!(held.line(), (500, "delete pool failed: pool 'apps' is not empty (contains VM 103)"));
    done("PUT", "/pools", &[("poolid", "apps"), ("vms", "103"), ("storage", "backup"), ("delete", "1")]);
    done("DELETE", "/pools", &[("poolid", "apps")]);
    assert_eq!(house.get("/pools"), json!([]));
}

#[test]
fn pools_are_refused_in_the_words_of_the_real_one() {
    let house = House::unsaved();
    house.call("POST", "/pools", &[("poolid", "apps")]);
    house.call("POST", "/pools", &[("poolid", "other")]);
    house.call("PUT", "/pools", &[("poolid", "apps"), ("vms", "103")]);
    for (method, form, why) in [
        ("POST", vec![("poolid", "apps")], "create pool failed: pool 'apps' already exists"),
        ("POST", vec![("poolid", "no/sub")], "create pool failed: parent 'no' of pool 'no/sub' does not exist"),
        ("POST", vec![("poolid", "1st")], "create pool failed: pool name must start with a letter"),
        ("PUT", vec![("poolid", "nope"), ("vms", "103")], "update pools failed: pool 'nope' does not exist"),
        ("PUT", vec![("poolid", "apps"), ("vms", "103")], "update pools failed: VM 103 is already a pool member"),
        (
            "PUT",
            vec![("poolid", "other"), ("vms", "103")],
            "update pools failed: VM 103 belongs already to pool 'apps' and 'allow-move' is not set",
        ),
        (
            "PUT",
            vec![("poolid", "other"), ("vms", "104"), ("delete", "1")],
            "update pools failed: VM 104 is not a pool member",
        ),
    ] {
        assert_eq!(house.call(method, "/pools", &form).line(), (500, why), "{form:?}");
    }
    assert_eq!(house.call("PUT", "/pools", &[("poolid", "other"), ("vms", "103"), ("allow-move", "1")]).status, 200);
    assert_eq!(members(&house, "other"), ["lxc/103"]);
    assert_eq!(house.call("GET", "/pools/nope", &[]).line(), (500, "pool 'nope' does not exist"));
}

#[test]
fn a_right_on_a_pool_is_a_right_on_its_storages() {
    let house = House::demo();
    house.call("POST", "/pools", &[("poolid", "apps")]);
    house.handle().with(|datacenter| datacenter.access.grant("/pool/apps", "guest@pve", "PVEDatastoreUser"));
    let login = house.ticket("guest@pve", "guest-sees-little");
    let path = "/nodes/pve1/storage/backup/status";
    assert_eq!(house.knock(&login, "GET", path, &[]).status, 403);
    house.call("PUT", "/pools", &[("poolid", "apps"), ("storage", "backup")]);
    assert_eq!(house.knock(&login, "GET", path, &[]).status, 200);
    let denied = house.knock(&login, "PUT", "/pools", &[("poolid", "apps"), ("vms", "103")]);
    assert_eq!(denied.line(), (403, "Permission check failed (/pool/apps, Pool.Allocate)"));
}
