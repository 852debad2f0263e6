//! Looks from here whether an app answers, and says what it heard. What must hold: nothing but its own address is asked, a
//! redirect is an answer and no way to follow, and whatever comes back is read to a limit and judged, never believed.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    domain::{port::stand_in, probe::ProbeKind},
    web,
};

/// One try.
const PATIENCE: Duration = Duration::from_secs(4);
/// The first line of an answer is within this.
const HEAD: usize = 512;

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub took: Duration,
    /// What was answered, or why it is not good.
    pub said: Result<String, String>,
}

/// Why it does not, where it does not.
pub async fn answers(what: &ProbeKind, address: &str) -> Result<(), String> {
    look(what, address, PATIENCE).await.said.map(drop)
}

/// One look. A command is not asked from here: that it is there is taken for granted.
pub async fn look(what: &ProbeKind, address: &str, patience: Duration) -> Heard {
    let from = Instant::now();
    let said = match what {
        ProbeKind::Tcp { port } | ProbeKind::Http { port, .. } => {
            let asked = timeout(patience, ask(what, address, *port)).await;
            asked.unwrap_or_else(|_| Err("says nothing".into())).map_err(|why| format!("port {port} {why}"))
        }
        ProbeKind::Command { .. } => Ok("not asked".into()),
    };
    Heard { took: from.elapsed(), said }
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

async fn ask(what: &ProbeKind, address: &str, port: u16) -> Result<String, String> {
    let mut line = connect(address, port).await.map_err(|error| plain(&error))?;
    let ProbeKind::Http { scheme, path, status, .. } = what else { return Ok("open".into()) };
    let status = if scheme == "https" {
        let mut line = web::speak_tls(line, address).await.map_err(|error| no_tls(&error))?;
        page(&mut line, address, path, *status).await
    } else {
        page(&mut line, address, path, *status).await
    };
    status.map(|status| status.to_string())
}

async fn page(
    line: &mut (impl AsyncRead + AsyncWrite + Unpin),
    address: &str,
    path: &str,
    good: (u16, u16),
) -> Result<u16, String> {
    let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: proximity\r\nConnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).await.map_err(|error| plain(&error))?;
    line.flush().await.map_err(|error| plain(&error))?;
    let status = status_of(&first_line(line).await.map_err(|error| plain(&error))?).ok_or("does not speak HTTP")?;
    match (good.0..=good.1).contains(&status) {
        true => Ok(status),
        false => Err(format!("answers {status}")),
    }
}

/// No more than that is waited for: whoever keeps the line open has answered all the same.
async fn first_line(line: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    let mut line = line.take(HEAD as u64);
    while !head.contains(&b'\n') && line.read_buf(&mut head).await? > 0 {}
    Ok(head)
}

/// `HTTP/1.1 200 OK`
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "has nobody who listens".to_owned(),
        std::io::ErrorKind::HostUnreachable | std::io::ErrorKind::NetworkUnreachable => {
            "is not reached: no way leads there".to_owned()
        }
        std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::UnexpectedEof => {
            "hangs up".to_owned()
        }
        _ => format!("is not reached: {error}"),
    }
}

/// What TLS itself says of its troubles is for those who build it.
fn no_tls(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::InvalidData => "does not speak TLS".to_owned(),
        _ => plain(error),
    }
}
