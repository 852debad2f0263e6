//! Getting there: trust, addresses, limits. What must hold: not a byte goes to a host whose certificate is not the
//! pinned one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use proximity::{
    domain::fault::{Fault, FaultCode, FaultKind},
    proxmox::{Client, ClientError, Distrust, Fingerprint, Limits, fingerprint_of},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Semaphore,
};

use super::host::{Host, Reply, new_identity, token};

const VERSION: &str = r#"{"version":"9.2.11","release":"9.2"}"#;

#[tokio::test]
async fn the_pinned_certificate_is_trusted_and_http_1_1_is_spoken() {
    let host = Host::saying(Reply::data(VERSION)).await;
    assert_eq!(&*host.client().version().await.unwrap().text, "9.2.11");
    assert_eq!(host.seen()[0].alpn.as_deref(), Some("http/1.1"));
    assert_eq!(host.seen()[0].header("accept-encoding"), Some("gzip"));
}

#[tokio::test]
async fn another_certificate_is_a_hard_stop_that_tells_both() {
    let host = Host::saying(Reply::data(VERSION)).await;
    let client = host.client();
    let expected = host.pin();
    host.shows_from_now(new_identity());
    let error = client.version().await.unwrap_err();
    let seen = host.pin();
    assert_eq!(
        error,
        ClientError::Untrusted { address: host.address.clone(), expected, seen, why: Distrust::NotPinned }
    );
    assert!(host.seen().is_empty(), "something was sent to a stranger");
    let fault = Fault::from(error);
    assert_eq!((fault.code, fault.kind), (FaultCode::Trust, FaultKind::NeedsPerson));
    assert!(fault.why.contains(&expected.to_string()) && fault.why.contains(&seen.to_string()));
}

/// A server that offers to resume would get past the check of its certificate, if we took the offer.
#[tokio::test]
async fn a_session_is_never_resumed() {
    // Every refusal closes the connection, so each call is a handshake of its own.
    let host = Host::saying(Reply::refusal(500, "no")).await;
    let client = host.client();
    for _ in 0..3 {
        assert!(matches!(client.version().await, Err(ClientError::Refused { .. })));
    }
    host.shows_from_now(new_identity());
    assert!(matches!(client.version().await, Err(ClientError::Untrusted { .. })));
    assert_eq!(host.seen().len(), 3);
}

/// Anybody can show the right certificate; only its owner has the key.
#[tokio::test]
async fn the_right_certificate_without_its_key_is_no_use() {
    let host = Host::saying(Reply::data(VERSION)).await;
    let client = host.client();
    let mut stolen = new_identity();
    stolen.cert = host.identity().cert.clone();
    host.shows_from_now(stolen);
    let error = client.version().await.unwrap_err();
    assert!(matches!(error, ClientError::NoHandshake { .. }), "{error:?}");
    assert!(host.seen().is_empty());
}

#[tokio::test]
async fn looking_for_the_fingerprint_trusts_nobody_and_sends_nothing() {
    let host = Host::saying(Reply::data(VERSION)).await;
    let found = fingerprint_of(&host.address).await.unwrap();
    assert_eq!(found, Fingerprint::of(&host.identity().cert[0]));
    let as_typed = host.address.strip_prefix("https://").unwrap();
    assert_eq!(fingerprint_of(as_typed).await, Ok(found));
    assert!(host.seen().is_empty());
}

#[tokio::test]
async fn a_closed_port_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = fingerprint_of(&address).await.unwrap_err();
    assert_eq!(error, ClientError::PortClosed { address });
    assert_unreachable(error, "8006");
}

#[tokio::test]
async fn an_unknown_name_is_told() {
    let error = fingerprint_of("https://no-such-host.invalid:8006").await.unwrap_err();
    assert_eq!(error, ClientError::NoSuchName { host: "no-such-host.invalid".into() });
    assert_unreachable(error, "spelling");
}

#[tokio::test]
async fn a_port_without_tls_is_told() {
    let address = plain_server(|mut stream| async move {
        let _ = stream.read(&mut [0; 512]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await;
    let error = fingerprint_of(&address).await.unwrap_err();
    assert_eq!(error, ClientError::NotTls { address });
    assert_unreachable(error, "TLS");
}

#[tokio::test]
async fn a_host_that_hangs_up_on_the_handshake_is_told() {
    let address = plain_server(|mut stream| async move {
        let _ = stream.read(&mut [0; 512]).await;
    })
    .await;
    let error = fingerprint_of(&address).await.unwrap_err();
    assert!(matches!(error, ClientError::NoHandshake { .. }), "{error:?}");
    assert_unreachable(error, "pveproxy");
}

#[tokio::test]
async fn a_host_that_takes_connections_and_stays_silent_does_not_hold_us() {
    let address = plain_server(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let host = Host::saying(Reply::data(VERSION)).await;
    let mut target = host.target(token());
    target.addresses = vec![address];
    let client = Client::with_limits(
        target,
        crate::sent::log(),
        Limits { connect: Duration::from_millis(200), ..Limits::default() },
    )
    .unwrap();
    let error = tokio::time::timeout(Duration::from_secs(30), client.version()).await.expect("it hangs").unwrap_err();
    assert!(matches!(error, ClientError::NoHandshake { .. }), "{error:?}");
    assert_unreachable(error, "pveproxy");
}

#[tokio::test]
async fn a_host_that_never_answers_does_not_hold_us() {
    let host = Host::saying(Reply::Silence).await;
    let client = host.hasty_client();
    let error = tokio::time::timeout(Duration::from_secs(30), client.version()).await.expect("it hangs").unwrap_err();
    assert!(matches!(error, ClientError::Silent { .. }), "{error:?}");
    assert!(!error.may_have_acted(), "a look changes nothing");
    assert_unreachable(error, "load");
}

#[tokio::test]
async fn a_host_that_stops_in_mid_answer_does_not_hold_us() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n{".to_vec();
    let host = Host::saying(Reply::Stalled(half)).await;
    let call = host.hasty_client();
    let error = tokio::time::timeout(Duration::from_secs(30), call.version()).await.expect("it hangs").unwrap_err();
    assert!(matches!(error, ClientError::Silent { .. }), "{error:?}");
}

#[tokio::test]
async fn the_next_address_is_tried_and_kept() {
    let host = Host::saying(Reply::data(VERSION)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut target = host.target(token());
    target.addresses = vec![dead, "https://no-such-host.invalid:8006".into(), host.address.clone()];
    let client = Client::new(target, crate::sent::log()).unwrap();
    client.version().await.unwrap();
    client.version().await.unwrap();
    let statuses: Vec<_> = client.recent_calls().iter().map(|sent| sent.status).collect();
    assert_eq!(statuses, [None, None, Some(200), Some(200)], "the dead addresses were asked once each");
}

/// A dead port at first, and then somebody who listens there.
#[tokio::test]
async fn the_first_address_is_gone_back_to_when_it_answers_again() {
    let second = Host::saying(Reply::data(VERSION)).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut target = second.target(token());
    target.addresses = vec![format!("https://{free}"), second.address.clone()];
    let limits = Limits { back: Duration::ZERO, ..Limits::default() };
    let client = Client::with_limits(target.clone(), crate::sent::log(), limits).unwrap();
    let patient = Client::new(target, crate::sent::log()).unwrap();
    client.version().await.unwrap();
    patient.version().await.unwrap();
    assert_eq!(second.seen().len(), 2);
    let first = Host::at(free, second.identity(), |_| Reply::data(VERSION)).await;
    client.version().await.unwrap();
    assert_eq!((first.seen().len(), second.seen().len()), (1, 2), "the first one is tried again");
    patient.version().await.unwrap();
    assert_eq!((first.seen().len(), second.seen().len()), (1, 3), "but not with every call");
}

/// An order must not wait for an address that is still dead.
#[tokio::test]
async fn only_a_look_tries_the_way_back() {
    let second = Host::saying(Reply::data(VERSION)).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut target = second.target(token());
    target.addresses = vec![format!("https://{free}"), second.address.clone()];
    let client =
        Client::with_limits(target, crate::sent::log(), Limits { back: Duration::ZERO, ..Limits::default() }).unwrap();
    client.version().await.unwrap();
    let first = Host::at(free, second.identity(), |_| Reply::data(VERSION)).await;
    let node = proximity::domain::ids::NodeName::new("pve1");
    let action = proximity::domain::plan::PowerAction::Start;
    let kind = proximity::domain::fleet::GuestKind::Container;
    client.begin_power(&node, kind, proximity::domain::ids::Vmid(100), action).await.unwrap_err();
    assert_eq!((first.seen().len(), second.seen().len()), (0, 2));
}

#[tokio::test]
async fn a_stranger_at_the_first_address_stops_everything() {
    let host = Host::saying(Reply::data(VERSION)).await;
    let stranger = Host::saying(Reply::data(VERSION)).await;
    let mut target = host.target(token());
    target.addresses = vec![stranger.address.clone(), host.address.clone()];
    let error = Client::new(target, crate::sent::log()).unwrap().version().await.unwrap_err();
    assert!(matches!(error, ClientError::Untrusted { .. }));
    assert!(stranger.seen().is_empty() && host.seen().is_empty());
}

/// Proxmox closes a connection that was idle for five seconds; whoever uses it in that moment loses his answer.
#[tokio::test]
async fn an_idle_connection_is_let_go_before_the_host_does() {
    let usual = Limits::default();
    assert!(usual.idle < Duration::from_secs(5));
    for (idle, connections) in [(usual.idle, [1, 1]), (Duration::from_nanos(1), [1, 2])] {
        let host = Host::saying(Reply::data(VERSION)).await;
        let client = Client::with_limits(host.target(token()), crate::sent::log(), Limits { idle, ..usual }).unwrap();
        client.version().await.unwrap();
        client.version().await.unwrap();
        assert_eq!(host.seen().iter().map(|asked| asked.connection).collect::<Vec<_>>(), connections, "{idle:?}");
    }
}

/// A host that took the order and died over it, at the first of two addresses: the second one must not get it too.
#[tokio::test]
async fn an_order_that_was_sent_is_not_given_at_the_next_address() {
    let (first, second) = (Host::saying(Reply::Cut).await, Host::saying(Reply::data("\"UPID:x\"")).await);
    second.shows_from_now((*first.identity()).clone());
    let mut target = first.target(token());
    target.addresses.push(second.address.clone());
    let client = Client::new(target, crate::sent::log()).unwrap();
    let node = proximity::domain::ids::NodeName::new("pve1");
    let kind = proximity::domain::fleet::GuestKind::Container;
    let action = proximity::domain::plan::PowerAction::Start;
    let error = client.begin_power(&node, kind, proximity::domain::ids::Vmid(100), action).await.unwrap_err();
    assert!(error.may_have_acted(), "{error:?}");
    assert_eq!((first.seen().len(), second.seen().len()), (1, 0));
}

#[tokio::test]
async fn not_more_than_six_calls_are_under_way() {
    let gate = Arc::new(Semaphore::new(0));
    let given = Arc::new(AtomicUsize::new(0));
    let (held, answered, mut asked) = (gate.clone(), given.clone(), 0);
    let host = Host::start(move |_| {
        asked += 1;
        let under_way = asked - answered.load(Ordering::SeqCst);
        let reply = if under_way > 6 { Reply::refusal(500, "too many") } else { Reply::data(VERSION) };
        Reply::After(held.clone(), Box::new(reply))
    })
    .await;
    let client = host.client();
    let call = || {
        tokio::spawn({
            let client = client.clone();
            async move { client.version().await.map(drop) }
        })
    };
    let calls: Vec<_> = (0..20).map(|_| call()).collect();
    for answer in 0..20 {
        while host.seen().len() < (answer + 6).min(20) {
            tokio::task::yield_now().await;
        }
        given.fetch_add(1, Ordering::SeqCst);
        gate.add_permits(1);
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

fn assert_unreachable(error: ClientError, hint: &str) {
    assert!(error.is_passing());
    let fault = Fault::from(error);
    assert_eq!(fault.code, FaultCode::Unreachable);
    assert!(fault.remedy.contains(hint), "{fault}");
    assert!(!fault.what.is_empty() && !fault.why.is_empty());
}

async fn plain_server<F>(talk: impl Fn(tokio::net::TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    address
}
