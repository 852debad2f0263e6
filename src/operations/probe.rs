//! Looks from here whether an app answers. What must hold: nothing but its own address is asked, and whatever comes back is
//! read to a limit and judged, never believed.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::domain::{port::stand_in, probe::ProbeKind};

/// One try.
const PATIENCE: Duration = Duration::from_secs(4);
/// The first line of an answer is within this.
const HEAD: usize = 512;

/// Why it does not, where it does not.
pub async fn answers(what: &ProbeKind, address: &str) -> Result<(), String> {
    let (ProbeKind::Tcp { port } | ProbeKind::Http { port, .. }) = what else { return Ok(()) };
    let asked = timeout(PATIENCE, ask(what, address, *port));
    asked.await.unwrap_or_else(|_| Err(format!("port {port} says nothing")))
}

/// Whether anybody listens there.
pub async fn listens(address: &str, port: u16, patience: Duration) -> bool {
    matches!(timeout(patience, connect(address, port)).await, Ok(Ok(_)))
}

async fn connect(address: &str, port: u16) -> std::io::Result<TcpStream> {
    match (TcpStream::connect((address, port)).await, stand_in(address, port)) {
        (Err(_), Some(other)) => TcpStream::connect((address, other)).await,
        (connected, _) => connected,
    }
}

async fn ask(what: &ProbeKind, address: &str, port: u16) -> Result<(), String> {
    let connected = connect(address, port).await;
    let mut line = connected.map_err(|error| format!("port {port}: {}", plain(&error)))?;
    match what {
        ProbeKind::Http { scheme, path, status, .. } if scheme == "http" => {
            page(&mut line, address, path, *status).await.map_err(|why| format!("port {port}: {why}"))
        }
        // Whoever speaks TLS there has a certificate that nobody vouches for; that it listens is what is asked.
        _ => Ok(()),
    }
}

async fn page(line: &mut TcpStream, address: &str, path: &str, good: (u16, u16)) -> Result<(), String> {
    let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: proximity\r\nConnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).await.map_err(|error| plain(&error))?;
    let mut head = Vec::with_capacity(HEAD);
    line.take(HEAD as u64).read_to_end(&mut head).await.map_err(|error| plain(&error))?;
    let status = status_of(&head).ok_or("it does not speak HTTP")?;
    match (good.0..=good.1).contains(&status) {
        true => Ok(()),
        false => Err(format!("it answers {status}")),
    }
}

/// `HTTP/1.1 200 OK`
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "nobody listens".to_owned(),
        std::io::ErrorKind::HostUnreachable | std::io::ErrorKind::NetworkUnreachable => "no way leads there".to_owned(),
        _ => error.to_string(),
    }
}
