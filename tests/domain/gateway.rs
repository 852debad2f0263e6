//! What follows from a fleet for its gateway, and which way to an app is told.

use proximity::domain::{
    fleet::Fleet,
    gateway::{self, Applied, Domain, FORMAT, Gateway, Publishing, Waiting, Wish, file, standing, url_of, wanted},
    ids::{AppId, OperationId},
    moment::Moment,
    operation::{Ended, Operation},
    plan::{Plan, PlanKind, Subject, journal::Outcome},
};

use crate::gateway::town::{app, fleet, probed, the_gateway, with};

/// The gateway has all that it should have.
fn applied(mut fleet: Fleet) -> Fleet {
    let gateway = the_gateway(&fleet);
    let table = wanted(&fleet, &gateway).table;
    let mut known = fleet.app(&gateway.app).cloned().unwrap();
    known.book.as_mut().unwrap().applied = Some(Applied { at: Moment::from_secs(9), format: FORMAT, table });
    fleet.put_app(known);
    fleet
}

fn url(fleet: &Fleet, name: &str) -> Option<String> {
    url_of(fleet, fleet.apps.iter().find(|app| &*app.name == name).unwrap())
}

fn waits(fleet: &Fleet) -> Vec<Waiting> {
    standing(fleet, the_gateway(fleet)).waiting
}

#[test]
fn what_was_given_waits_for_nothing_and_what_changes_waits_by_name() {
    let before = fleet("home.arpa", "off", vec![app(101, "one", "10.0.0.1", 80), app(102, "two", "10.0.0.2", 80)]);
    assert_eq!(waits(&before), [Waiting::All]);
    let mut fleet = applied(before);
    assert_eq!(waits(&fleet), []);
    fleet.put_app(app(101, "one", "10.0.0.9", 80));
    fleet.apps.retain(|app| &*app.name != "two");
    fleet.put_app(app(103, "three", "10.0.0.3", 80));
    let told = [Waiting::Changed("one".into()), Waiting::Added("three".into()), Waiting::Removed("two".into())];
    assert_eq!(waits(&fleet), told);
}

#[test]
fn what_was_set_back_is_given_its_routes_anew() {
    let mut fleet = applied(fleet("home.arpa", "off", vec![app(101, "one", "10.0.0.1", 80)]));
    let gateway = the_gateway(&fleet);
    let ended = |kind, seconds, outcome| {
        let subject = Subject::App { app: gateway.app.clone(), guest: gateway.guest.clone() };
        let plan = Plan::new(kind, subject, "gateway", Vec::new());
        let mut operation = Operation::begin(OperationId(seconds), plan, Moment::from_secs(1));
        operation.ended = Some(Ended { at: Moment::from_secs(seconds), outcome });
        operation
    };
    fleet.operations = vec![
        ended(PlanKind::Rollback, 8, Outcome::Done),
        ended(PlanKind::Restart, 20, Outcome::Done),
        ended(PlanKind::Update, 21, Outcome::Done),
    ];
    assert_eq!(waits(&fleet), [], "before it was given them, or without another disk");
    for (kind, outcome) in [(PlanKind::Rollback, Outcome::Done), (PlanKind::Update, Outcome::Undone)] {
        fleet.operations = vec![ended(kind, 30, outcome)];
        assert_eq!(waits(&fleet), [Waiting::SetBack], "{kind:?}");
    }
}

#[test]
fn a_way_through_the_gateway_is_only_told_where_it_leads_there() {
    let one = || app(101, "one", "10.0.0.1", 8_080);
    let bare = fleet("home.arpa", "internal", vec![one()]);
    assert_eq!(url(&bare, "one").as_deref(), Some("http://10.0.0.1:8080/"), "it has no routes yet");
    let fleet = applied(bare);
    assert_eq!(url(&fleet, "one").as_deref(), Some("https://one.home.arpa/"));
    let mut moved = fleet.clone();
    moved.put_app(app(101, "one", "10.0.0.7", 8_080));
    assert_eq!(url(&moved, "one").as_deref(), Some("http://10.0.0.7:8080/"), "the gateway leads to the old address");
    let mut off = fleet.clone();
    off.guests.retain(|guest| guest.key != the_gateway(&fleet).guest);
    assert_eq!(url(&off, "one").as_deref(), Some("http://10.0.0.1:8080/"), "the gateway is gone");
}

#[test]
fn what_the_operator_said_goes_before_what_follows_from_names() {
    let said = |label: &str| Publishing { label: Some(label.into()), ..Publishing::default() };
    let apps = vec![
        app(101, "media", "10.0.0.1", 80),
        with(app(102, "other", "10.0.0.2", 80), |book| book.publishing = said("media")),
        with(app(103, "hidden", "10.0.0.3", 80), |book| book.publishing.wish = Wish::No),
        with(app(104, "bare", "10.0.0.4", 22), |book| book.page = None),
    ];
    let fleet = fleet("home.arpa", "off", apps);
    let wanted = wanted(&fleet, &the_gateway(&fleet));
    let names: Vec<_> = wanted.table.routes.iter().map(|route| (route.name.as_str(), route.label.as_deref())).collect();
    assert_eq!(names, [("other", Some("media"))], "what has no page is not shown to everybody");
    assert_eq!(wanted.left_out.len(), 1);
}

#[test]
fn a_public_port_leads_to_one_app() {
    let leased = |vmid, name: &str, port| {
        with(app(vmid, name, "10.0.0.1", 80), |book| book.ports = [("web".into(), port)].into())
    };
    let apps = vec![leased(101, "one", 8_100), leased(102, "two", 8_100), leased(103, "three", 20_001)];
    let fleet = fleet("home.arpa", "off", apps);
    let wanted = wanted(&fleet, &the_gateway(&fleet));
    let ports: Vec<_> = wanted.table.routes.iter().map(|route| route.ports.len()).collect();
    assert_eq!(ports, [1, 0, 0], "{:?}", wanted.table.routes);
    assert_eq!(wanted.left_out.len(), 1, "{:?}", wanted.left_out);
}

#[test]
fn the_same_fleet_gives_the_same_file() {
    let probe = |book: &mut proximity::domain::book::Book| book.probe = Some(probed("http", 81, "/ok", (200, 299)));
    let fleet = fleet("home.arpa", "internal", vec![with(app(101, "one", "10.0.0.1", 80), probe)]);
    let text = || file(&wanted(&fleet, &the_gateway(&fleet)).table);
    assert_eq!(text(), text());
    for line in ["one.home.arpa {", "\ttls internal", "health_uri /ok", "health_port 81", "health_status 2xx"] {
        assert!(text().contains(line), "{line} is not in\n{}", text());
    }
    assert!(text().contains("reverse_proxy 10.0.0.1:80 {"));
}

#[test]
fn domains_are_names() {
    for good in ["home.arpa", "Lab.Example.org.", "lan", "a-b.c9"] {
        assert!(Domain::new(good).is_ok(), "{good}");
    }
    for bad in ["", ".", "a..b", "-a.b", "a b", "192.168.1.5", "a.b{", "ä.de", &"a".repeat(64)] {
        assert!(Domain::new(bad).is_err(), "{bad}");
    }
    assert_eq!(gateway::mail("a@b.de"), Some("a@b.de"));
    assert_eq!(gateway::mail("a b@c"), None);
}

#[test]
fn what_was_adopted_is_no_gateway_whatever_it_resembles() {
    let mut fleet = fleet("home.arpa", "off", Vec::new());
    let mut app = fleet.app(&the_gateway(&fleet).app).cloned().unwrap();
    app.book.as_mut().unwrap().origin = proximity::domain::book::Origin::Adopted;
    fleet.put_app(app);
    assert_eq!(Gateway::all(&fleet).count(), 0, "its file is somebody's own");
}

#[test]
fn a_binned_gateway_is_none() {
    let mut fleet = fleet("home.arpa", "off", Vec::new());
    let gateway = the_gateway(&fleet).app;
    let mut app = fleet.app(&gateway).cloned().unwrap();
    let binned = proximity::domain::book::Binned { until: Moment::from_secs(5), pool: None, ran: true };
    app.book.as_mut().unwrap().binned = Some(binned);
    fleet.put_app(app);
    assert_eq!(Gateway::all(&fleet).count(), 0);
    assert!(fleet.app(&AppId::new("nobody")).is_none());
}
