//! Somebody speaks plain HTTP to the port of HTTPS: he is told where to go.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const LONGEST_HEAD: usize = 8_192;
const PATIENCE: Duration = Duration::from_secs(5);

pub async fn to_https(mut stream: TcpStream) {
    let mut head = Vec::new();
    let read = async {
        let mut part = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST_HEAD {
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => break,
                Ok(count) => head.extend_from_slice(&part[..count]),
            }
        }
    };
    if timeout(PATIENCE, read).await.is_err() {
        return;
    }
    let text = String::from_utf8_lossy(&head);
    let path = text.split_whitespace().nth(1).unwrap_or("/");
    let host = text
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("host:").map(|host| host.trim().to_owned()));
    let host = host.or_else(|| stream.local_addr().ok().map(|address| address.to_string())).unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 301 Moved Permanently\r\nLocation: https://{host}{path}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    );
    // It has gone if this fails, and nothing is owed to it.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
