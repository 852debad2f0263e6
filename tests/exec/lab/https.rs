//! The plainest HTTPS server that can turn a connection into a websocket.

use std::sync::Arc;

use proximity::proxmox::Fingerprint;
use rustls::{ServerConfig, crypto::ring, sign::SingleCertAndKey};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{handshake::derive_accept_key, protocol::Role},
};

use crate::proxmox::host::{Asked, new_identity};

pub type Stream = TlsStream<TcpStream>;
pub type Socket = WebSocketStream<Stream>;

/// With a certificate of its own, and what it is pinned by.
pub fn acceptor() -> (Fingerprint, TlsAcceptor) {
    let identity = new_identity();
    let pin = Fingerprint::of(&identity.cert[0]);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(identity)));
    (pin, TlsAcceptor::from(Arc::new(config)))
}

/// Whether the answer went out.
pub async fn say(stream: &mut Stream, status: u16, reason: &str, body: &str) -> bool {
    let head = format!(
        "HTTP/1.1 {status} {reason}\r\nserver: pve-api-daemon/3.0\r\nconnection: Keep-Alive\r\n\
         content-type: application/json;charset=UTF-8\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await.is_ok() && stream.flush().await.is_ok()
}

/// The handshake, where it was asked for in the way of Proxmox's own console.
pub async fn become_websocket(mut stream: Stream, asked: &Asked, unread: Vec<u8>) -> Result<Socket, &'static str> {
    let key = asked.header("sec-websocket-key").ok_or("a websocket without a key")?;
    if asked.header("sec-websocket-protocol") != Some("binary") {
        return Err("a websocket without its subprotocol");
    }
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {}\r\nsec-websocket-protocol: binary\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    let sent = stream.write_all(head.as_bytes()).await.is_ok() && stream.flush().await.is_ok();
    if !sent {
        return Err("nobody waited for the handshake");
    }
    Ok(WebSocketStream::from_partially_read(stream, unread, Role::Server, None).await)
}

/// Ends a connection as a server does that is through with it.
pub async fn part(stream: &mut Stream) {
    #[expect(deprecated, reason = "only a positive time would block")]
    let _ = stream.get_ref().0.set_linger(None);
    let _ = stream.shutdown().await;
}
