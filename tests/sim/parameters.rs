//! Parameters are judged in Proxmox's words before anything happens.

use proximity::sim::{Answer, Call, Credentials, Data, Pace, Params, Seed};
use serde_json::json;

use super::house::House;

/// Asks the state machine itself, with no network around it.
fn ask(method: &str, path: &str, params: Params) -> Answer {
    let mut datacenter = Seed::demo().plant(Pace::NOON);
    let login = Seed::demo().login();
    let credentials = Credentials::Token(format!("{}={}", login.token_id, login.token_secret));
    datacenter.answer(Pace::NOON, Call { method: method.into(), path: path.into(), params, credentials })
}

fn errors(method: &str, path: &str, params: Params) -> Vec<(String, String)> {
    match ask(method, path, params) {
        Answer::Refused(refusal) if refusal.status == 400 => refusal.errors,
        other => panic!("{method} {path}: {other:?}"),
    }
}

#[track_caller]
fn assert_error(method: &str, path: &str, pair: (&str, &str), name: &str, text: &str) {
    assert_eq!(errors(method, path, Params::from([pair])), [(name.to_owned(), text.to_owned())]);
}

#[test]
fn unknown_and_ill_typed_parameters_are_named() {
    let config = "/nodes/pve1/lxc/101/config";
    let undefined = "property is not defined in schema and the schema does not allow additional properties";
    assert_error("GET", "/version", ("foo", "1"), "foo", undefined);
    assert_error("PUT", config, ("memory", "abc"), "memory", "type check ('integer') failed - got 'abc'");
    assert_error("PUT", config, ("memory", "8"), "memory", "value must have a minimum value of 16");
    assert_error("PUT", config, ("onboot", "yes"), "onboot", "type check ('boolean') failed - got 'yes'");
    assert_error("PUT", config, ("tags", "bad tag,ok;-x"), "tags", "invalid format - invalid characters in tag\n");
    let known = "value 'lxc' does not have a value in the enumeration 'vm, storage, node, sdn'";
    assert_error("GET", "/cluster/resources", ("type", "lxc"), "type", known);
    let timeout = "value must have a minimum value of 0";
    assert_error("POST", "/nodes/pve1/lxc/101/status/shutdown", ("timeout", "-1"), "timeout", timeout);
    assert_error("GET", "/cluster/nextid", ("vmid", "101"), "vmid", "VM 101 already exists");
}

#[test]
fn missing_parameters_and_wrong_variables_are_named() {
    let missing = "property is missing and it is not optional".to_owned();
    assert_eq!(errors("GET", "/nodes/pve1/lxc/101/rrddata", Params::default()), [("timeframe".to_owned(), missing)]);
    let text = "type check ('integer') failed - got 'abc'".to_owned();
    assert_eq!(errors("GET", "/nodes/pve1/lxc/abc/status/current", Params::default()), [("vmid".to_owned(), text)]);
    let twice = "duplicate parameter (already defined in URI) with conflicting values!";
    assert_error("GET", "/nodes/pve1/lxc/101/config", ("vmid", "102"), "vmid", twice);
    assert!(matches!(ask("GET", "/nodes/pve1/lxc/101/config", Params::from([("vmid", "101")])), Answer::Good(_)));
}

#[test]
fn a_network_card_is_judged_part_by_part() {
    let path = "/nodes/pve1/lxc/101/config";
    let parts = |text: &str| errors("PUT", path, Params::from([("net0", text)])).remove(0).1;
    let missing = "invalid format - format error\nnet0.name: property is missing and it is not optional\n";
    assert_eq!(parts("bridge=vmbr0"), missing);
    let mac = "net0.hwaddr: invalid format - value does not look like a valid unicast MAC address\n\n";
    assert_eq!(parts("name=eth0,hwaddr=01:00:00:00:00:00"), format!("invalid format - format error\n{mac}"));
    assert_eq!(parts("name=eth0,name=eth1"), "invalid format - duplicate key in comma-separated list property: name\n");
}

#[test]
fn what_nobody_serves_is_not_implemented() {
    for (method, path) in [("GET", "/nope"), ("PUT", "/version"), ("GET", "/nodes/pve1/lxc/101/status/start")] {
        let Answer::Refused(refusal) = ask(method, path, Params::default()) else {
            panic!("{method} {path} is served")
        };
        assert_eq!((refusal.status, refusal.message), (501, format!("Method '{method} {path}' not implemented")));
    }
}

#[test]
fn a_node_nobody_knows_cannot_be_looked_up() {
    let Answer::Refused(refusal) = ask("GET", "/nodes/nope/status", Params::default()) else { panic!("it answered") };
    let text =
        "hostname lookup 'nope' failed - failed to get address info for: nope: Temporary failure in name resolution";
    assert_eq!((refusal.status, refusal.message.as_str()), (500, text));
}

#[test]
fn json_bodies_may_say_true_and_numbers() {
    let house = House::demo();
    let send = |body: &str| {
        let super::house::Login::Token(token) = house.token() else { unreachable!() };
        let head = format!(
            "Authorization: PVEAPIToken={token}\r\nContent-Type: application/json\r\nContent-Length: {}",
            body.len()
        );
        let mut wire = house.wire();
        wire.send(
            format!("PUT /api2/json/nodes/pve1/lxc/101/config HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{body}").as_bytes(),
        )
        .unwrap();
        wire.read().unwrap()
    };
    assert_eq!(
        send(r#"{"onboot": true, "memory": 2048, "tags": "zeta;Alpha", "cores": null}"#).json(),
        json!({ "data": null })
    );
    let config = house.get("/nodes/pve1/lxc/101/config");
    assert_eq!(
        (&config["onboot"], &config["memory"], &config["tags"]),
        (&json!(1), &json!(2048), &json!("alpha;zeta"))
    );
    let reply = send(r#"{"memory": [1, 2]}"#);
    assert_eq!(reply.json()["errors"], json!({ "memory": "type check ('integer') failed - got ARRAY" }));
}

#[test]
fn data_of_the_state_machine_needs_no_network() {
    let Answer::Good(Data::Json(value)) = ask("GET", "/version", Params::default()) else { panic!("no version") };
    assert_eq!(value["version"], "9.2.11");
}
