//! Somebody at a console: a real websocket over real TLS, with a client that shares no code with ours.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::client::Response},
};

use super::{
    client::pinned,
    house::{House, Login},
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub type Socket = WebSocketStream<TlsStream<TcpStream>>;

pub struct Terminal<'a> {
    house: &'a House,
    socket: Socket,
    /// What came and was not looked at yet.
    pub seen: Vec<u8>,
    pub upid: String,
}

/// What `termproxy` answered.
pub fn door(house: &House, login: &Login, path: &str) -> Value {
    let reply = house.knock(login, "POST", &format!("{path}/termproxy"), &[]);
    assert_eq!(reply.line(), (200, "OK"));
    reply.json()["data"].take()
}

/// Comes to the door with a websocket, and says nothing yet.
pub fn come<'a>(house: &'a House, login: &Login, path: &str, door: &Value) -> Result<(Terminal<'a>, Response), Error> {
    let escape = |value: &Value| utf8_percent_encode(value.as_str().unwrap(), NON_ALPHANUMERIC).to_string();
    let query = format!("port={}&vncticket={}", escape(&door["port"]), escape(&door["ticket"]));
    let url = format!("wss://localhost/api2/json{path}/vncwebsocket?{query}");
    let mut request = url.into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("Sec-WebSocket-Protocol", "binary".parse().unwrap());
    match login {
        Login::Token(token) => drop(headers.insert("Authorization", format!("PVEAPIToken={token}").parse().unwrap())),
        Login::Ticket { ticket, .. } => {
            let cookie = format!("PVEAuthCookie={}", utf8_percent_encode(ticket, NON_ALPHANUMERIC));
            headers.insert("Cookie", cookie.parse().unwrap());
        }
        Login::None => {}
    }
    let simulator = house.simulator();
    let (address, config) = (simulator.address(), pinned(&simulator.ready().fingerprint));
    let (socket, response) = house.runtime.block_on(async {
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::clone(&config)).connect(name, stream).await?;
        client_async(request, stream).await
    })?;
    let upid = door["upid"].as_str().unwrap().to_owned();
    Ok((Terminal { house, socket, seen: Vec::new(), upid }, response))
}

impl<'a> Terminal<'a> {
    /// Sits down at a container of the node `pve1` with our own token.
    pub fn open(house: &'a House, vmid: u32) -> Self {
        Self::at(house, &house.token(), &format!("/nodes/pve1/lxc/{vmid}"))
    }

    pub fn at(house: &'a House, login: &Login, path: &str) -> Self {
        let door = door(house, login, path);
        let (mut terminal, _) = come(house, login, path, &door).unwrap();
        terminal.send(format!("{}:{}\n", door["user"].as_str().unwrap(), door["ticket"].as_str().unwrap()));
        terminal.until("OK");
        terminal.send("1:200:50:");
        terminal
    }

    pub fn send(&mut self, message: impl Into<Vec<u8>>) {
        let message = Message::binary(message.into());
        // A line that was closed meanwhile is noticed when it is read.
        let _ = self.house.runtime.block_on(self.socket.send(message));
    }

    pub fn ping(&mut self) {
        self.house.runtime.block_on(self.socket.send(Message::Ping("are you there".into()))).unwrap();
    }

    /// Waits until the other side has taken everything that was sent.
    pub fn be_heard(&mut self) {
        self.ping();
        while let Some(message) = self.next() {
            match message {
                Message::Pong(_) => return,
                message => self.seen.extend(message.into_data()),
            }
        }
        panic!("closed: {:?}", String::from_utf8_lossy(&self.seen));
    }

    pub fn type_in(&mut self, text: &str) {
        self.type_bytes(text.as_bytes());
    }

    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.send([format!("0:{}:", bytes.len()).as_bytes(), bytes].concat());
    }

    /// Waits for one more message; none is given once the line is closed.
    pub fn next(&mut self) -> Option<Message> {
        let next = async { tokio::time::timeout(PATIENCE, self.socket.next()).await };
        let next = self.house.runtime.block_on(next);
        let message = next.unwrap_or_else(|_| panic!("nothing came after {:?}", String::from_utf8_lossy(&self.seen)));
        match message {
            Some(Ok(message)) if !message.is_close() => Some(message),
            _ => None,
        }
    }

    /// Everything up to this text, which must come.
    pub fn until(&mut self, wanted: &str) -> String {
        loop {
            let found = self.seen.windows(wanted.len()).position(|part| part == wanted.as_bytes());
            if let Some(at) = found {
                let bytes: Vec<u8> = self.seen.drain(..at + wanted.len()).collect();
                return String::from_utf8_lossy(&bytes).into_owned();
            }
            match self.next() {
                Some(Message::Binary(bytes)) => self.seen.extend(bytes),
                Some(_) => {}
                None => panic!("closed before {wanted:?}: {:?}", String::from_utf8_lossy(&self.seen)),
            }
        }
    }

    /// Everything until the line is closed.
    pub fn until_the_end(&mut self) -> String {
        while let Some(message) = self.next() {
            self.seen.extend(message.into_data());
        }
        String::from_utf8_lossy(&std::mem::take(&mut self.seen)).into_owned()
    }

    /// A shell that neither echoes nor prompts.
    pub fn quiet(mut self) -> Self {
        self.type_in("\n");
        self.type_in("stty -echo; PS1= PS2=\n");
        self.run("true");
        self
    }

    /// Runs a line, and gives what it wrote and its code, as somebody does who trusts nothing but his mark.
    pub fn run(&mut self, line: &str) -> (String, i32) {
        // The second line is typed before anything runs, so that no prompt comes between.
        self.type_in(&format!("printf '%s%s' BEG IN; {{ {line}\n}}; printf 'FIN%s:%d:' ISH $?\n"));
        self.until("BEGIN");
        let text = self.until("FINISH:");
        let code = self.until(":").trim_end_matches(':').parse().unwrap();
        (plain(text.strip_suffix("FINISH:").unwrap()), code)
    }

    pub fn into_socket(self) -> Socket {
        self.socket
    }

    pub fn task(&self) -> Value {
        self.house.task(&self.upid)
    }

    pub fn log(&self) -> Vec<String> {
        self.house.log(&self.upid)
    }
}

/// Without what terminals put in between.
pub fn plain(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let end = after.find(|c: char| ('@'..='~').contains(&c)).map_or(after.len(), |at| at + 1);
        rest = &after[end..];
    }
    out.push_str(rest);
    out.replace('\r', "")
}

/// Gives a container an option, as if it had been made with it.
pub fn set(house: &House, vmid: u32, option: &str, value: &str) {
    house.handle().with(|datacenter| {
        let guest = datacenter.guests.get_mut(&vmid).unwrap();
        guest.config.insert(option.to_owned(), json!(value));
    });
}
