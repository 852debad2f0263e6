//! What somebody without rights sees: lists without what is not his, and which right is missing.

use serde_json::json;

use super::house::{House, Login};

fn stranger(house: &House) -> Login {
    house.ticket("guest@pve", "guest-sees-little")
}

#[test]
fn lists_leave_out_what_may_not_be_seen() {
    let house = House::demo();
    let login = stranger(&house);
    let rows = house.knock(&login, "GET", "/cluster/resources", &[]).json()["data"].take();
    assert_eq!(rows.as_array().unwrap().len(), 3, "only the nodes");
    assert_eq!(
        rows[0],
        json!({ "id": "node/pve1", "type": "node", "node": "pve1", "status": "online", "level": "", "cgroup-mode": 1 })
    );
    for path in [
        "/nodes/pve1/lxc",
        "/nodes/pve1/qemu",
        "/nodes/pve1/storage",
        "/cluster/tasks",
        "/nodes/pve1/tasks",
        "/storage",
    ] {
        assert_eq!(house.knock(&login, "GET", path, &[]).json()["data"], json!([]), "{path}");
    }
    assert_eq!(house.knock(&login, "GET", "/access/permissions", &[]).json()["data"], json!({}));
}

#[test]
fn a_refusal_names_place_and_privilege() {
    let house = House::demo();
    let login = stranger(&house);
    for (method, path, missing) in [
        ("GET", "/nodes/pve1/status", "/nodes/pve1, Sys.Audit"),
        ("GET", "/cluster/status", "/, Sys.Audit"),
        ("GET", "/nodes/pve1/lxc/101/config", "/vms/101, VM.Audit"),
        ("POST", "/nodes/pve1/lxc/101/status/start", "/vms/101, VM.PowerMgmt"),
        ("GET", "/nodes/pve1/storage/local/content", "/storage/local, Datastore.Audit|Datastore.AllocateSpace"),
        ("DELETE", "/nodes/pve1/lxc/101", "/vms/101, VM.Allocate"),
    ] {
        let reply = house.knock(&login, method, path, &[]);
        assert_eq!(reply.line(), (403, format!("Permission check failed ({missing})").as_str()), "{method} {path}");
    }
}

#[test]
fn an_auditor_looks_and_does_not_touch() {
    let house = House::demo();
    let login = house.ticket("auditor@pve", "auditor-only-looks");
    let rows = house.knock(&login, "GET", "/cluster/resources", &[("type", "vm")]).json()["data"].take();
    assert_eq!(rows.as_array().unwrap().len(), 40);
    let reply = house.knock(&login, "POST", "/nodes/pve1/lxc/101/status/stop", &[]);
    assert_eq!(reply.line(), (403, "Permission check failed (/vms/101, VM.PowerMgmt)"));
}

#[test]
fn a_task_of_somebody_else_is_not_shown() {
    let house = House::demo();
    let upid = house.begin("POST", "/nodes/pve1/lxc/101/status/stop", &[]);
    house.handle().settle();
    let reply = house.knock(&stranger(&house), "GET", &format!("{}/status", super::house::task_path(&upid)), &[]);
    assert_eq!(reply.line(), (403, "Permission check failed (/nodes/pve1, Sys.Audit)"));
}

#[test]
fn a_separated_token_has_only_what_it_was_given() {
    let house = House::demo();
    let ready = house.simulator().ready();
    let root = house.ticket(&ready.user, &ready.password);
    let made = house.knock(&root, "POST", "/access/users/root@pam/token/narrow", &[]).json()["data"].take();
    assert_eq!(made["info"], json!({ "privsep": "1" }));
    let login = Login::Token(format!("root@pam!narrow={}", made["value"].as_str().unwrap()));
    assert_eq!(house.knock(&login, "GET", "/access/permissions", &[]).json()["data"], json!({}));
    let reply = house.knock(&login, "POST", "/nodes/pve1/lxc", &[("vmid", "950"), ("ostemplate", "local:vztmpl/x")]);
    assert_eq!(reply.line(), (403, "Permission check failed"));
    let again = house.knock(&root, "POST", "/access/users/root@pam/token/narrow", &[]);
    assert_eq!(again.json()["errors"], json!({ "tokenid": "Token already exists." }));
}

#[test]
fn not_even_an_administrator_is_root() {
    let house = House::demo();
    let reply = house.call("PUT", "/nodes/pve1/lxc/101/config", &[("features", "nesting=1,keyctl=1")]);
    let text = "Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)";
    assert_eq!(reply.line(), (403, text));
}

#[test]
fn the_list_of_all_shows_a_guest_that_only_he_was_given() {
    let house = House::demo();
    let login = stranger(&house);
    let seen = || {
        let rows = house.knock(&login, "GET", "/cluster/resources?type=vm", &[]).json();
        let vmids = |rows: &Vec<serde_json::Value>| rows.iter().filter_map(|row| row["vmid"].as_u64()).collect();
        rows["data"].as_array().map_or_else(Vec::new, vmids)
    };
    assert_eq!(seen(), [0_u64; 0]);
    house.handle().grant("/vms/103", "guest@pve", "PVEVMUser");
    assert_eq!(seen(), [103]);
    house.handle().with(|datacenter| datacenter.guests.get_mut(&105).unwrap().pool = Some("few".into()));
    house.handle().grant("/pool/few", "guest@pve", "PVEVMUser");
    assert_eq!(seen(), [103, 105]);
}
