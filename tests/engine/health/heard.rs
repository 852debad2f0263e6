//! What a look hears at a real server, and what it makes of it.

use std::time::Duration;

use proximity::{
    domain::probe::ProbeKind,
    operations::probe::{answers, look},
};

use super::stage::{Manner, Server, UNWELL, page};
use crate::exec::lab::https::acceptor;

fn secure(port: u16) -> ProbeKind {
    ProbeKind::Http { scheme: "https".into(), port, path: "/health".into(), status: (200, 299) }
}

async fn hear(what: &ProbeKind) -> Result<String, String> {
    look(what, "127.0.0.1", Duration::from_millis(400)).await.said
}

#[tokio::test]
async fn a_page_behind_a_certificate_that_nobody_vouches_for_is_judged_by_its_status() {
    let server = Server::open(Some(acceptor().1)).await;
    for _ in 0..3 {
        assert_eq!(hear(&secure(server.port)).await, Ok("200".into()));
    }
    server.is(UNWELL);
    assert_eq!(hear(&secure(server.port)).await, Err(format!("port {} answers 503", server.port)));
    server.is(Manner::HangsUp);
    assert_eq!(hear(&secure(server.port)).await, Err(format!("port {} hangs up", server.port)));
}

#[tokio::test]
async fn whoever_does_not_speak_tls_is_told_so_and_one_that_only_listens_is_no_page() {
    let server = Server::open(None).await;
    server.is(Manner::HangsUp);
    assert_eq!(hear(&ProbeKind::Tcp { port: server.port }).await, Ok("open".into()));
    let why = hear(&secure(server.port)).await.unwrap_err();
    assert!(why.contains("hangs up") || why.contains("does not speak TLS") || why.contains("says nothing"), "{why}");
    let secure_one = Server::open(Some(acceptor().1)).await;
    assert!(hear(&page(secure_one.port)).await.is_err(), "plain HTTP at a port that speaks TLS");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_nobody_goes_where_it_leads() {
    let elsewhere = Server::open(None).await;
    let server = Server::open(None).await;
    let away = format!("302 Found\r\nLocation: http://127.0.0.1:{}/", elsewhere.port);
    server.is(Manner::Says(Box::leak(away.into_boxed_str())));
    assert_eq!(hear(&page(server.port)).await, Ok("302".into()));
    assert_eq!(elsewhere.visits(), 0);
}

#[tokio::test]
async fn a_silent_one_is_left_in_time() {
    let server = Server::open(None).await;
    server.is(Manner::Silent);
    let heard = look(&page(server.port), "127.0.0.1", Duration::from_millis(100)).await;
    assert_eq!(heard.said, Err(format!("port {} says nothing", server.port)));
    assert!(heard.took < Duration::from_secs(2));
}

#[tokio::test]
async fn where_nobody_listens_that_is_said() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let why = answers(&ProbeKind::Tcp { port: closed }, "127.0.0.1").await.unwrap_err();
    assert_eq!(why, format!("port {closed} has nobody who listens"));
}
