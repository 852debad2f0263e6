//! An open console: bytes to the terminal and back. What must hold: a caller that gives up waiting loses nothing, and a
//! line that nobody uses is kept alive.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Bytes, Error, Message, protocol::Role, protocol::WebSocketConfig},
};

use super::end::{Ended, Tail};
use crate::domain::road::TerminalSize;

/// The connection below the websocket.
pub(super) type Wire = reqwest::Upgraded;

/// Proxmox drops a message of more than 128 KiB without a word.
const LARGEST: usize = 16 << 10;
/// No message of Proxmox comes near this.
const LARGEST_HEARD: usize = 4 << 20;
/// Proxmox's own console speaks up this often.
const ALIVE_EVERY: Duration = Duration::from_secs(30);
/// After its last words the line is often left open; more would have come by then.
const LAST_WORDS: Duration = Duration::from_millis(300);

pub struct Console {
    socket: WebSocketStream<Wire>,
    /// Came, and was not handed out yet.
    waiting: VecDeque<Bytes>,
    tail: Tail,
    said: Instant,
    /// The last question whether anybody is there was answered.
    answered: bool,
    ended: Option<Ended>,
}

impl Console {
    pub(super) async fn over(wire: Wire) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(32 << 10)
            .write_buffer_size(0)
            .max_message_size(Some(LARGEST_HEARD))
            .max_frame_size(Some(LARGEST_HEARD));
        Self {
            socket: WebSocketStream::from_raw_socket(wire, Role::Client, Some(config)).await,
            waiting: VecDeque::new(),
            tail: Tail::default(),
            said: Instant::now(),
            answered: false,
            ended: None,
        }
    }

    /// Types at the terminal.
    pub async fn type_in(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        for part in bytes.chunks(LARGEST) {
            let mut message = format!("0:{}:", part.len()).into_bytes();
            message.extend_from_slice(part);
            self.say(message).await?;
        }
        Ok(())
    }

    /// The last one to say it decides, for all who sit at this terminal.
    pub async fn resize(&mut self, size: TerminalSize) -> Result<(), Ended> {
        self.say(format!("1:{}:{}:", size.columns, size.rows).into_bytes()).await
    }

    /// What the terminal sent next; waits for it.
    pub async fn heard(&mut self) -> Result<Bytes, Ended> {
        loop {
            if let Some(bytes) = self.waiting.pop_front() {
                return Ok(bytes);
            }
            if let Some(ended) = &self.ended {
                return Err(ended.clone());
            }
            self.listen().await;
        }
    }

    /// Whether Proxmox still answers at the other end, whatever the terminal does. What comes meanwhile is kept.
    pub async fn is_alive(&mut self, patience: Duration) -> bool {
        self.answered = false;
        let answer = async {
            if self.socket.send(Message::Ping(Bytes::new())).await.is_err() {
                return;
            }
            while !self.answered && self.ended.is_none() {
                self.listen().await;
            }
        };
        // Whether it was answered says all.
        drop(tokio::time::timeout(patience, answer).await);
        self.answered
    }

    /// Says good-bye; the program at the terminal goes on.
    pub async fn leave(mut self) {
        // Whether it still hears us makes no difference.
        drop(tokio::time::timeout(LAST_WORDS, self.socket.close(None)).await);
    }

    /// Waits for one thing to happen on the line.
    async fn listen(&mut self) {
        let last_words = self.tail.says();
        let patience = match last_words {
            Some(_) => LAST_WORDS,
            None => ALIVE_EVERY.saturating_sub(self.said.elapsed()),
        };
        match (tokio::time::timeout(patience, self.socket.next()).await, last_words) {
            (Ok(message), last_words) => self.take(message, last_words),
            (Err(_), Some(ended)) => self.ended = Some(ended),
            (Err(_), None) => drop(self.say(b"2".to_vec()).await),
        }
    }

    fn take(&mut self, message: Option<Result<Message, Error>>, last_words: Option<Ended>) {
        match message {
            Some(Ok(Message::Binary(bytes))) => self.keep(bytes),
            Some(Ok(Message::Text(text))) => self.keep(text.into()),
            Some(Ok(Message::Pong(_))) => self.answered = true,
            Some(Ok(Message::Ping(_) | Message::Frame(_))) => {}
            Some(Ok(Message::Close(_))) | None => self.ended = Some(last_words.unwrap_or(Ended::Closed)),
            Some(Err(error)) => self.ended = Some(last_words.unwrap_or_else(|| broken(error))),
        }
    }

    fn keep(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.tail.push(&bytes);
            self.waiting.push_back(bytes);
        }
    }

    /// Puts back what was read too far.
    pub(super) fn unread(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.waiting.push_front(bytes);
        }
    }

    pub(super) async fn say(&mut self, message: Vec<u8>) -> Result<(), Ended> {
        if let Some(ended) = &self.ended {
            return Err(ended.clone());
        }
        self.said = Instant::now();
        let sent = self.socket.send(Message::binary(message)).await;
        sent.map_err(|error| self.ended.insert(broken(error)).clone())
    }
}

/// Proxmox often cuts the connection without closing the websocket first; that is an end like any other.
fn broken(error: Error) -> Ended {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_) => Ended::Closed,
        Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ended::Closed,
        error => Ended::Broken(error.to_string()),
    }
}
