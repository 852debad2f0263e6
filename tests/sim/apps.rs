//! Apps that answer at their own addresses, over real TCP: as long as they run, and only then.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use proximity::sim::{Apps, Options, Pace, Seed};

use super::house::House;

/// An address that no other test and no other run of the tests uses.
fn own(number: u8) -> Ipv4Addr {
    let run = std::process::id();
    Ipv4Addr::new(127, 77, 200 + number, 1 + (run % 250) as u8)
}

/// The demo, with an app at an address of the test's own.
fn house(vmid: u32, address: Ipv4Addr) -> House {
    let house = House::of(Options { apps: Apps::Answer, ..Options::local(Seed::demo(), Pace::stepped()) });
    move_to(&house, vmid, address);
    house
}

fn move_to(house: &House, vmid: u32, address: Ipv4Addr) {
    house.handle().with(|datacenter| datacenter.guests.get_mut(&vmid).unwrap().address = address);
}

fn visit(at: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    (!text.is_empty()).then_some(text)
}

/// The task that owns the doors follows at its own pace.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

fn is_closed(at: SocketAddr) -> bool {
    TcpStream::connect(at).is_err()
}

#[test]
fn an_app_answers_while_it_runs_and_again_when_it_was_started_anew() {
    let house = house(101, own(0));
    let at = SocketAddr::from((own(0), 8096));
    wait_until("the running app answers", || visit(at).is_some());
    let page = visit(at).unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("<h1>jellyfin</h1>"), "{page}");

    assert_eq!(house.done("POST", "/nodes/pve1/lxc/101/status/stop", &[]), "OK");
    wait_until("the stopped app refuses", || is_closed(at));
    assert_eq!(house.done("POST", "/nodes/pve1/lxc/101/status/start", &[]), "OK");
    wait_until("the started app answers", || visit(at).is_some());
}

#[test]
fn a_broken_app_does_not_answer_and_nothing_does_after_the_end() {
    let mut house = house(101, own(1));
    move_to(&house, 108, own(2));
    let (runs, broken) = (SocketAddr::from((own(1), 8096)), SocketAddr::from((own(2), 8000)));
    assert_ne!(house.done("POST", "/nodes/pve2/lxc/108/status/start", &[]), "OK");
    move_to(&house, 101, own(3));
    let runs_now = SocketAddr::from((own(3), 8096));
    wait_until("the app answers at its new address", || visit(runs_now).is_some());
    assert!(is_closed(runs) && is_closed(broken));

    let simulator = house.simulator.take().unwrap();
    house.runtime.block_on(simulator.shutdown());
    assert!(is_closed(runs_now));
}

#[test]
fn an_address_that_is_taken_is_left_alone() {
    let taken = TcpListener::bind((own(4), 8096)).unwrap();
    let house = house(101, own(4));
    move_to(&house, 102, own(5));
    wait_until("the others answer", || visit(SocketAddr::from((own(5), 2283))).is_some());
    drop(taken);
    assert!(is_closed(SocketAddr::from((own(4), 8096))));
}

#[test]
fn apps_of_a_dead_node_are_gone_and_nobody_answers_unasked() {
    use proximity::sim::Fault;
    let house = house(101, own(6));
    let at = SocketAddr::from((own(6), 8096));
    wait_until("the app answers", || visit(at).is_some());
    house.handle().throw(Fault::DeadNode("pve1".into()));
    wait_until("the dead node's app is gone", || is_closed(at));

    let silent = House::demo();
    move_to(&silent, 101, own(7));
    assert_eq!(silent.call("GET", "/version", &[]).status, 200);
    assert!(is_closed(SocketAddr::from((own(7), 8096))));
}
