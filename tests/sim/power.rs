//! Switching guests on and off: what is refused at once, what fails in the task, and what happens when.

use std::time::Duration;

use proximity::sim::Fault;
use serde_json::json;

use super::house::{House, task_path};

const BROKEN: u32 = 108;
const STOPPED: u32 = 113;
const RUNNING: u32 = 101;
const LOCKED: u32 = 216;
const DEAF: u32 = 209;

fn switch(node: &str, vmid: u32, action: &str) -> String {
    format!("/nodes/{node}/lxc/{vmid}/status/{action}")
}

fn state(house: &House, node: &str, vmid: u32) -> serde_json::Value {
    house.get(&switch(node, vmid, "current"))
}

#[test]
fn a_start_is_a_task_that_runs_and_then_the_guest_does() {
    let house = House::demo();
    let upid = house.begin("POST", &switch("nas", STOPPED, "start"), &[]);
    let parts: Vec<_> = upid.split(':').collect();
    assert_eq!(
        (parts[0], parts[1], parts[5], parts[6], parts[7]),
        ("UPID", "nas", "vzstart", "113", "proximity@pve!deck")
    );
    let task = house.task(&upid);
    assert_eq!(
        (&task["status"], &task["user"], &task["tokenid"]),
        (&json!("running"), &json!("proximity@pve"), &json!("deck"))
    );
    assert!(task.get("exitstatus").is_none());
    assert_eq!(house.log(&upid), ["no content"]);
    assert_eq!(state(&house, "nas", STOPPED)["status"], "stopped");
    house.handle().settle();
    let task = house.task(&upid);
    assert_eq!((&task["status"], &task["exitstatus"]), (&json!("stopped"), &json!("OK")));
    assert_eq!(house.log(&upid), ["TASK OK"]);
    house.handle().advance(Duration::from_secs(90));
    let now = state(&house, "nas", STOPPED);
    assert_eq!(now["status"], "running");
    assert!((90..95).contains(&now["uptime"].as_u64().unwrap()), "{now}");
    assert!(now["pid"].as_u64().unwrap() > 0 && now["mem"].as_u64().unwrap() > 0);
}

#[test]
fn what_makes_no_sense_is_refused_at_once() {
    let house = House::demo();
    for (node, vmid, action, text) in [
        ("pve1", RUNNING, "start", "CT 101 already running"),
        ("nas", STOPPED, "stop", "CT 113 not running"),
        ("nas", STOPPED, "shutdown", "CT 113 not running"),
        ("nas", STOPPED, "reboot", "VM 113 not running"),
        ("pve1", 777, "stop", "CT 777 not running"),
    ] {
        let reply = house.call("POST", &switch(node, vmid, action), &[]);
        assert_eq!(reply.line(), (500, text));
        assert_eq!(reply.json(), json!({ "data": null, "message": format!("{text}\n") }));
    }
}

#[test]
fn what_only_the_task_finds_out_fails_there() {
    let house = House::demo();
    for (node, vmid, action, text) in [
        ("pve2", BROKEN, "start", "bridge 'vmbr7' does not exist"),
        ("pve1", LOCKED, "start", "CT is locked (backup)"),
        ("pve1", 900, "start", "you can't start a CT if it's a template"),
        ("pve1", 777, "start", "Configuration file 'nodes/pve1/lxc/777.conf' does not exist"),
        ("pve1", STOPPED, "start", "Configuration file 'nodes/pve1/lxc/113.conf' does not exist"),
    ] {
        let upid = house.begin("POST", &switch(node, vmid, action), &[]);
        house.handle().settle();
        assert_eq!(house.task(&upid)["exitstatus"], text);
        assert_eq!(house.log(&upid), [format!("TASK ERROR: {text}")]);
    }
    assert_eq!(state(&house, "pve2", BROKEN)["status"], "stopped");
}

#[test]
fn a_locked_guest_is_not_stopped() {
    let house = House::demo();
    let lock = house.handle().throw(Fault::LockedGuest { vmid: RUNNING, lock: "backup".into() });
    assert_eq!(house.done("POST", &switch("pve1", RUNNING, "stop"), &[]), "CT is locked (backup)");
    assert_eq!(house.done("POST", &switch("pve1", RUNNING, "reboot"), &[]), "CT is locked (backup)");
    assert_eq!(state(&house, "pve1", RUNNING)["lock"], "backup");
    house.handle().mend(lock);
    assert_eq!(house.done("POST", &switch("pve1", RUNNING, "stop"), &[]), "OK");
    assert!(state(&house, "pve1", RUNNING).get("lock").is_none());
}

#[test]
fn stop_and_shutdown_end_a_run() {
    for action in ["stop", "shutdown"] {
        let house = House::demo();
        assert_eq!(house.done("POST", &switch("pve1", RUNNING, action), &[]), "OK");
        let now = state(&house, "pve1", RUNNING);
        assert_eq!(
            (&now["status"], &now["uptime"], &now["mem"], &now["cpu"]),
            (&json!("stopped"), &json!(0), &json!(0), &json!(0.0))
        );
        assert!(now.get("pid").is_none());
    }
}

#[test]
fn a_guest_that_does_not_listen_is_only_stopped_by_force() {
    let house = House::demo();
    let began = house.handle().now();
    assert_eq!(house.done("POST", &switch("nas", DEAF, "shutdown"), &[("timeout", "20")]), "container did not stop");
    assert!(house.handle().now().since(began) >= Duration::from_secs(20));
    assert_eq!(state(&house, "nas", DEAF)["status"], "running");
    let form = [("timeout", "3"), ("forceStop", "1")];
    assert_eq!(house.done("POST", &switch("nas", DEAF, "shutdown"), &form), "OK");
    assert_eq!(state(&house, "nas", DEAF)["status"], "stopped");
}

#[test]
fn a_reboot_counts_from_nothing_again() {
    let house = House::demo();
    let before = state(&house, "pve1", RUNNING);
    assert_eq!(house.done("POST", &switch("pve1", RUNNING, "reboot"), &[]), "OK");
    let after = state(&house, "pve1", RUNNING);
    assert_eq!(after["status"], "running");
    assert!(after["uptime"].as_u64().unwrap() < 5 && before["uptime"].as_u64().unwrap() > 86_400);
    assert!(after["netin"].as_u64().unwrap() < before["netin"].as_u64().unwrap());
    assert_ne!(after["pid"], before["pid"]);
}

#[test]
fn a_second_action_waits_for_the_first() {
    let house = House::demo();
    let first = house.begin("POST", &switch("pve1", RUNNING, "reboot"), &[]);
    let second = house.begin("POST", &switch("pve1", RUNNING, "stop"), &[]);
    house.handle().settle();
    assert_eq!(house.task(&first)["exitstatus"], "OK");
    assert_eq!(house.task(&second)["exitstatus"], "OK");
    assert_eq!(house.log(&second), ["trying to acquire lock...", " OK", "TASK OK"]);
    assert_eq!(state(&house, "pve1", RUNNING)["status"], "stopped");
}

#[test]
fn a_third_one_that_would_wait_too_long_gives_up() {
    let house = House::demo();
    house.begin("POST", &switch("nas", DEAF, "shutdown"), &[("timeout", "60")]);
    let text = "can't lock file '/run/lock/lxc/pve-config-209.lock' - got timeout";
    let upid = house.begin("POST", &switch("nas", DEAF, "stop"), &[]);
    house.handle().advance(Duration::from_secs(11));
    assert_eq!(house.task(&upid)["exitstatus"], text);
}

#[test]
fn an_aborted_start_starts_nothing() {
    let house = House::demo();
    let upid = house.begin("POST", &switch("nas", STOPPED, "start"), &[]);
    assert_eq!(house.call("DELETE", &task_path(&upid), &[]).json(), json!({ "data": null }));
    assert_eq!(house.task(&upid)["exitstatus"], "received interrupt");
    house.handle().advance(Duration::from_secs(60));
    assert_eq!(state(&house, "nas", STOPPED)["status"], "stopped");
    assert_eq!(house.done("POST", &switch("nas", STOPPED, "start"), &[]), "OK");
}

#[test]
fn machines_speak_their_own_words() {
    let house = House::demo();
    let path = |vmid: u32, action: &str| format!("/nodes/pve2/qemu/{vmid}/status/{action}");
    assert_eq!(house.done("POST", &path(302, "start"), &[]), "VM 302 already running");
    assert_eq!(house.done("POST", &path(902, "start"), &[]), "you can't start a vm if it's a template");
    assert_eq!(house.call("POST", &path(301, "reboot"), &[]).line(), (500, "VM 301 not running"));
    let upid = house.begin("POST", &path(301, "start"), &[]);
    assert_eq!(upid.split(':').nth(5), Some("qmstart"));
    house.handle().settle();
    assert_eq!(house.get(&path(301, "current"))["qmpstatus"], "running");
    assert_eq!(house.done("POST", &path(301, "shutdown"), &[]), "OK");
    assert_eq!(house.get(&path(301, "current"))["status"], "stopped");
}

#[test]
fn now_and_then_a_guest_is_locked_by_its_backup() {
    let house = House::unsaved();
    let lock = || state(&house, "pve2", 110).get("lock").cloned();
    assert_eq!(lock(), None);
    house.handle().advance(Duration::from_secs(45));
    assert_eq!(lock(), Some(json!("backup")));
    let rows = house.get("/nodes/pve2/tasks?source=active");
    assert_eq!(
        (&rows[0]["type"], &rows[0]["user"], &rows[0]["status"]),
        (&json!("vzdump"), &json!("root@pam"), &json!("RUNNING"))
    );
    house.handle().advance(Duration::from_secs(60));
    assert_eq!(lock(), None);
    house.handle().advance(Duration::from_secs(420));
    assert_eq!(house.get("/nodes/pve2/tasks?typefilter=vzdump").as_array().unwrap().len(), 2);
}

#[test]
fn a_stop_may_overrule_a_shutdown_that_waits_in_vain() {
    let house = House::demo();
    let waiting = house.begin("POST", &switch("nas", DEAF, "shutdown"), &[]);
    let upid = house.begin("POST", &switch("nas", DEAF, "stop"), &[("overrule-shutdown", "1")]);
    house.handle().advance(Duration::from_secs(2));
    assert_eq!(house.task(&waiting)["exitstatus"], "received interrupt");
    assert_eq!(house.log(&upid), [format!("overruled vzshutdown tasks: {waiting}"), "TASK OK".into()]);
    assert_eq!(state(&house, "nas", DEAF)["status"], "stopped");
}

#[test]
fn ending_a_task_that_waits_does_not_free_the_guest() {
    let house = House::demo();
    let first = house.begin("POST", &switch("pve1", RUNNING, "reboot"), &[]);
    let second = house.begin("POST", &switch("pve1", RUNNING, "stop"), &[]);
    house.call("DELETE", &task_path(&second), &[]);
    let third = house.begin("POST", &switch("pve1", RUNNING, "stop"), &[]);
    house.handle().settle();
    assert_eq!(house.task(&first)["exitstatus"], "OK");
    assert_eq!(house.log(&third)[0], "trying to acquire lock...");
}

#[test]
fn without_a_majority_of_nodes_nothing_starts() {
    let house = House::demo();
    let dead = house.handle().throw(Fault::DeadNode("pve1".into()));
    house.handle().throw(Fault::DeadNode("pve2".into()));
    let no = (500, "cluster not ready - no quorum?");
    assert_eq!(house.call("POST", &switch("nas", STOPPED, "start"), &[]).line(), no);
    assert_eq!(house.call("PUT", "/nodes/nas/lxc/113/config", &[("cores", "2")]).line(), no);
    house.handle().mend(dead);
    assert_eq!(house.done("POST", &switch("nas", STOPPED, "start"), &[]), "OK");
}

#[test]
fn a_guest_is_off_for_a_while_when_it_reboots() {
    let house = House::demo();
    house.begin("POST", &switch("pve1", RUNNING, "reboot"), &[]);
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen.push(state(&house, "pve1", RUNNING)["status"].clone());
        house.handle().advance(Duration::from_millis(100));
    }
    seen.dedup();
    assert_eq!(seen, ["running", "stopped", "running"]);
}
