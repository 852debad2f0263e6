//! A host that plays one side of a transcript, and holds the client to the other.

use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use proximity::{
    domain::{
        ids::{HostId, NodeName, Vmid},
        road::TerminalSize,
    },
    proxmox::{
        Client, ClientError, Target,
        console::{Console, Ended, Terminal},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::Message;

use super::{
    super::lab::{
        PATIENCE,
        https::{self, Socket},
    },
    transcript::{Frame, Key, Transcript},
};
use crate::proxmox::host::{Asked, read_request, token};

/// What the host does after the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// Ends the connection, in order but for the websocket's own words.
    Close,
    /// Ends it in the middle of everything.
    Drop,
    Reset,
    /// Nothing, for ever.
    Silence,
}

#[derive(Clone)]
pub struct Play {
    pub transcript: Transcript,
    pub last: Last,
}

pub struct Stage {
    client: Client,
    play: Arc<Mutex<Option<Play>>>,
    judged: mpsc::UnboundedReceiver<Result<(), String>>,
    task: JoinHandle<()>,
}

/// What a client made of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    KeptOut,
    /// All that was handed out, and the end if there was one.
    Heard(Vec<u8>, Option<Ended>),
}

impl Stage {
    pub async fn open() -> Self {
        let (pin, acceptor) = https::acceptor();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let addresses = vec![format!("https://{}", listener.local_addr().unwrap())];
        let target = Target { host: HostId::new("home"), addresses, trust: pin.into(), login: token() };
        let client = Client::new(target, None).unwrap();
        let play = Arc::new(Mutex::new(None));
        let (judge, judged) = mpsc::unbounded_channel();
        let task = tokio::spawn(serve(listener, acceptor, play.clone(), judge));
        Self { client, play, judged, task }
    }

    /// The client's side of the play: it presses the same keys and listens.
    pub async fn perform(&mut self, play: &Play) -> Seen {
        *self.play.lock().unwrap() = Some(play.clone());
        let terminal = Terminal::Guest(NodeName::new("pve2"), Vmid(301));
        let size = TerminalSize { columns: 200, rows: 50 };
        let name = &play.transcript.name;
        let mut console = match timeout(PATIENCE, self.client.open_console(&terminal, size)).await.unwrap() {
            Ok(console) => console,
            Err(ClientError::KeptOut { .. }) => return Seen::KeptOut,
            Err(other) => panic!("{name}: {other:?}"),
        };
        press(&mut console, &play.transcript.keys()).await;
        let judged = timeout(PATIENCE, self.judged.recv());
        let seen = listen(&mut console, play);
        let (judged, seen) = tokio::join!(judged, seen);
        assert_eq!(judged.unwrap_or_else(|_| panic!("{name} went on for ever")), Some(Ok(())), "{name}");
        seen
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn press(console: &mut Console, keys: &[Key]) {
    for key in keys {
        let pressed = match key {
            Key::Type(bytes) => console.type_in(bytes).await,
            Key::Resize(columns, rows) => console.resize(TerminalSize { columns: *columns, rows: *rows }).await,
        };
        pressed.unwrap();
    }
}

/// Until the end, or until all came and the host is silent.
async fn listen(console: &mut Console, play: &Play) -> Seen {
    let awaited = play.transcript.heard().map_or(0, |heard| heard.len());
    let mut heard = Vec::new();
    loop {
        let is_all = play.last == Last::Silence && heard.len() >= awaited;
        let patience = if is_all { super::QUIET } else { PATIENCE };
        match timeout(patience, console.heard()).await {
            Ok(Ok(bytes)) => heard.extend_from_slice(&bytes),
            Ok(Err(ended)) => return Seen::Heard(heard, Some(ended)),
            Err(_) => return Seen::Heard(heard, None),
        }
    }
}

type Judge = mpsc::UnboundedSender<Result<(), String>>;

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, play: Arc<Mutex<Option<Play>>>, judge: Judge) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(acceptor.clone(), stream, play.clone(), judge.clone()));
    }
}

async fn converse(acceptor: TlsAcceptor, stream: TcpStream, play: Arc<Mutex<Option<Play>>>, judge: Judge) {
    let _ = stream.set_nodelay(true);
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut unread = Vec::new();
    while let Some(asked) = read_request(&mut stream, &mut unread).await {
        let now = play.lock().unwrap().clone().unwrap();
        if asked.path.ends_with("/vncwebsocket") {
            let Ok(socket) = https::become_websocket(stream, &asked, unread).await else { return };
            if now.transcript.came().starts_with(b"OK") {
                let _ = judge.send(act(socket, &asked, &now).await);
            } else {
                drop(act(socket, &asked, &now).await);
            }
            return;
        }
        let is_door = asked.path.ends_with("/termproxy");
        let said = match is_door {
            true => https::say(&mut stream, 200, "OK", &now.transcript.door).await,
            false => https::say(&mut stream, 501, "Method not implemented", "{\"data\":null}").await,
        };
        if !said {
            return;
        }
    }
}

async fn act(mut socket: Socket, asked: &Asked, play: &Play) -> Result<(), String> {
    let ticket = asked.param("vncticket").unwrap_or_default();
    if !play.transcript.door.contains(ticket) || ticket.is_empty() {
        return Err(format!("came with {ticket:?}"));
    }
    for frame in &play.transcript.frames {
        match frame {
            Frame::In(bytes) => drop(socket.send(Message::binary(bytes.clone())).await),
            Frame::Out(wanted) => expect(&mut socket, wanted).await?,
        }
    }
    match play.last {
        Last::Close => https::part(socket.get_mut()).await,
        Last::Drop => {}
        Last::Reset => drop(socket.get_ref().get_ref().0.set_zero_linger()),
        Last::Silence => {
            tokio::spawn(async move { while socket.next().await.is_some_and(|message| message.is_ok()) {} });
        }
    }
    Ok(())
}

async fn expect(socket: &mut Socket, wanted: &[u8]) -> Result<(), String> {
    let came = loop {
        match timeout(PATIENCE, socket.next()).await {
            Ok(Some(Ok(message))) if message.is_binary() => break message.into_data().to_vec(),
            Ok(Some(Ok(_))) => {}
            other => return Err(format!("{other:?} in the place of {:?}", String::from_utf8_lossy(wanted))),
        }
    };
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if came == wanted { Ok(()) } else { Err(format!("{:?} in the place of {:?}", words(&came), words(wanted))) }
}
