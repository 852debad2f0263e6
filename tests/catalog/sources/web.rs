//! A source that is one file over HTTPS, and what servers may do.

use std::time::Duration;

use proximity::{
    domain::{
        catalog::{Pin, SourceKind},
        fault::FaultCode,
    },
    engine::Change,
    web::{Client, Limits, Roots, WebError},
};

use super::{
    Shop, news, on_shelf,
    origin::recipe,
    rows,
    server::{Reply, Server},
    source, take,
};

fn body(version: &str) -> Reply {
    Reply::Body(recipe("broker", version).to_string().into_bytes())
}

fn trusting(server: &Server) -> Roots {
    Roots::Pem(server.authority.as_str().into())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_is_a_source_that_is_pinned_by_its_sum() {
    let server = Server::start(body("2.0")).await;
    let shop = Shop::trusting(trusting(&server));
    let engine = shop.engine();
    let mine = source("mine", &server.url("broker.json"));
    assert_eq!(mine.url.kind(), SourceKind::File);
    engine.change(Change::AddSource(mine)).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0"]);
    let before = rows(&engine).await.remove(0).source.pin.unwrap();
    assert_eq!(before.as_str().len(), 64);
    assert!(news(&engine, "mine", None).await.unwrap().is_nothing());
    server.says(body("2.1"));
    let seen = news(&engine, "mine", None).await.unwrap();
    assert_eq!(seen.difference.changed[0].version_before.as_deref(), Some("2.0"));
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0"]);
    // What was shown is what is taken, whatever lies there by then.
    server.says(body("6.6"));
    take(&engine, "mine", &seen.found).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.1"]);
    let gone = Pin::new(&"a".repeat(64)).unwrap();
    assert_eq!(take(&engine, "mine", &gone).await.unwrap_err().code, FaultCode::NotFound);
    drop(server);
    take(&engine, "mine", &before).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (server, other) = (Server::start(body("2.0")).await, Server::start(body("2.0")).await);
    let shop = Shop::trusting(trusting(&other));
    let engine = shop.engine();
    let fault = engine.change(Change::AddSource(source("mine", &server.url("broker.json")))).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Trust, "{fault}");
    let misnamed = Server::named("example.org", body("2.0")).await;
    let client = Client::new(trusting(&misnamed), Limits::default());
    let error = client.get(&misnamed.url("x.json")).await.unwrap_err();
    assert!(matches!(&error, WebError::Untrusted { why, .. } if why.contains("another name")), "{error}");
    let nobody = Client::new(Roots::Pem("".into()), Limits::default());
    assert_eq!(nobody.get(&server.url("x.json")).await.unwrap_err(), WebError::NoAuthorities);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_ends_or_never_begins_is_left() {
    let server = Server::start(Reply::Endless).await;
    let limits = Limits { bytes: 1 << 20, whole: Duration::from_secs(30), ..Limits::default() };
    let client = Client::new(trusting(&server), limits);
    assert_eq!(client.get(&server.url("x.json")).await.unwrap_err(), WebError::TooLarge { most: 1 << 20 });
    server.says(Reply::Body(vec![b' '; (1 << 20) + 1]));
    assert_eq!(client.get(&server.url("x.json")).await.unwrap_err(), WebError::TooLarge { most: 1 << 20 });
    server.says(Reply::Body(vec![b' '; 1 << 20]));
    assert_eq!(client.get(&server.url("x.json")).await.unwrap().len(), 1 << 20);
    server.says(Reply::Silence);
    let hasty = Client::new(trusting(&server), Limits { whole: Duration::from_millis(400), ..limits });
    assert!(matches!(hasty.get(&server.url("x.json")).await.unwrap_err(), WebError::Slow { .. }));
    // More than is read before the time is over.
    server.says(Reply::Endless);
    let endless = Limits { bytes: usize::MAX, whole: Duration::from_millis(400), ..limits };
    let hasty = Client::new(trusting(&server), endless);
    assert!(matches!(hasty.get(&server.url("x.json")).await.unwrap_err(), WebError::Slow { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_leads_out_of_https() {
    let (server, plain) = (Server::start(Reply::Silence).await, std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    plain.set_nonblocking(true).unwrap();
    let client = Client::new(trusting(&server), Limits::default());
    let to =
        |place: String| Reply::Raw(format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"));
    let there = plain.local_addr().unwrap();
    server.says(to(format!("http://{there}/x.json")));
    let error = client.get(&server.url("x.json")).await.unwrap_err();
    assert_eq!(error, WebError::SentOn(format!("http://{}", there.ip())));
    assert!(plain.accept().is_err(), "nobody came");
    server.says(to(format!("https://user:secret@{}/x.json", server.address)));
    assert!(matches!(client.get(&server.url("x.json")).await.unwrap_err(), WebError::SentOn(_)));
    server.says(to(server.url("again.json")));
    assert!(matches!(client.get(&server.url("x.json")).await.unwrap_err(), WebError::NoAnswer { .. }));
    server.says(Reply::Raw("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into()));
    assert_eq!(client.get(&server.url("x.json")).await.unwrap_err(), WebError::Status(404));
    assert_eq!(client.get("http://127.0.0.1/x.json").await.unwrap_err(), WebError::NotHttps);
}
