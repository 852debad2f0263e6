//! What clashes in the port book, each with what is to be done.

use std::collections::BTreeMap;

use proximity::domain::{
    app::App,
    fault::{Fault, FaultCode},
    fleet::Fleet,
    gateway::Door,
    listening::{Listener, Protocol},
    plan::{Address, Card},
    port_book::{Leased, PortBook, Seen, Use, port_book},
};

use super::world::key;
use crate::gateway::town::{GATEWAY, app, fleet, with};

fn listens(port: u16, program: &str, address: &str) -> Listener {
    Listener {
        port,
        protocol: Protocol::Tcp,
        address: address.parse().unwrap(),
        program: (!program.is_empty()).then(|| program.into()),
    }
}

fn lease(app: &App, port: u16) -> Leased {
    Leased { host: key(1).host, port, app: app.id.clone(), name: "web".into() }
}

fn looked(fleet: &Fleet, leases: &[Leased], found: Vec<(&App, Vec<Listener>)>) -> PortBook {
    let seen: Seen = found.into_iter().map(|(app, found)| (app.id.clone(), Ok(found))).collect();
    port_book(fleet, leases, &seen)
}

fn clashes(book: &PortBook) -> Vec<&str> {
    assert!(book.clashes.iter().all(|clash| !clash.remedy.is_empty()));
    book.clashes.iter().map(|clash| clash.what.as_str()).collect()
}

#[test]
fn all_that_is_well_is_no_clash() {
    let one = with(app(101, "one", "10.0.0.1", 80), |book| book.ports = [("web".into(), 8_100)].into());
    let fleet = fleet("home.arpa", "off", vec![one.clone()]);
    let book = looked(&fleet, &[lease(&one, 8_100)], vec![(&one, vec![listens(80, "nginx", "0.0.0.0")])]);
    assert_eq!(clashes(&book), Vec::<&str>::new());
    let row = book.rows.iter().find(|row| row.port == 80 && row.whose == "one").unwrap();
    assert_eq!((row.program.as_deref(), &row.uses), (Some("nginx"), &[Use::Expected, Use::Listens].into()));
}

#[test]
fn two_programs_at_one_port_are_told() {
    let one = app(101, "one", "10.0.0.1", 53);
    let fleet = fleet("home.arpa", "off", vec![one.clone()]);
    let found = vec![listens(53, "dnsmasq", "0.0.0.0"), listens(53, "systemd-resolve", "127.0.0.53")];
    let book = looked(&fleet, &[], vec![(&one, found)]);
    assert_eq!(clashes(&book), ["inside one port 53/tcp is used by dnsmasq and systemd-resolve"]);
}

#[test]
fn what_should_listen_and_does_not_is_told() {
    let doors = |book: &mut proximity::domain::book::Book| {
        let door = |name: &str, port| Door { name: name.into(), port, scheme: None, protocol: Default::default() };
        book.doors = vec![door("web", 80), door("sync", 81)];
    };
    let one = with(app(101, "one", "10.0.0.1", 80), doors);
    let fleet = fleet("home.arpa", "off", vec![one.clone()]);
    let book = looked(&fleet, &[], vec![(&one, vec![listens(81, "sync", "127.0.0.1")])]);
    let told =
        ["nothing listens at port 80/tcp (web) of one", "port 81/tcp (sync) of one listens for its own container only"];
    assert_eq!(clashes(&book), told);
    // Where nobody looked nothing is said of it, and why is told.
    let fault = Fault::passing(FaultCode::Unreachable, "nobody looked", "it is shut", "open it");
    let unseen: Seen = BTreeMap::from([(one.id.clone(), Err(fault))]);
    let book = port_book(&fleet, &[], &unseen);
    assert_eq!((clashes(&book).len(), book.unseen.len()), (0, 1));
}

#[test]
fn a_lease_of_nobody_and_one_that_was_taken_are_told() {
    let one = app(101, "one", "10.0.0.1", 80);
    let gone = app(102, "gone", "10.0.0.2", 80);
    let fleet = fleet("home.arpa", "off", vec![one.clone()]);
    let gateway = fleet.apps.iter().find(|app| app.guest == key(GATEWAY)).cloned().unwrap();
    let found = vec![listens(80, "caddy", "::"), listens(8_100, "python3", "0.0.0.0")];
    let book = looked(&fleet, &[lease(&one, 8_100), lease(&gone, 8_101)], vec![(&gateway, found)]);
    let told = [
        "python3 took port 8100 of gateway, which is kept for app-000065",
        "port 8101 is kept for app-000066, which is not there any more",
    ];
    assert_eq!(clashes(&book), told);
}

#[test]
fn one_address_for_two_is_told() {
    let fixed = |app: App| {
        with(app, |book| {
            let address = Address::Fixed { ip: "10.0.0.5".into(), prefix: 24, gateway: None };
            book.card = Some(Card { bridge: "vmbr0".into(), vlan: None, mac: String::new(), address });
        })
    };
    let apps = vec![fixed(app(101, "one", "10.0.0.5", 80)), fixed(app(102, "two", "10.0.0.6", 80))];
    let fleet = fleet("home.arpa", "off", apps);
    assert_eq!(clashes(&looked(&fleet, &[], Vec::new())), ["one and two have the same address, 10.0.0.5"]);
}

#[test]
fn what_has_no_place_at_the_gateway_is_told() {
    let apps = vec![app(101, "a b", "10.0.0.1", 80), app(102, "a-b", "10.0.0.2", 80)];
    let fleet = fleet("home.arpa", "off", apps);
    assert_eq!(
        clashes(&looked(&fleet, &[], Vec::new())),
        ["a-b is not at the gateway: another app is published as a-b"]
    );
}
