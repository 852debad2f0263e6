//! The port book and the gateways on the deck: each key leads to what it says, and no container is changed whose plan was
//! not shown.

use std::sync::Arc;

use proximity::{
    domain::{
        app::{App, Marker},
        book::{Book, Origin, Page},
        catalog::RecipeId,
        fault::{Fault, FaultCode},
        fleet::{Fleet, Guest, Power},
        gateway::{self, Applied, Gateway, Publishing, Wish, wanted},
        ids::AppId,
        listening::{Listener, Protocol},
        plan::{Plan, PlanKind, Subject},
        port_book::{Leased, Look, Seen, port_book},
    },
    engine::{Answer, Change, Query, Request},
    tui::{effect::Effect, event::Event, keymap::Place},
};

use super::{
    fleet::{NOW, homelab, host, key},
    shelf::{answer, harmless, question, sees},
    snapshot::check,
    stage::Stage,
};

const GATEWAY: u32 = 190;

fn paged(fleet: &mut Fleet, name: &str, change: impl FnOnce(&mut Book)) {
    let mut app = fleet.apps.iter().find(|app| &*app.name == name).cloned().unwrap();
    let page = Page { scheme: "http".into(), port: app.marker.ports[0], path: "/".into() };
    let mut book = Book { page: Some(page), ..Book::new(Origin::Deployed, NOW) };
    change(&mut book);
    app.book = Some(Box::new(book));
    fleet.put_app(app);
}

/// Apps with pages, and a gateway that has some of their routes.
pub fn published() -> Fleet {
    let mut fleet = homelab();
    paged(&mut fleet, "jellyfin", |book| book.ports = [("web".into(), 8096)].into());
    paged(&mut fleet, "gitea", |book| book.publishing = Publishing { label: Some("git".into()), ..Default::default() });
    paged(&mut fleet, "minecraft", |_| {});
    let settings = [(gateway::DOMAIN, "casa.home.arpa"), (gateway::TLS, "internal")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let recipe = Some(RecipeId::new(gateway::RECIPE));
    let door = App {
        id: AppId::new("gateway-3f9a90"),
        name: "gateway".into(),
        guest: key(GATEWAY),
        marker: Marker::of(AppId::new("gateway-3f9a90")),
        address: Some("192.168.1.90".into()),
        book: Some(Box::new(Book { settings, recipe, ..Book::new(Origin::Deployed, NOW) })),
    };
    let guest =
        Guest { key: key(GATEWAY), name: "gateway".into(), power: Power::Running, ..(*fleet.guests[0]).clone() };
    fleet.guests.push(Arc::new(guest));
    fleet.put_app(door.clone());
    let table = wanted(&fleet, &Gateway::of(&door).unwrap()).table;
    let applied = Applied { at: NOW, format: gateway::FORMAT, table };
    let mut door = door;
    door.book.as_mut().unwrap().applied = Some(applied);
    fleet.put_app(door);
    // What came after: one more, and one whose name cannot be.
    paged(&mut fleet, "immich", |_| {});
    paged(&mut fleet, "grafana", |book| book.publishing.label = Some("git".into()));
    fleet
}

fn stage(columns: u16, rows: u16, keys: &str) -> Stage {
    let mut stage = Stage::new(published(), columns, rows);
    stage.keys(keys);
    stage
}

fn book(look: Look) -> Answer {
    let fleet = published();
    let app = |name: &str| fleet.apps.iter().find(|app| &*app.name == name).unwrap();
    let lease = |app: &str, port| Leased { host: host(), port, app: AppId::new(app), name: "web".into() };
    let leases = [lease(app("jellyfin").id.as_str(), 8096), lease("gone-123456", 8123)];
    let listens = |port, program: &str| Listener {
        port,
        protocol: Protocol::Tcp,
        address: "0.0.0.0".parse().unwrap(),
        program: Some(program.into()),
    };
    let mut seen = Seen::new();
    if look == Look::Inside {
        seen.insert(app("jellyfin").id.clone(), Ok(vec![listens(8096, "jellyfin"), listens(22, "sshd")]));
        let fault = Fault::lasting(
            FaultCode::Refused,
            "nobody looked",
            "its console shows a log-in prompt",
            "set cmode to shell",
        );
        seen.insert(app("pihole").id.clone(), Err(fault));
    }
    Answer::PortBook(Box::new(port_book(&fleet, &leases, &seen)))
}

fn ports(columns: u16, rows: u16) -> Stage {
    let mut stage = stage(columns, rows, "2 p");
    let asked = answer(&mut stage, book(Look::Books));
    assert!(matches!(asked, Query::PortBook(Look::Books)), "{asked:?}");
    stage
}

#[test]
fn the_port_book_shows_what_clashes_first() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let stage = ports(columns, rows);
        check(&format!("ports-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
        sees(&stage, "port 8123 is kept for gone-123456");
    }
}

#[test]
fn a_look_inside_is_asked_for_and_told() {
    let mut stage = ports(120, 36);
    stage.keys("r");
    sees(&stage, "looking inside all apps");
    let asked = answer(&mut stage, book(Look::Inside));
    assert!(matches!(asked, Query::PortBook(Look::Inside)), "{asked:?}");
    sees(&stage, "pihole was not looked into");
    stage.keys("Right Right Right Right");
    sees(&stage, "sshd");
    check("ports-inside-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn the_port_book_is_narrowed_by_what_is_typed_and_leads_to_the_app() {
    let mut stage = ports(120, 36);
    stage.keys("/ jelly");
    assert_eq!(stage.model.place(), Place::Filter);
    stage.keys("Enter G Enter");
    assert_eq!(stage.model.place(), Place::Apps);
    assert_eq!(stage.model.under_hand(), Some(&key(104)), "jellyfin");
    let mut stage = ports(120, 36);
    stage.keys("/ jelly Esc");
    assert_eq!(stage.model.place(), Place::Ports, "the filter goes first");
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Apps);
}

#[test]
fn the_gateways_show_routes_lights_and_what_waits() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let stage = stage(columns, rows, "4 W");
        assert_eq!(stage.model.place(), Place::Gateways);
        check(&format!("gateways-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let stage = stage(120, 36, "4 W");
    for text in ["https://git.casa.home.arpa/", "immich is new", "another app is published as git", "grafana"] {
        sees(&stage, text);
    }
}

#[test]
fn a_url_leads_through_the_gateway_where_that_leads_there() {
    let mut stage = stage(120, 36, "2 / jellyfin Enter o");
    let copied = stage.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("https://jellyfin.casa.home.arpa/"));
    sees(&stage, "jellyfin.casa.home.arpa");
    let mut fleet = published();
    fleet.guests.retain(|guest| guest.key != key(GATEWAY));
    stage.send(Event::Fleet(Arc::new(fleet))).keys("o");
    let copied = stage.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("http://192.168.1.53:8096/"));
}

/// What was asked for to be shown as a plan.
fn previewed(stage: &mut Stage) -> Request {
    let subject = Subject::App { app: AppId::new("gateway-3f9a90"), guest: key(GATEWAY) };
    let plan = Plan::new(PlanKind::Publish, subject, "gateway", Vec::new());
    match answer(stage, Answer::Preview(Box::new(harmless(plan)))) {
        Query::Preview(request) => request,
        other => panic!("no plan was asked for but {other:?}"),
    }
}

#[test]
fn what_changes_a_gateway_is_a_plan_first() {
    let mut stage = stage(120, 36, "4 W u");
    assert_eq!(previewed(&mut stage), Request::Publish(AppId::new("gateway-3f9a90")));
    stage.keys("Esc d");
    assert_eq!(previewed(&mut stage), Request::Bin(AppId::new("gateway-3f9a90")));
}

#[test]
fn a_gateway_is_made_by_a_form_that_tells_what_is_no_domain() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4 W");
    sees(&stage, "homelab  has no gateway");
    stage.keys("n");
    check("gateway-form-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Tab C-u no_name C-s");
    sees(&stage, "its parts have letters, digits and - only");
    stage.keys("C-u lan C-s");
    match previewed(&mut stage) {
        Request::MakeGateway(wish) => assert_eq!((wish.domain.as_str(), wish.host), ("lan", host())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn how_an_app_is_published_is_said_in_a_form() {
    let mut stage = stage(120, 36, "2 / jellyfin Enter W e");
    assert_eq!(stage.model.place(), Place::Form);
    stage.keys("Right Tab Film C-s");
    sees(&stage, "small letters, digits and dashes");
    stage.keys("C-u film Tab 8500 C-s");
    let change = stage.effects.iter().find_map(|effect| match effect {
        Effect::Change(ticket, change @ Change::SetPublishing { .. }) => Some((*ticket, change.clone())),
        _ => None,
    });
    let (ticket, Change::SetPublishing { publishing, .. }) = change.expect("it is written down") else { panic!() };
    assert_eq!(publishing, Publishing { wish: Wish::Yes, label: Some("film".into()), port: Some(8_500) });
    stage.send(Event::Changed(ticket, Ok(())));
    assert_eq!(stage.model.place(), Place::Gateways);
}

#[test]
fn the_certificate_of_an_authority_goes_to_the_clipboard() {
    let mut stage = stage(120, 36, "4 W c");
    let (ticket, query) = question(&mut stage);
    assert!(matches!(query, Query::GatewayRoot(_)), "{query:?}");
    stage.send(Event::Answered(ticket, Ok(Answer::Text("-----BEGIN".into()))));
    let copied = stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text == "-----BEGIN"));
    assert!(copied);
}
