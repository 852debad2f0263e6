//! A gateway on the simulated datacenter: it follows the apps of its host by itself.

use proximity::{
    domain::{
        app::App,
        fleet::{Fleet, Power},
        gateway::{self, Gateway, Publishing, Tls, Wish, light, public_url, standing, url_of},
        ids::AppId,
        plan::{PlanKind, journal::Outcome, power::PowerWish},
        port::stand_in,
        port_book::{Look, PortBook, Use},
    },
    engine::{Answer, Change, Duty, Engine, GatewayWish, Query, Request},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    lab::{home, until},
    life::{done, lab, wish},
};

pub fn plain(tls: Tls) -> GatewayWish {
    GatewayWish {
        host: home(),
        node: None,
        name: None,
        domain: "home.arpa".into(),
        tls,
        address: Default::default(),
        bridge: None,
        storage: None,
    }
}

async fn make(engine: &Engine, tls: Tls) -> AppId {
    let made = done(engine, Request::MakeGateway(Box::new(plain(tls)))).await;
    made.plan.subject.app().cloned().unwrap()
}

async fn deploy(engine: &Engine, recipe: &str) -> AppId {
    let made = done(engine, Request::Deploy(Box::new(wish(recipe)))).await;
    made.plan.subject.app().cloned().unwrap()
}

fn has_route(fleet: &Fleet, app: &AppId) -> bool {
    fleet.app(app).is_some_and(|app| public_url(fleet, app).is_some())
}

fn has_nothing_to_do(fleet: &Fleet) -> bool {
    let is_at_work = fleet.operations.iter().any(|operation| operation.is_running());
    !is_at_work && Gateway::all(fleet).all(|gateway| standing(fleet, gateway).waiting.is_empty())
}

fn published(fleet: &Fleet) -> usize {
    fleet.operations.iter().filter(|one| one.plan.kind == PlanKind::Publish).count()
}

/// What the gateway says to somebody who asks for this name.
async fn asked(gateway: &App, port: u16, host: &str) -> String {
    let address = gateway.address.as_deref().unwrap();
    let line = match TcpStream::connect((address, port)).await {
        Ok(line) => Ok(line),
        Err(_) => TcpStream::connect((address, stand_in(address, port).unwrap_or(port))).await,
    };
    let Ok(mut line) = line else { return "nobody answers".into() };
    line.write_all(format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let _ = line.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

fn of(engine: &Engine, app: &AppId) -> App {
    engine.fleet().borrow().app(app).cloned().unwrap()
}

#[tokio::test]
async fn an_app_gets_its_name_by_itself_and_loses_it_with_its_end() {
    let (_lab, engine) = lab().await;
    let gateway = make(&engine, Tls::Off).await;
    let app = deploy(&engine, "miniflux").await;
    until(&engine, |fleet| has_route(fleet, &app) && has_nothing_to_do(fleet)).await;
    let door = of(&engine, &gateway);
    let there = asked(&door, 80, "miniflux.home.arpa").await;
    assert!(there.starts_with("HTTP/1.1 200"), "{there}");
    let nobody = asked(&door, 80, "nobody.home.arpa").await;
    assert!(nobody.starts_with("HTTP/1.1 404"), "{nobody}");
    let fleet = engine.fleet().borrow().clone();
    assert_eq!(url_of(&fleet, fleet.app(&app).unwrap()).as_deref(), Some("http://miniflux.home.arpa/"));
    // The port of the gateway that is leased for it leads there as well.
    let port =
        of(&engine, &app).book.unwrap().ports.values().copied().find(|port| (8000..=9000).contains(port)).unwrap();
    assert!(asked(&door, port, "192.168.1.5").await.starts_with("HTTP/1.1 200"));
    done(&engine, Request::Bin(app.clone())).await;
    until(&engine, |fleet| !has_route(fleet, &app) && has_nothing_to_do(fleet)).await;
    let gone = asked(&of(&engine, &gateway), 80, "miniflux.home.arpa").await;
    assert!(gone.starts_with("HTTP/1.1 404"), "{gone}");
    engine.close().await;
}

#[tokio::test]
async fn what_is_quiet_is_left_alone() {
    let (_lab, engine) = lab().await;
    make(&engine, Tls::Internal).await;
    until(&engine, has_nothing_to_do).await;
    let before = published(&engine.fleet().borrow());
    engine.change(Change::Refresh).await.unwrap();
    done(&engine, Request::Deploy(Box::new(wish("mosquitto")))).await;
    until(&engine, has_nothing_to_do).await;
    assert_eq!(published(&engine.fleet().borrow()), before, "a broker has no page");
    engine.close().await;
}

#[tokio::test]
async fn apps_are_reached_by_their_own_addresses_while_the_gateway_is_off() {
    let (_lab, engine) = lab().await;
    let gateway = make(&engine, Tls::Internal).await;
    let app = deploy(&engine, "miniflux").await;
    let fleet = until(&engine, |fleet| has_route(fleet, &app) && has_nothing_to_do(fleet)).await;
    assert_eq!(url_of(&fleet, fleet.app(&app).unwrap()).as_deref(), Some("https://miniflux.home.arpa/"));
    let guest = of(&engine, &gateway).guest;
    done(&engine, Request::Power { guest: guest.clone(), wish: PowerWish::StopNow }).await;
    let is_off = |fleet: &Fleet| fleet.guest(&guest).is_some_and(|guest| guest.power == Power::Stopped);
    let fleet = until(&engine, is_off).await;
    let known = fleet.app(&app).unwrap();
    assert_eq!(url_of(&fleet, known), known.url());
    let standing = standing(&fleet, Gateway::on(&fleet, &home()).unwrap());
    assert_eq!(light(&fleet, &standing, &app), gateway::Light::NoGateway);
    let own = asked(known, known.book.as_ref().unwrap().page.as_ref().unwrap().port, "x").await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
    engine.close().await;
}

#[tokio::test]
async fn of_two_who_watch_one_gives_it_its_routes() {
    let (lab, one) = lab().await;
    make(&one, Tls::Off).await;
    let two = lab.engine(Duty::Watch).await;
    until(&one, has_nothing_to_do).await;
    let before = published(&one.fleet().borrow());
    let app = deploy(&one, "miniflux").await;
    for engine in [&one, &two] {
        until(engine, |fleet| has_route(fleet, &app) && has_nothing_to_do(fleet)).await;
    }
    assert_eq!(published(&one.fleet().borrow()), before + 1);
    one.close().await;
    two.close().await;
}

#[tokio::test]
async fn a_host_has_one_gateway() {
    let (_lab, engine) = lab().await;
    make(&engine, Tls::Off).await;
    let second = engine.ask(Request::MakeGateway(Box::new(plain(Tls::Off)))).await.unwrap_err();
    assert!(second.why.contains("gateway"), "{second:?}");
    let by_hand = engine.ask(Request::Deploy(Box::new(wish("gateway")))).await.unwrap_err();
    assert_eq!(by_hand.what, second.what);
    let nonsense = GatewayWish { domain: "no domain".into(), ..plain(Tls::Off) };
    assert!(engine.ask(Request::MakeGateway(Box::new(nonsense))).await.is_err());
    engine.close().await;
}

#[tokio::test]
async fn what_the_operator_says_of_a_name_outlives_what_is_done_to_the_app() {
    let (lab, engine) = lab().await;
    make(&engine, Tls::Off).await;
    let (app, other) = (deploy(&engine, "miniflux").await, deploy(&engine, "linkding").await);
    let named = |label: &str, port| Publishing { wish: Wish::Yes, label: Some(label.into()), port };
    let publish = |app: &AppId, publishing| Change::SetPublishing { app: app.clone(), publishing };
    engine.change(publish(&app, named("news", Some(8_500)))).await.unwrap();
    let url = |fleet: &Fleet| fleet.app(&app).and_then(|app| public_url(fleet, app));
    until(&engine, |fleet| url(fleet).as_deref() == Some("http://news.home.arpa/")).await;
    for refused in [named("news", None), named("No Label", None), named("mine", Some(8_500)), named("mine", Some(443))]
    {
        let fault = engine.change(publish(&other, refused.clone())).await.unwrap_err();
        assert!(!fault.remedy.is_empty(), "{refused:?}");
    }
    done(&engine, Request::Snapshot { app: app.clone(), name: None, note: String::new() }).await;
    done(&engine, Request::Update(app.clone())).await;
    engine.close().await;
    let again = lab.engine(Duty::Watch).await;
    let kept = of(&again, &app).book.unwrap().publishing;
    assert_eq!(kept, named("news", Some(8_500)));
    again.change(publish(&app, Publishing { wish: Wish::No, label: None, port: None })).await.unwrap();
    until(&again, |fleet| url(fleet).is_none() && has_nothing_to_do(fleet)).await;
    again.change(publish(&other, named("mine", Some(8_500)))).await.unwrap();
    again.close().await;
}

#[tokio::test]
async fn a_file_that_is_refused_leaves_the_old_one_and_is_not_tried_in_a_loop() {
    let (_lab, engine) = lab().await;
    let gateway = make(&engine, Tls::Off).await;
    until(&engine, has_nothing_to_do).await;
    let before = published(&engine.fleet().borrow());
    // Its Caddy is not the one that we know.
    let other = "printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/caddy; chmod 755 /usr/bin/caddy";
    let command = ["sh", "-c", other].map(str::to_owned).to_vec();
    done(&engine, Request::Run { app: gateway.clone(), command }).await;
    let app = deploy(&engine, "miniflux").await;
    let failed = |fleet: &Fleet| {
        let ended = fleet.operations.iter().filter(|one| one.plan.kind == PlanKind::Publish && !one.is_running());
        ended.filter(|one| one.outcome() != Some(Outcome::Done)).count()
    };
    until(&engine, |fleet| failed(fleet) == 1).await;
    for name in ["one", "two"] {
        done(&engine, Request::Snapshot { app: app.clone(), name: Some(name.into()), note: String::new() }).await;
    }
    let fleet = engine.fleet().borrow().clone();
    assert_eq!((failed(&fleet), published(&fleet)), (1, before + 1));
    let still = asked(&of(&engine, &gateway), 80, "miniflux.home.arpa").await;
    assert!(still.starts_with("HTTP/1.1 404"), "the old file is there: {still}");
    engine.close().await;
}

async fn book(engine: &Engine, look: Look) -> PortBook {
    match engine.query(Query::PortBook(look)).await.unwrap() {
        Answer::PortBook(book) => *book,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_port_book_tells_what_is_kept_and_what_really_listens() {
    let (lab, engine) = lab().await;
    let broker = deploy(&engine, "mosquitto").await;
    let known = book(&engine, Look::Books).await;
    let of_broker = |book: &PortBook, port: u16| {
        book.rows.iter().find(|row| row.app.as_ref() == Some(&broker) && row.port == port).cloned()
    };
    assert!(of_broker(&known, 1883).unwrap().uses.contains(&Use::Expected));
    let seen = book(&engine, Look::Inside).await;
    let row = of_broker(&seen, 1883).unwrap();
    assert!(row.uses.contains(&Use::Listens), "{row:?}");
    assert!(!seen.clashes.iter().any(|clash| clash.app.as_ref() == Some(&broker)), "{:?}", seen.clashes);
    lab.meddle("INSERT INTO port_lease VALUES ('home', 8123, 'gone-123456', 'web', 999999)");
    let abandoned = book(&engine, Look::Books).await;
    assert!(abandoned.clashes.iter().any(|clash| clash.port == Some(8123)), "{:?}", abandoned.clashes);
    engine.change(Change::ReleasePort { host: home(), port: 8123 }).await.unwrap();
    assert!(book(&engine, Look::Books).await.clashes.iter().all(|clash| clash.port != Some(8123)));
    let refused = engine.change(Change::ReleasePort { host: home(), port: 20_000 }).await;
    assert!(refused.is_err(), "it is kept for an app that is there");
    engine.close().await;
}

#[tokio::test]
async fn its_own_authority_is_handed_out() {
    let (_lab, engine) = lab().await;
    let gateway = make(&engine, Tls::Internal).await;
    deploy(&engine, "miniflux").await;
    until(&engine, has_nothing_to_do).await;
    let Answer::Text(text) = engine.query(Query::GatewayRoot(gateway)).await.unwrap() else { panic!() };
    assert!(
        text.starts_with("-----BEGIN CERTIFICATE-----\n") && text.ends_with("-----END CERTIFICATE-----\n"),
        "{text}"
    );
    engine.close().await;
}
