//! Stands between the program and its host, and kills the program at one of its messages. What must hold: nothing passes
//! to the one that was killed, nor from it, once its message has come.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// When of a message the program dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It was sent and never arrives.
    Unsent,
    /// It arrives, and its answer does not come back.
    Unanswered,
    /// Its answer has just come back.
    Answered,
}

#[derive(Debug, Clone, Copy)]
pub struct Aim {
    /// Which message, counted from one.
    pub at: usize,
    pub when: Moment,
}

#[derive(Default)]
struct Watched {
    seen: usize,
    aim: Option<(Aim, Pid)>,
    /// Its message has come, and only the answer is waited for.
    due: bool,
    is_over: bool,
}

pub struct Relay {
    pub url: String,
    now: Arc<Mutex<Life>>,
}

/// One life of the program: what it left on the wire when it died is never taken for the next one's.
type Life = Arc<Mutex<Watched>>;

/// What becomes of some bytes.
#[derive(PartialEq, Eq)]
enum Fate {
    Passes,
    /// They pass, and then it dies.
    PassesLast,
    IsLost,
}

impl Relay {
    /// Before the host at this address.
    pub async fn before(url: &str) -> Self {
        let host: SocketAddr = url.strip_prefix("https://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Self { url: format!("https://{}", listener.local_addr().unwrap()), now: Arc::default() };
        let now = relay.now.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let life = now.lock().unwrap().clone();
                tokio::spawn(carry(near, host, life));
            }
        });
        relay
    }

    /// From now on this program is watched, and dies at its message; where none is named it lives.
    pub fn watch(&self, victim: Pid, aim: Option<Aim>) {
        let life = Watched { aim: aim.map(|aim| (aim, victim)), ..Watched::default() };
        *self.now.lock().unwrap() = Arc::new(Mutex::new(life));
    }

    /// This life is spared from now on; its messages stay counted.
    pub fn lower(&self) {
        self.now.lock().unwrap().lock().unwrap().aim = None;
    }

    /// Nobody is aimed at any more.
    pub fn rest(&self) {
        *self.now.lock().unwrap() = Arc::default();
    }

    /// How many messages the program sent.
    pub fn seen(&self) -> usize {
        self.now.lock().unwrap().lock().unwrap().seen
    }
}

async fn carry(near: TcpStream, host: SocketAddr, watched: Life) {
    let Ok(far) = TcpStream::connect(host).await else { return };
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    let out = pass(from_near, to_far, watched.clone(), Watched::sent);
    let back = pass(from_far, to_near, watched, Watched::answered);
    // What one side closed, the other may still answer.
    tokio::join!(out, back);
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, watched: Life, judge: fn(&mut Watched) -> Fate) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let fate = judge(&mut watched.lock().unwrap());
        if fate == Fate::IsLost || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
        if fate == Fate::PassesLast {
            watched.lock().unwrap().strike();
        }
    }
}

impl Watched {
    fn sent(&mut self) -> Fate {
        if self.is_over {
            return Fate::IsLost;
        }
        self.seen += 1;
        match self.aim {
            Some((aim, _)) if self.seen >= aim.at && aim.when == Moment::Unsent => {
                self.strike();
                Fate::IsLost
            }
            Some((aim, _)) => {
                self.due |= self.seen >= aim.at;
                Fate::Passes
            }
            None => Fate::Passes,
        }
    }

    fn answered(&mut self) -> Fate {
        match self.aim {
            _ if self.is_over => Fate::IsLost,
            Some((aim, _)) if self.due && aim.when == Moment::Unanswered => {
                self.strike();
                Fate::IsLost
            }
            Some(_) if self.due => Fate::PassesLast,
            _ => Fate::Passes,
        }
    }

    fn strike(&mut self) {
        if let Some((_, victim)) = self.aim.filter(|_| !self.is_over) {
            // It is waited for only after this, so its number is still its own.
            let _ = kill_process(victim, Signal::KILL);
            self.is_over = true;
        }
    }
}
