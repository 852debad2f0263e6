//! Trouble that a test can make: a server that hangs, talks rubbish, changes its certificate; a node that dies.

use std::time::Duration;

use proximity::sim::{Entrance, Fault, Options, Pace, Seed, Shown};
use serde_json::json;

use super::{
    client::{Wire, pinned},
    house::{House, request},
};

#[test]
fn a_hanging_server_answers_once_it_is_let_go() {
    let house = House::demo();
    house.handle().throw(Fault::Hang);
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
    wire.be_patient(Duration::from_millis(150));
    assert!(wire.read().is_err(), "it answered");
    assert_eq!(house.handle().calls("GET /version"), 0);
    house.handle().mend_all();
    wire.be_patient(Duration::from_secs(20));
    assert_eq!(wire.read().unwrap().status, 200);
}

#[test]
fn a_hanging_server_can_still_be_shut_down() {
    let mut house = House::demo();
    house.handle().throw(Fault::Hang);
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
    let simulator = house.simulator.take().unwrap();
    house.runtime.block_on(simulator.shutdown());
    assert!(wire.is_closed());
}

#[test]
fn a_mute_server_does_not_even_shake_hands() {
    let house = House::demo();
    house.handle().throw(Fault::Mute);
    let address = house.simulator().address();
    let config = pinned(&house.simulator().ready().fingerprint);
    let knocking = std::thread::spawn(move || Wire::open(address, config).is_ok());
    let mut silent = std::net::TcpStream::connect(address).unwrap();
    silent.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    std::io::Write::write_all(&mut silent, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert!(std::io::Read::read(&mut silent, &mut [0]).is_err(), "it said something");
    assert!(!knocking.is_finished());
    house.handle().mend_all();
    assert!(knocking.join().unwrap());
}

#[test]
fn rubbish_and_cut_answers_are_no_json() {
    let house = House::demo();
    house.handle().throw(Fault::Rubbish);
    let reply = house.call("GET", "/version", &[]);
    assert_eq!(reply.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
    house.handle().throw(Fault::Cut);
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
    assert!(wire.read().is_err());
}

#[test]
fn another_certificate_on_the_same_port() {
    let house = House::demo();
    let before = house.simulator().ready().fingerprint.clone();
    let mut open = house.wire();
    open.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
    open.read().unwrap();
    let changed = house.handle().throw(Fault::Certificate(Shown::Renewed));
    let after = house.handle().fingerprint();
    assert_ne!(before, after);
    // Sooner than it would be closed for being idle.
    open.be_patient(Duration::from_secs(3));
    assert!(open.is_closed(), "the old connection goes on");
    assert!(Wire::open(house.simulator().address(), pinned(&before)).is_err());
    assert_eq!(house.get("/nodes/pve1/certificates/info")[1]["fingerprint"], after);
    house.handle().mend(changed);
    assert_eq!(house.get("/nodes/pve1/certificates/info")[1]["fingerprint"], before);
}

#[test]
fn a_dead_node_is_told_apart_from_dead_guests() {
    let house = House::demo();
    let dead = house.handle().throw(Fault::DeadNode("pve2".into()));
    let row =
        |path: &str, id: &str| house.get(path).as_array().unwrap().iter().find(|row| row["id"] == id).cloned().unwrap();
    assert_eq!(row("/cluster/resources", "node/pve2")["status"], "offline");
    assert_eq!(row("/cluster/resources", "lxc/102")["status"], "running", "as it was last heard of");
    let reply = house.call("GET", "/nodes/pve2/status", &[]);
    assert_eq!((reply.line(), reply.body.len()), ((595, "No route to host"), 0));
    let status = house.get("/cluster/status");
    assert_eq!((&status[0]["type"], &status[0]["quorate"]), (&json!("cluster"), &json!(1)));
    assert_eq!(row("/cluster/status", "node/pve2")["online"], 0);
    house.handle().advance(Duration::from_secs(301));
    assert_eq!(row("/cluster/resources", "lxc/102")["status"], "unknown");
    house.handle().throw(Fault::DeadNode("nas".into()));
    assert_eq!(house.get("/cluster/status")[0]["quorate"], 0);
    house.handle().mend(dead);
    assert_eq!(row("/cluster/resources", "lxc/102")["status"], "running");
}

#[test]
fn a_node_with_a_door_of_its_own_closes_it_when_it_dies() {
    let house = House::of(Options { entrance: Entrance::EveryNode, ..Options::local(Seed::demo(), Pace::stepped()) });
    let at = |node: &str| house.simulator().address_of(node).unwrap().trim_start_matches("https://").parse().unwrap();
    let (first, second) = (at("pve1"), at("pve2"));
    let row = house.get("/nodes/pve2/certificates/info")[1]["fingerprint"].as_str().unwrap().to_owned();
    let mut open = Wire::open(second, pinned(&row)).unwrap();
    let dead = house.handle().throw(Fault::DeadNode("pve2".into()));
    assert!(open.is_closed());
    assert!(Wire::open(second, pinned(&row)).is_err());
    assert!(Wire::open(first, pinned(&house.handle().fingerprint())).is_ok());
    house.handle().mend(dead);
    assert!(Wire::open(second, pinned(&row)).is_ok());
}
