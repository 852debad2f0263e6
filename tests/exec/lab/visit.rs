//! One websocket at the console, in the words of `termproxy`. What must hold: every byte is carried as it is, but for what
//! the weather takes, and who leaves takes nothing along.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::{SinkExt, StreamExt};
use tokio::{sync::watch, time::timeout};
use tokio_tungstenite::tungstenite::Message;

use super::{
    Shared,
    ahead::Ahead,
    attach::Attach,
    https::{Socket, part},
    tickets::USER,
    weather::{Trouble, Way},
    words::{Word, Words},
};

/// More than this in one message is dropped without a word.
const LARGEST: usize = 128 * 1024;
/// Of 20 KB sent ahead of bash something was lost in two of three tries.
const LIKELIER: usize = 5;
const ENDED: &[u8] = b"\x1b[999H\r\n[EOF - dtach terminating]\r\n\x1b[?25h";

struct Visit<'a> {
    socket: Socket,
    shared: &'a Shared,
    silences: watch::Receiver<usize>,
    attach: Attach,
    words: Words,
    /// What was sent since this visitor last typed.
    burst: usize,
    ahead: Ahead,
    /// Something was sent since then.
    was_answered: bool,
    /// What may be the beginning of words that this visitor is not to hear.
    held: Vec<u8>,
}

enum Next {
    GoOn,
    Over,
    Silent,
}

pub async fn serve(mut socket: Socket, ticket: &str, shared: &Shared) {
    let Ok(Some(words)) = timeout(Duration::from_secs(10), admit(&mut socket, ticket)).await else {
        shared.complain("a visitor who showed no ticket".into());
        return part(socket.get_mut()).await;
    };
    let attach = Attach::to(&shared.guest);
    let silences = shared.weather.silences();
    let ahead = Ahead::default();
    let mut visit =
        Visit { socket, shared, silences, attach, words, burst: 0, ahead, was_answered: true, held: Vec::new() };
    visit.carry().await;
}

/// Reads `user:ticket`; what came behind it is already part of the talk.
async fn admit(socket: &mut Socket, ticket: &str) -> Option<Words> {
    let mut first = Vec::new();
    let end = loop {
        if let Some(end) = first.iter().position(|byte| *byte == b'\n') {
            break end;
        }
        first.extend(bytes_of(socket.next().await?.ok()?)?);
    };
    let rest = first.split_off(end + 1);
    (first == format!("{USER}:{ticket}\n").as_bytes()).then(|| Words::beginning_with(rest))
}

/// What a message carries, if it is one that carries something.
fn bytes_of(message: Message) -> Option<Vec<u8>> {
    match message {
        Message::Binary(_) | Message::Text(_) => Some(message.into_data().to_vec()),
        Message::Close(_) => None,
        _ => Some(Vec::new()),
    }
}

impl Visit<'_> {
    async fn carry(&mut self) {
        // Sometimes the first of the output comes in the same message.
        let mut first = b"OK".to_vec();
        if self.shared.tickets.issued().is_multiple_of(3) {
            first.extend(self.attach.heard.recv().await.unwrap_or_default());
        }
        let mut next = if self.socket.send(Message::binary(first)).await.is_ok() { self.obey() } else { Next::Over };
        while matches!(next, Next::GoOn) {
            next = tokio::select! {
                message = self.socket.next() => match message.and_then(Result::ok).and_then(bytes_of) {
                    Some(bytes) => self.take(bytes),
                    None => Next::Over,
                },
                piece = self.attach.heard.recv() => match piece {
                    Some(piece) => self.pass_on(&piece).await,
                    None => self.finish().await,
                },
                _ = self.silences.changed() => Next::Silent,
            };
        }
        if matches!(next, Next::Silent) {
            self.be_silent().await;
        }
        part(self.socket.get_mut()).await;
    }

    fn take(&mut self, mut bytes: Vec<u8>) -> Next {
        if bytes.len() > LARGEST {
            return Next::GoOn;
        }
        let (passing, trouble) = self.shared.weather.passes(Way::Typed, bytes.len());
        bytes.truncate(passing);
        self.words.hear(&bytes);
        let next = self.obey();
        self.suffer(trouble).unwrap_or(next)
    }

    fn obey(&mut self) -> Next {
        loop {
            match self.words.next() {
                Ok(None) => return Next::GoOn,
                Ok(Some(Word::Type(bytes))) => {
                    if std::mem::take(&mut self.was_answered) {
                        self.shared.turns.fetch_add(1, Ordering::SeqCst);
                    }
                    self.burst = 0;
                    self.trace("types", &bytes);
                    if !self.loses_typed(bytes.len()) {
                        self.attach.type_in(&bytes);
                    }
                }
                Ok(Some(Word::Resize { columns, rows })) => self.attach.resize(columns, rows),
                Ok(Some(Word::StillHere)) => {}
                Err(why) => {
                    self.shared.complain(why);
                    return Next::Over;
                }
            }
        }
    }

    /// Nothing that came behind the last byte may pass before all is cut.
    fn suffer(&self, trouble: Option<Trouble>) -> Option<Next> {
        self.shared.weather.strike(trouble?);
        Some(Next::Silent)
    }

    async fn pass_on(&mut self, piece: &[u8]) -> Next {
        let all = [&std::mem::take(&mut self.held), piece].concat();
        let mut piece = &all[..];
        if !self.shared.tells_the_end() {
            // The words of the end may come in several pieces, and none of them is to be heard.
            let words = (1..=ENDED.len()).rev().find(|count| piece.ends_with(&ENDED[..*count])).unwrap_or(0);
            let (before, held) = piece.split_at(piece.len() - words);
            self.held = held.to_vec();
            piece = before;
        }
        if piece.is_empty() || self.loses(piece.len()) {
            return Next::GoOn;
        }
        self.trace("    hears", piece);
        let (passing, trouble) = self.shared.weather.passes(Way::Heard, piece.len());
        let sent = self.socket.send(Message::binary(piece[..passing].to_vec())).await;
        self.suffer(trouble).unwrap_or(if sent.is_ok() { Next::GoOn } else { Next::Over })
    }

    /// Readline is at work, and this was sent ahead of it.
    fn loses_typed(&mut self, length: usize) -> bool {
        let beyond = self.ahead.type_in(length);
        beyond > 0
            && self.shared.guest.is_readline_at_work()
            && self.shared.weather.rolls(LIKELIER * beyond.min(length))
    }

    /// For whoever looks for the reason of something.
    fn trace(&self, who: &str, bytes: &[u8]) {
        if std::env::var_os("PROXIMITY_TRACE").is_some() {
            eprintln!("{who} {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(160)]));
        }
    }

    fn loses(&mut self, length: usize) -> bool {
        let is_lost = self.shared.weather.loses(self.burst, length);
        self.burst += length;
        self.was_answered = true;
        is_lost
    }

    /// The console has ended: the socket is closed, or stays open and dead until something is typed.
    async fn finish(&mut self) -> Next {
        if self.shared.tells_the_end() {
            let _ = self.socket.next().await;
        }
        self.shared.end_next();
        Next::Over
    }

    /// Nothing is read either: not even a ping is answered.
    async fn be_silent(&mut self) {
        while self.attach.heard.recv().await.is_some() {}
        std::future::pending().await
    }
}
