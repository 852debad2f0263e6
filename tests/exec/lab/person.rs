//! Somebody at the console of the laboratory with a client that shares no code with ours, who shows every byte.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{Lab, NODE, PATIENCE, VMID};
use crate::sim::client::pinned;

pub struct Person {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    /// What came and was not looked at yet.
    pub seen: Vec<u8>,
}

const ENDED: &[u8] = b"[EOF - dtach terminating]";
const TOKEN: &str = "PVEAPIToken=admin@pve!deck=0f1e-secret";

impl Person {
    /// With an open console, its `OK` taken.
    pub async fn at(lab: &Lab) -> Self {
        let path = format!("/api2/json/nodes/{NODE}/lxc/{VMID}");
        let door = ask_for_a_door(lab, &path).await;
        let word = |name: &str| door["data"][name].as_str().unwrap().to_owned();
        let escaped = utf8_percent_encode(&word("ticket"), NON_ALPHANUMERIC).to_string();
        let url = format!("wss://localhost{path}/vncwebsocket?port={}&vncticket={escaped}", word("port"));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "binary".parse().unwrap());
        request.headers_mut().insert("Authorization", TOKEN.parse().unwrap());
        let (socket, _) = client_async(request, connect(lab).await).await.unwrap();
        let mut person = Self { socket, seen: Vec::new() };
        person.say(format!("{}:{}\n", word("user"), word("ticket")).as_bytes()).await;
        assert_eq!(person.until(b"OK").await, b"OK");
        person
    }

    /// With a shell that echoes nothing and prompts with nothing.
    pub async fn quiet_at(lab: &Lab) -> Self {
        let mut person = Self::at(lab).await;
        person.until(b"# ").await;
        person.types(b"stty -echo; PS1= PS2=; printf 'quiet%s\\n' 1\n").await;
        person.until(b"quiet1\r\r\n").await;
        person
    }

    /// One message, as it is.
    pub async fn say(&mut self, message: &[u8]) {
        // A line that was closed meanwhile is noticed when it is read.
        let _ = self.socket.send(Message::binary(message.to_vec())).await;
    }

    pub async fn types(&mut self, bytes: &[u8]) {
        self.say(&[format!("0:{}:", bytes.len()).as_bytes(), bytes].concat()).await;
    }

    /// Everything up to these bytes, which must come.
    pub async fn until(&mut self, wanted: &[u8]) -> Vec<u8> {
        loop {
            if let Some(at) = self.seen.windows(wanted.len()).position(|part| part == wanted) {
                return self.seen.drain(..at + wanted.len()).collect();
            }
            let more = timeout(PATIENCE, self.more()).await;
            let more = more.unwrap_or_else(|_| panic!("{:?} and no more", String::from_utf8_lossy(&self.seen)));
            assert!(more, "closed after {:?}", String::from_utf8_lossy(&self.seen));
        }
    }

    /// Whether something came; otherwise the line is closed.
    pub async fn more(&mut self) -> bool {
        match self.socket.next().await {
            Some(Ok(Message::Close(_)) | Err(_)) | None => false,
            Some(Ok(message)) => {
                self.seen.extend(message.into_data());
                true
            }
        }
    }

    /// All that comes until the line is closed, or has been quiet for so long.
    pub async fn rest(&mut self, quiet: Duration) -> Vec<u8> {
        while let Ok(true) = timeout(quiet, self.more()).await {}
        std::mem::take(&mut self.seen)
    }

    /// Waits for the end of the console, whether it is told or not.
    pub async fn is_closed_or_told(&mut self) {
        let over = async { while !self.seen.windows(ENDED.len()).any(|part| part == ENDED) && self.more().await {} };
        assert!(timeout(PATIENCE, over).await.is_ok(), "the console goes on");
    }

    /// Waits for the end of the line.
    pub async fn is_closed(&mut self) {
        let closed = timeout(PATIENCE, async { while self.more().await {} }).await;
        assert!(closed.is_ok(), "the line stays open");
    }
}

async fn connect(lab: &Lab) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(lab.address.trim_start_matches("https://")).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(pinned(&lab.pin.to_string())).connect(name, stream).await.unwrap()
}

async fn ask_for_a_door(lab: &Lab, path: &str) -> serde_json::Value {
    let mut stream = connect(lab).await;
    let head = format!("POST {path}/termproxy HTTP/1.1\r\nhost: localhost\r\nauthorization: {TOKEN}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    loop {
        if let Some(at) = answer.windows(4).position(|four| four == b"\r\n\r\n")
            && let Ok(value) = serde_json::from_slice(&answer[at + 4..])
        {
            return value;
        }
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "no door");
    }
}
