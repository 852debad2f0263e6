//! Addresses where no SSH server answers as one.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread::JoinHandle,
    time::Duration,
};

use proximity::{
    domain::fault::{Fault, FaultCode},
    ssh::{Limits, Pins, Session, SshError, Target, look},
};

fn limits() -> Limits {
    let short = Duration::from_millis(300);
    Limits { connect: short, exchange: short, log_in: short, begin: short, ..Limits::default() }
}

/// Accepts one connection, says this, and waits until the other side has had enough.
fn says(words: &'static str) -> (u16, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let port = listener.local_addr().unwrap().port();
    let hearing = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(words.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        heard
    });
    (port, hearing)
}

async fn tried(address: &str, port: u16) -> SshError {
    let target =
        Target { address: address.into(), port, user: "root".into(), proofs: Vec::new(), keys: Pins::FirstUse };
    let error = Session::open(&target, limits()).await.map(drop).unwrap_err();
    assert_eq!(Fault::from(error.clone()).code, FaultCode::Unreachable, "{error:?}");
    error
}

#[tokio::test]
async fn a_closed_port_is_told_as_one() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(tried("127.0.0.1", port).await, SshError::PortClosed { address: format!("127.0.0.1:{port}") });
}

#[tokio::test]
async fn a_name_that_nobody_has_is_told_as_one() {
    let error = tried("no-such-name.invalid", 22).await;
    assert!(matches!(error, SshError::NoSuchName { .. }), "{error:?}");
}

#[tokio::test]
async fn a_port_that_accepts_and_never_speaks_is_given_up() {
    let (port, hearing) = says("");
    let error = tried("127.0.0.1", port).await;
    assert!(matches!(error, SshError::Silent { step: "show its key", .. }), "{error:?}");
    hearing.join().unwrap();
    let (port, hearing) = says("SSH-2.0-Stuck\r\n");
    let error = look("127.0.0.1", port, limits()).await.unwrap_err();
    assert!(matches!(error, SshError::Silent { step: "show its key", .. }), "{error:?}");
    assert!(hearing.join().unwrap().starts_with(b"SSH-2.0-"));
}

#[tokio::test]
async fn what_speaks_something_else_is_told() {
    for words in ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "SSH-1.5-Old\r\n", "SSH-2.0-Bad\r\nrubbish"]
    {
        let (port, hearing) = says(words);
        let error = tried("127.0.0.1", port).await;
        assert!(matches!(error, SshError::NotSsh { .. } | SshError::Silent { .. }), "{words}: {error:?}");
        hearing.join().unwrap();
    }
}

#[tokio::test]
async fn an_address_of_the_new_kind_may_have_its_brackets() {
    let Ok(free) = TcpListener::bind("[::1]:0") else { return };
    let port = free.local_addr().unwrap().port();
    drop(free);
    for address in ["::1", "[::1]"] {
        assert_eq!(tried(address, port).await, SshError::PortClosed { address: format!("[::1]:{port}") });
    }
}
